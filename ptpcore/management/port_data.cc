// Data fields about one port: IEEE 1588-2019 15.5.3.1.2 and 15.5.3.7.
#include <algorithm>

#include "ptpcore/management/data.h"
#include "ptpcore/wire/ptp_text.h"
#include "ptpcore/wire/tlv_communication.h"

namespace ptpcore::management {
namespace {

// clockType, table 60: one bit each.
constexpr uint16_t kOrdinaryClock = 0x8000;
constexpr uint16_t kBoundaryClock = 0x4000;

constexpr uint16_t kMaxUnicastMasters = 64;

void WriteOctet(uint8_t value, wire::Writer& writer) {
  writer.U8(value);
  writer.U8(0);
}
void WriteOctet(int8_t value, wire::Writer& writer) {
  WriteOctet(static_cast<uint8_t>(value), writer);
}

// minorVersionPTP and versionPTP, as in a header.
uint8_t VersionOf(const PortView& port) {
  return static_cast<uint8_t>(port.minor_version << 4 | wire::kVersionPtp);
}

void WriteClockDescription(const ClockView& clock, const PortView& port, wire::Writer& writer) {
  writer.U16(clock.default_ds.number_ports > 1 ? kBoundaryClock : kOrdinaryClock);
  wire::WriteText("IEEE 802.3", writer);
  writer.U16(static_cast<uint16_t>(port.mac.size()));
  writer.Octets(port.mac);
  wire::WritePortAddress(port.address, writer);
  // manufacturerIdentity: zeros, as we have no OUI of our own; and a reserved octet.
  writer.U32(0);
  wire::WriteText(clock.product_description, writer);
  wire::WriteText(clock.revision_data, writer);
  wire::WriteText(clock.user_description, writer);
  writer.Octets(clock.profile_identity);
}

void WritePortDataSet(const PortView& port, wire::Writer& writer) {
  writer.Port(port.identity);
  writer.U8(static_cast<uint8_t>(port.state));
  writer.U8(static_cast<uint8_t>(port.log_min_delay_req_interval));
  writer.Interval(port.mean_link_delay);
  writer.U8(static_cast<uint8_t>(port.log_announce_interval));
  writer.U8(port.announce_receipt_timeout);
  writer.U8(static_cast<uint8_t>(port.log_sync_interval));
  writer.U8(static_cast<uint8_t>(port.delay_mechanism));
  writer.U8(static_cast<uint8_t>(port.log_min_pdelay_req_interval));
  writer.U8(VersionOf(port));
}

void WriteUnicastMasters(const PortView& port, wire::Writer& writer) {
  const size_t count = std::min<size_t>(port.unicast_masters.size(), kMaxUnicastMasters);
  writer.U8(static_cast<uint8_t>(port.log_announce_interval));  // logQueryInterval
  writer.U16(static_cast<uint16_t>(count));
  for (size_t i = 0; i < count; ++i) wire::WritePortAddress(port.unicast_masters[i], writer);
}

}  // namespace

bool WritePortData(Id id, const ClockView& clock, const PortView& port, wire::Writer& writer) {
  switch (id) {
    case Id::kNullManagement:
      return true;
    case Id::kClockDescription:
      WriteClockDescription(clock, port, writer);
      return true;
    case Id::kPortDataSet:
      WritePortDataSet(port, writer);
      return true;
    case Id::kLogAnnounceInterval:
      WriteOctet(port.log_announce_interval, writer);
      return true;
    case Id::kAnnounceReceiptTimeout:
      WriteOctet(port.announce_receipt_timeout, writer);
      return true;
    case Id::kLogSyncInterval:
      WriteOctet(port.log_sync_interval, writer);
      return true;
    case Id::kVersionNumber:
      WriteOctet(VersionOf(port), writer);
      return true;
    case Id::kUnicastNegotiationEnable:
      WriteOctet(uint8_t{port.unicast_negotiation}, writer);
      return true;
    case Id::kUnicastMasterTable:
      WriteUnicastMasters(port, writer);
      return true;
    case Id::kUnicastMasterMaxTableSize:
      writer.U16(kMaxUnicastMasters);
      return true;
    case Id::kAcceptableMasterTableEnabled:
      WriteOctet(uint8_t{port.acceptable_masters_only}, writer);
      return true;
    case Id::kMasterOnly:
      WriteOctet(uint8_t{port.master_only}, writer);
      return true;
    case Id::kDelayMechanism:
      WriteOctet(static_cast<uint8_t>(port.delay_mechanism), writer);
      return true;
    case Id::kLogMinPdelayReqInterval:
      WriteOctet(port.log_min_pdelay_req_interval, writer);
      return true;
    default:
      return false;
  }
}

}  // namespace ptpcore::management
