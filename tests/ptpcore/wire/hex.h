// Octets in hexadecimal, for the tests of the wire.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ptpcore::wire {

using Octets = std::vector<uint8_t>;

// "0b02 0040" to octets; blanks are for the reader.
inline Octets FromHex(const std::string& hex) {
  std::string digits;
  for (char c : hex) {
    if (c != ' ') digits.push_back(c);
  }
  Octets octets;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    octets.push_back(static_cast<uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return octets;
}

}  // namespace ptpcore::wire
