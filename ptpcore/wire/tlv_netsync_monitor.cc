#include "ptpcore/wire/tlv_netsync_monitor.h"

#include "ptpcore/wire/tlv_communication.h"

namespace ptpcore::wire {
namespace {

constexpr size_t kParentSize = 32;
constexpr size_t kCurrentSize = 18;
constexpr size_t kTimePropertiesSize = 4;
constexpr size_t kTimestampSize = 10;

}  // namespace

std::optional<PtpmonRequest> PtpmonRequest::Read(Reader& /*reader*/) {
  return PtpmonRequest{};
}
void PtpmonRequest::Write(Writer& /*writer*/) const {}

std::optional<PtpmonResponse> PtpmonResponse::Read(Reader& reader) {
  PtpmonResponse tlv;
  tlv.port_state = reader.U8();
  reader.U8();  // reserved
  const std::optional<PortAddress> address = ReadPortAddress(reader);
  if (!address) return std::nullopt;
  tlv.parent_address = *address;
  if (reader.remaining() != kParentSize + kCurrentSize + kTimePropertiesSize + kTimestampSize) {
    return std::nullopt;
  }
  tlv.parent_data_set = reader.Take(kParentSize);
  tlv.current_data_set = reader.Take(kCurrentSize);
  tlv.time_properties_data_set = reader.Take(kTimePropertiesSize);
  tlv.last_sync = reader.Time();
  return tlv;
}
void PtpmonResponse::Write(Writer& writer) const {
  writer.U8(port_state);
  writer.U8(0);
  WritePortAddress(parent_address, writer);
  writer.Octets(parent_data_set);
  writer.Octets(current_data_set);
  writer.Octets(time_properties_data_set);
  writer.Time(last_sync);
}

}  // namespace ptpcore::wire
