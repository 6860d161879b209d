#include "ptpcore/management/change.h"

#include "absl/strings/str_cat.h"
#include "ptpcore/management/data.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::management {
namespace {

using wire::ManagementError;

constexpr uint8_t kLeapFlags = wire::kLeap61 | wire::kLeap59;

Refusal WrongValue(const char* member, int value, const char* allowed) {
  return {ManagementError::kWrongValue,
          absl::StrCat(member, " ", value, " is not one of ", allowed)};
}

// Leap seconds come from the list and from masters, not from whoever asks.
std::optional<Refusal> LeapFlagsStay(uint8_t flags, const protocol::TimeProperties& properties) {
  if ((flags & kLeapFlags) == (FlagsOf(properties) & kLeapFlags)) return std::nullopt;
  return Refusal{ManagementError::kNotSetable, "leap61 and leap59 follow the list of leap seconds"};
}

void SetUtc(int16_t offset_s, uint8_t flags, Change& change) {
  change.utc_offset_s = offset_s;
  change.utc_offset_valid = (flags & wire::kCurrentUtcOffsetValid) != 0;
}
void SetTraceability(uint8_t flags, Change& change) {
  change.time_traceable = (flags & wire::kTimeTraceable) != 0;
  change.frequency_traceable = (flags & wire::kFrequencyTraceable) != 0;
}
void SetTimescale(uint8_t flags, uint8_t time_source, Change& change) {
  change.ptp_timescale = (flags & wire::kPtpTimescale) != 0;
  change.time_source = time_source;
}

std::variant<Change, Refusal> GrandmasterSettings(wire::Reader& reader, const ClockView& clock) {
  Change change;
  change.clock_class = reader.U8();
  change.clock_accuracy = reader.U8();
  change.offset_scaled_log_variance = reader.U16();
  const auto offset_s = static_cast<int16_t>(reader.U16());
  const uint8_t flags = reader.U8();
  if (auto refusal = LeapFlagsStay(flags, clock.own_time_properties)) return *refusal;
  SetUtc(offset_s, flags, change);
  SetTraceability(flags, change);
  SetTimescale(flags, reader.U8(), change);
  return change;
}

}  // namespace

std::variant<Change, Refusal> ChangeOf(Id id, absl::Span<const uint8_t> data,
                                       const ClockView& clock, const PortView& port) {
  wire::Reader reader(data);
  Change change;
  switch (id) {
    case Id::kNullManagement:
      return change;
    case Id::kPriority1:
      change.priority1 = reader.U8();
      return change;
    case Id::kPriority2:
      change.priority2 = reader.U8();
      return change;
    case Id::kDomain:
      change.domain_number = reader.U8();
      return change;
    case Id::kSlaveOnly:
      change.slave_only = (reader.U8() & 1) != 0;
      return change;
    case Id::kLogAnnounceInterval:
      change.log_announce_interval = static_cast<int8_t>(reader.U8());
      return change;
    case Id::kAnnounceReceiptTimeout:
      change.announce_receipt_timeout = reader.U8();
      if (*change.announce_receipt_timeout < 2) {
        return WrongValue("announceReceiptTimeout", *change.announce_receipt_timeout, "2..255");
      }
      return change;
    case Id::kLogSyncInterval:
      change.log_sync_interval = static_cast<int8_t>(reader.U8());
      return change;
    case Id::kClockAccuracy:
      change.clock_accuracy = reader.U8();
      return change;
    case Id::kUtcProperties: {
      const auto offset_s = static_cast<int16_t>(reader.U16());
      const uint8_t flags = reader.U8();
      if (auto refusal = LeapFlagsStay(flags, clock.time_properties)) return *refusal;
      SetUtc(offset_s, flags, change);
      return change;
    }
    case Id::kTraceabilityProperties:
      SetTraceability(reader.U8(), change);
      return change;
    case Id::kTimescaleProperties: {
      const uint8_t flags = reader.U8();
      SetTimescale(flags, reader.U8(), change);
      return change;
    }
    case Id::kUnicastNegotiationEnable:
      change.unicast_negotiation = (reader.U8() & 1) != 0;
      return change;
    case Id::kPathTraceEnable:
      change.path_trace = (reader.U8() & 1) != 0;
      return change;
    case Id::kDelayMechanism: {
      const uint8_t mechanism = reader.U8();
      change.delay_mechanism = static_cast<DelayMechanism>(mechanism);
      if (*change.delay_mechanism != DelayMechanism::kE2e &&
          *change.delay_mechanism != DelayMechanism::kP2p) {
        return WrongValue("delayMechanism", mechanism, "1 (E2E), 2 (P2P)");
      }
      return change;
    }
    case Id::kLogMinPdelayReqInterval:
      change.log_min_pdelay_req_interval = static_cast<int8_t>(reader.U8());
      return change;
    case Id::kGrandmasterSettingsNp:
      return GrandmasterSettings(reader, clock);
    case Id::kPortDataSetNp:
      change.neighbor_propagation_delay_threshold_ns = reader.U32();
      if ((reader.U32() != 0) != port.as_capable) {
        return Refusal{ManagementError::kNotSetable, "asCapable is measured"};
      }
      return change;
    default:
      return Refusal{ManagementError::kNotSetable, ""};
  }
}

}  // namespace ptpcore::management
