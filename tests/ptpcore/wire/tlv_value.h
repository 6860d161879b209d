// One TLV in hexadecimal to a value and back, for the tests of the TLVs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hex.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

// What `octets`, a whole TLV, decode to. They must outlive a value with spans.
template <typename T>
std::optional<T> FromOctets(const Octets& octets) {
  TlvCursor cursor(octets);
  const std::optional<Tlv> tlv = cursor.Next();
  EXPECT_TRUE(tlv && cursor.whole()) << "not one whole TLV";
  return tlv ? DecodeTlv<T>(*tlv) : std::nullopt;
}

template <typename T>
Octets ToOctets(const T& value) {
  std::vector<uint8_t> octets;
  EXPECT_TRUE(AppendTlv(value, octets));
  return octets;
}

}  // namespace ptpcore::wire
