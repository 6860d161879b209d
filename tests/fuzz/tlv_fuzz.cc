// TLVs: any octets behind a message are either refused as a chain, or each TLV decodes to at
// most one kind of value, which is written back as it was but for what is reserved.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_8021as.h"
#include "ptpcore/wire/tlv_alternate_time_offset.h"
#include "ptpcore/wire/tlv_authentication.h"
#include "ptpcore/wire/tlv_communication.h"
#include "ptpcore/wire/tlv_enhanced_accuracy.h"
#include "ptpcore/wire/tlv_l1_sync.h"
#include "ptpcore/wire/tlv_management.h"
#include "ptpcore/wire/tlv_netsync_monitor.h"
#include "ptpcore/wire/tlv_organization.h"
#include "ptpcore/wire/tlv_path_trace.h"
#include "ptpcore/wire/tlv_rate_ratio.h"
#include "ptpcore/wire/tlv_slave_monitoring.h"
#include "ptpcore/wire/tlv_unicast.h"

namespace {

using namespace ptpcore::wire;  // NOLINT(google-build-using-namespace): all its TLVs

void Require(bool holds) {
  if (!holds) std::abort();
}

template <typename T>
std::vector<uint8_t> Written(const T& value) {
  std::vector<uint8_t> octets;
  Require(AppendTlv(value, octets));
  Require(IsTlvChain(octets) && octets.size() % 2 == 0);
  return octets;
}

template <typename T>
void Check(const Tlv& tlv) {
  const std::optional<T> value = DecodeTlv<T>(tlv);
  if (!value || tlv.value.size() > 0xFFFE) return;
  const std::vector<uint8_t> octets = Written(*value);
  // What is reserved is written as zeros, and what stands behind text is left out: once.
  Require(octets.size() <= kTlvHeaderSize + tlv.value.size() + tlv.value.size() % 2 + 2);
  TlvCursor cursor(octets);
  const std::optional<Tlv> same = cursor.Next();
  Require(same && same->type == tlv.type);
  const std::optional<T> again = DecodeTlv<T>(*same);
  Require(again.has_value());
  Require(Written(*again) == octets);
}

template <typename... Types>
void CheckEach(const Tlv& tlv) {
  (Check<Types>(tlv), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::Span<const uint8_t> octets(data, size);
  TlvCursor cursor(octets);
  while (const std::optional<Tlv> tlv = cursor.Next()) {
    CheckEach<ManagementTlv, ManagementErrorStatus, OrganizationExtension,
              OrganizationExtensionPropagate, OrganizationExtensionDoNotPropagate,
              RequestUnicastTransmission, GrantUnicastTransmission, CancelUnicastTransmission,
              AcknowledgeCancelUnicastTransmission, PathTrace, AlternateTimeOffsetIndicator,
              FollowUpInformation, MessageIntervalRequest, GptpCapable,
              GptpCapableMessageIntervalRequest, EnhancedAccuracyMetrics, L1Sync,
              PortCommunicationAvailability, ProtocolAddress, SlaveRxSyncTimingData,
              SlaveRxSyncComputedData, SlaveTxEventTimestamps, CumulativeRateRatio, Pad,
              Authentication, PtpmonRequest, PtpmonResponse>(*tlv);
  }
  return 0;
}
