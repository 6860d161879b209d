// What a SET asks for: IEEE 1588-2019 15.5.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/types/span.h"
#include "ptpcore/management/table.h"
#include "ptpcore/management/view.h"
#include "ptpcore/wire/tlv_management.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::management {

// The settings that are to have another value; what is absent stays. They are checked for
// what the standard allows, not for what the profile does.
struct Change {
  std::optional<uint8_t> priority1;
  std::optional<uint8_t> priority2;
  std::optional<uint8_t> domain_number;
  std::optional<bool> slave_only;
  std::optional<uint8_t> clock_class;
  std::optional<uint8_t> clock_accuracy;
  std::optional<uint16_t> offset_scaled_log_variance;
  std::optional<int16_t> utc_offset_s;
  std::optional<bool> utc_offset_valid;
  std::optional<bool> ptp_timescale;
  std::optional<bool> time_traceable;
  std::optional<bool> frequency_traceable;
  std::optional<uint8_t> time_source;
  std::optional<bool> path_trace;
  // Of every port: they share one configuration.
  std::optional<int8_t> log_announce_interval;
  std::optional<uint8_t> announce_receipt_timeout;
  std::optional<int8_t> log_sync_interval;
  std::optional<bool> unicast_negotiation;
  std::optional<DelayMechanism> delay_mechanism;
  std::optional<int8_t> log_min_pdelay_req_interval;
  std::optional<int64_t> neighbor_propagation_delay_threshold_ns;
};

// Why not, for a MANAGEMENT_ERROR_STATUS.
struct Refusal {
  wire::ManagementError error = wire::ManagementError::kGeneralError;
  std::string text;
};

// What the data field of a SET asks for. `id` must support SET, and `data` has its size.
std::variant<Change, Refusal> ChangeOf(Id id, absl::Span<const uint8_t> data,
                                       const ClockView& clock, const PortView& port);

}  // namespace ptpcore::management
