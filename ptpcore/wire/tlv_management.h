// The TLVs of Management messages: IEEE 1588-2019 15.5. What stands in a data field is laid
// out by its managementId.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

struct ManagementTlv {
  static constexpr TlvType kType = TlvType::kManagement;

  uint16_t management_id = 0;      // table 59
  absl::Span<const uint8_t> data;  // points into what was decoded

  static std::optional<ManagementTlv> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// managementErrorId, table 109.
enum class ManagementError : uint16_t {
  kResponseTooBig = 0x0001,
  kNoSuchId = 0x0002,
  kWrongLength = 0x0003,
  kWrongValue = 0x0004,
  kNotSetable = 0x0005,
  kNotSupported = 0x0006,
  kUnpopulated = 0x0007,
  kGeneralError = 0xFFFE,
};

struct ManagementErrorStatus {
  static constexpr TlvType kType = TlvType::kManagementErrorStatus;

  ManagementError error = ManagementError::kGeneralError;
  uint16_t management_id = 0;
  std::string display_data;  // for people; need not be there

  static std::optional<ManagementErrorStatus> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
