// NetSync Monitor: an extension of Meinberg's that grandmasters ask their clients with, behind a
// Delay_Resp; the client tells its state behind a Delay_Req. Its tlvTypes are experimental ones.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

struct PtpmonRequest {
  static constexpr TlvType kType = TlvType::kPtpmonRequest;

  static std::optional<PtpmonRequest> Read(Reader& reader);
  void Write(Writer& writer) const;
};

struct PtpmonResponse {
  static constexpr TlvType kType = TlvType::kPtpmonResponse;

  uint8_t port_state = 0;  // table 20
  PortAddress parent_address;
  // As the data fields of PARENT_DATA_SET, CURRENT_DATA_SET and TIME_PROPERTIES_DATA_SET: 32, 18
  // and 4 octets. They point into what was decoded.
  absl::Span<const uint8_t> parent_data_set;
  absl::Span<const uint8_t> current_data_set;
  absl::Span<const uint8_t> time_properties_data_set;
  Timestamp last_sync;

  static std::optional<PtpmonResponse> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
