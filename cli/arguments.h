// The option values of one command line, by long name, already checked by the
// parser against the option's type.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hostctl::cli {

class Arguments {
 public:
  // Adds a value in canonical form: booleans `true` and `false`, integers in
  // decimal, flags `true`, spans of time in nanoseconds.
  void Add(const std::string& name, const std::string& value) { values_[name].push_back(value); }

  // Whether the option was given or has a default.
  bool Has(const std::string& name) const { return values_.count(name) > 0; }
  // Empty when not given.
  std::string String(const std::string& name) const;
  // Only for integer options, and spans of time, that are given or have a default; 0 otherwise.
  int64_t Integer(const std::string& name) const;
  // False when not given.
  bool Boolean(const std::string& name) const { return String(name) == "true"; }
  // Every value of a list option, in order.
  std::vector<std::string> List(const std::string& name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace hostctl::cli
