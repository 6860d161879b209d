// Octets from hexadecimal digits, as standards print them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace ptpcore::security {

using Octets = std::vector<uint8_t>;

inline Octets FromHex(absl::string_view digits) {
  const std::string octets = absl::HexStringToBytes(digits);
  return {octets.begin(), octets.end()};
}

inline std::string ToHex(absl::Span<const uint8_t> octets) {
  return absl::BytesToHexString({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

}  // namespace ptpcore::security
