// Reads a JSON document with nothing taken on trust: each member has its type
// and range checked, and the first one that is wrong is named with its value.
//
//   absl::Status status;
//   Members members(document["ptp"], "ptp", status);
//   members.Read("enabled", ptp.enabled);
//   members.RefuseOthers();
//   if (!status.ok()) return status;     // "`ptp.enabled` is 7, must be true or false"
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace hostctl::store {

// What can be the name of an interface, ruleset or kind of device.
bool IsName(const std::string& text);

// A value as it may stand in a message: short, and always valid UTF-8.
std::string Shown(const nlohmann::json& value);

// Reads the members of one object. The first error of all readers that share
// `status` stays; after it, reading does nothing.
class Members {
 public:
  // `path` of the object, for messages; empty for the document itself. `object`
  // and `status` must outlive the reader.
  Members(const nlohmann::json& object, std::string path, absl::Status& status);

  // Whether the object has the member; for those that older documents lack.
  bool Has(const std::string& name);
  // The member; null after an error.
  const nlohmann::json* Get(const std::string& name);

  void Read(const std::string& name, bool& out);
  void Read(const std::string& name, std::string& out);
  void Read(const std::string& name, uint8_t& out);
  // An integer from `low` to `high`, which is at most 2^63-1.
  void Read(const std::string& name, int64_t low, int64_t high, int64_t& out);
  // A string that `valid` accepts.
  template <typename Valid>
  void Read(const std::string& name, std::string& out, Valid valid, const char* expected) {
    std::string text;
    Read(name, text);
    if (!status_.ok()) return;
    if (!valid(text)) return RefuseMember(name, text, expected);
    out = std::move(text);
  }

  void RefuseMember(const std::string& name, const nlohmann::json& value,
                    const std::string& expected);
  // To be called last: members that nobody asked for are an error.
  void RefuseOthers();

  std::string PathOf(const std::string& name) const;

 private:
  void Refuse(const std::string& what, const std::string& is, const std::string& expected);

  const nlohmann::json& object_;
  const std::string path_;
  absl::Status& status_;
  std::set<std::string> asked_;
};

// An integer that is not negative; nothing for any other value.
std::optional<uint64_t> ReadUnsigned(const nlohmann::json& value);

}  // namespace hostctl::store
