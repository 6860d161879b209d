// The TLV types of IEEE 1588-2019 table 52, one line each, and two experimental ones that are
// met on real networks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ptpcore::wire {

// tlvType. Any other value may stand in a message: it is skipped.
enum class TlvType : uint16_t {
  kManagement = 0x0001,
  kManagementErrorStatus = 0x0002,
  kOrganizationExtension = 0x0003,
  kRequestUnicastTransmission = 0x0004,
  kGrantUnicastTransmission = 0x0005,
  kCancelUnicastTransmission = 0x0006,
  kAcknowledgeCancelUnicastTransmission = 0x0007,
  kPathTrace = 0x0008,
  kAlternateTimeOffsetIndicator = 0x0009,
  kPtpmonRequest = 0x21FE,
  kPtpmonResponse = 0x21FF,
  kOrganizationExtensionPropagate = 0x4000,
  kEnhancedAccuracyMetrics = 0x4001,
  kOrganizationExtensionDoNotPropagate = 0x8000,
  kL1Sync = 0x8001,
  kPortCommunicationAvailability = 0x8002,
  kProtocolAddress = 0x8003,
  kSlaveRxSyncTimingData = 0x8004,
  kSlaveRxSyncComputedData = 0x8005,
  kSlaveTxEventTimestamps = 0x8006,
  kCumulativeRateRatio = 0x8007,
  kPad = 0x8008,
  kAuthentication = 0x8009,
};

struct TlvTraits {
  TlvType type;
  const char* name;    // as the standard writes it
  const char* clause;  // that lays it out
  size_t minimum;      // octets of its value, without type and length
  size_t maximum;      // the same where the size is fixed
};

inline constexpr size_t kAnyTlvSize = 0xFFFF;

inline constexpr std::array<TlvTraits, 23> kTlvTable = {{
    {TlvType::kManagement, "MANAGEMENT", "15.5.2", 2, kAnyTlvSize},
    {TlvType::kManagementErrorStatus, "MANAGEMENT_ERROR_STATUS", "15.5.4", 8, kAnyTlvSize},
    {TlvType::kOrganizationExtension, "ORGANIZATION_EXTENSION", "14.3", 6, kAnyTlvSize},
    {TlvType::kRequestUnicastTransmission, "REQUEST_UNICAST_TRANSMISSION", "16.1.4.1", 6, 6},
    {TlvType::kGrantUnicastTransmission, "GRANT_UNICAST_TRANSMISSION", "16.1.4.2", 8, 8},
    {TlvType::kCancelUnicastTransmission, "CANCEL_UNICAST_TRANSMISSION", "16.1.4.3", 2, 2},
    {TlvType::kAcknowledgeCancelUnicastTransmission, "ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION",
     "16.1.4.4", 2, 2},
    {TlvType::kPathTrace, "PATH_TRACE", "16.2.5", 0, kAnyTlvSize},
    {TlvType::kAlternateTimeOffsetIndicator, "ALTERNATE_TIME_OFFSET_INDICATOR", "16.3.3", 16, 272},
    {TlvType::kPtpmonRequest, "PTPMON_REQ", "NetSync Monitor", 0, 0},
    {TlvType::kPtpmonResponse, "PTPMON_RESP", "NetSync Monitor", 70, 86},
    {TlvType::kOrganizationExtensionPropagate, "ORGANIZATION_EXTENSION_PROPAGATE", "14.3", 6,
     kAnyTlvSize},
    {TlvType::kEnhancedAccuracyMetrics, "ENHANCED_ACCURACY_METRICS", "16.12.4", 84, 84},
    {TlvType::kOrganizationExtensionDoNotPropagate, "ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE",
     "14.3", 6, kAnyTlvSize},
    {TlvType::kL1Sync, "L1_SYNC", "L.6", 2, 40},
    {TlvType::kPortCommunicationAvailability, "PORT_COMMUNICATION_AVAILABILITY", "16.9", 2, 2},
    {TlvType::kProtocolAddress, "PROTOCOL_ADDRESS", "16.9", 4, 4 + 16},
    {TlvType::kSlaveRxSyncTimingData, "SLAVE_RX_SYNC_TIMING_DATA", "16.11.4.1", 10, kAnyTlvSize},
    {TlvType::kSlaveRxSyncComputedData, "SLAVE_RX_SYNC_COMPUTED_DATA", "16.11.4.2", 12,
     kAnyTlvSize},
    {TlvType::kSlaveTxEventTimestamps, "SLAVE_TX_EVENT_TIMESTAMPS", "16.11.5.1", 12, kAnyTlvSize},
    {TlvType::kCumulativeRateRatio, "CUMULATIVE_RATE_RATIO", "16.10", 4, 4},
    {TlvType::kPad, "PAD", "14.4.2", 0, kAnyTlvSize},
    {TlvType::kAuthentication, "AUTHENTICATION", "16.14.3", 6, kAnyTlvSize},
}};

// Null for a type that is not in the table.
constexpr const TlvTraits* FindTlvTraits(TlvType type) {
  for (const TlvTraits& traits : kTlvTable) {
    if (traits.type == type) return &traits;
  }
  return nullptr;
}

// Whether a value of this type may have `size` octets. Any size will do for a type that is
// not in the table.
constexpr bool HasSizeOfItsType(TlvType type, size_t size) {
  const TlvTraits* traits = FindTlvTraits(type);
  return traits == nullptr || (size >= traits->minimum && size <= traits->maximum);
}

// Whether a boundary clock passes on a TLV that it does not know when it stands behind an
// Announce message (14.2.2.2): tlvType 0x4000 to 0x7FFF.
constexpr bool IsPropagated(TlvType type) {
  return (static_cast<uint16_t>(type) & 0xC000) == 0x4000;
}

}  // namespace ptpcore::wire
