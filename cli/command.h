// The declarative table of commands: the one place from which parsing, help and
// `command list` are made. Adding a command is adding an entry.
//
//   Command get;
//   get.path = {"system", "ptp"};
//   get.name = "get";
//   get.description = "Show the PTP configuration and what runs.";
//   get.run = [](const Arguments& arguments, Session& session) -> Outcome { ... };
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/format/formatter.h"
#include "cli/outcome.h"
#include "cli/session.h"

namespace hostctl::cli {

enum class ValueType { kString, kInteger, kBoolean, kIp, kFlag, kList, kSpan };

// What this host could offer as a value, for completion: asked of hostd.
enum class LiveValues { kNone, kInterfaces, kDevices, kRulesets, kServices, kProfiles };

// One option, `-x|--long=<metavar>`. Built in one expression:
//
//   Option{'d', "domain", ValueType::kInteger, "PTP domain."}.Range(0, 255).Default("0")
struct Option {
  char short_name = '\0';  // '\0': has no short form
  std::string long_name;
  ValueType type = ValueType::kString;
  std::string description;

  bool required = false;
  std::optional<std::string> default_value = {};  // in canonical form, see Arguments::Add()
  std::vector<std::string> choices = {};          // of a string; empty: anything
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
  std::string metavar = {};  // empty: after the type, e.g. `str`
  // The value of an option that was given without one: `--wait-for-sync`.
  std::optional<std::string> implied_value = {};
  LiveValues live = LiveValues::kNone;
  // Heading under which help shows it; empty: with the ordinary ones, which come first.
  std::string group = {};

  Option Required() const;
  Option Default(const std::string& value) const;
  Option Choices(const std::vector<std::string>& values) const;
  Option Range(int64_t low, int64_t high) const;
  Option Metavar(const std::string& name) const;
  Option Implied(const std::string& value) const;
  Option Live(LiveValues values) const;
  Option Group(const std::string& heading) const;
};

struct Example {
  std::string command;      // as typed
  std::string description;  // what it does
};

struct Command {
  std::vector<std::string> path;  // its namespace, e.g. {"system", "ptp", "stats"}
  std::string name;               // last word, e.g. "get"
  std::string description;        // one sentence
  std::string rpc;                // the call behind it; empty if hostd is not asked
  std::vector<Option> options;
  // Of each group at most one option may be given.
  std::vector<std::vector<std::string>> exclusive;
  // If not empty, at least one of these must be given.
  std::vector<std::string> at_least_one;
  std::vector<Example> examples;
  Format format = Format::kSimple;  // unless --formatter says otherwise
  // It writes as it goes (a live view) and cannot be asked of several hosts at once.
  bool one_host = false;
  // The option with which that is so; empty: of none.
  std::string one_host_option = {};
  // The option with which it waits for something after its call; with it Ctrl-C ends
  // the waiting, and not the program: see Session::interrupt.
  std::string waiting_option;
  std::function<Outcome(const Arguments&, Session&)> run;
};

struct Namespace {
  std::vector<std::string> path;
  std::string description;
};

struct CommandTable {
  std::vector<Option> global_options;
  std::vector<Namespace> namespaces;
  std::vector<Command> commands;

  // Exact matches; null if there is none.
  const Command* FindCommand(const std::vector<std::string>& path, const std::string& name) const;
  const Namespace* FindNamespace(const std::vector<std::string>& path) const;
  // Directly within the namespace `path` (empty: the top), sorted by name.
  std::vector<const Namespace*> NamespacesIn(const std::vector<std::string>& path) const;
  std::vector<const Command*> CommandsIn(const std::vector<std::string>& path) const;
};

// `system ptp`.
std::string Words(const std::vector<std::string>& path);
// `-i|--interface`, or `--reset` without a short form.
std::string OptionName(const Option& option);

}  // namespace hostctl::cli
