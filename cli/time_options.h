// The options with which a command is told a time: esxcli's `-d -H -m -M -s -y`, each of
// which replaces a part of the time that is so, in UTC, or a whole time, `--time`.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/command.h"
#include "google/protobuf/timestamp.pb.h"

namespace hostctl::cli {

std::vector<Option> TimeOptions();
// `--time` goes with none of the others.
std::vector<std::vector<std::string>> TimeOptionsExclusive();
std::vector<std::string> TimeOptionNames();

// Whether any of them was given.
bool TimeGiven(const Arguments& arguments);
// Whether the time that is so is needed: some of its parts stay.
bool NeedsPresentTime(const Arguments& arguments);

// The time that the options say, `now` being so; or what is wrong with them, in words.
std::variant<google::protobuf::Timestamp, std::string> TimeFrom(
    const Arguments& arguments, const google::protobuf::Timestamp& now);

}  // namespace hostctl::cli
