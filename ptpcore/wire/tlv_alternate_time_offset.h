// ALTERNATE_TIME_OFFSET_INDICATOR: IEEE 1588-2019 16.3.3. Behind an Announce message: how to get
// another time, such as the local one, from that of the grandmaster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

struct AlternateTimeOffsetIndicator {
  static constexpr TlvType kType = TlvType::kAlternateTimeOffsetIndicator;

  uint8_t key = 0;
  int32_t current_offset_s = 0;    // of the other time from that of the grandmaster
  int32_t jump_s = 0;              // by how much the offset changes next
  uint64_t time_of_next_jump = 0;  // seconds of the grandmaster's time, below 2^48
  std::string display_name;

  static std::optional<AlternateTimeOffsetIndicator> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
