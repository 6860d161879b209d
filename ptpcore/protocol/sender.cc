#include "ptpcore/protocol/sender.h"

#include "ptpcore/wire/message_table.h"

namespace ptpcore::protocol {
namespace {

wire::Body EmptyBody(wire::MessageType type) {
  switch (type) {
    case wire::MessageType::kSync:
      return wire::Sync{};
    case wire::MessageType::kDelayReq:
      return wire::DelayReq{};
    case wire::MessageType::kPdelayReq:
      return wire::PdelayReq{};
    case wire::MessageType::kPdelayResp:
      return wire::PdelayResp{};
    case wire::MessageType::kFollowUp:
      return wire::FollowUp{};
    case wire::MessageType::kDelayResp:
      return wire::DelayResp{};
    case wire::MessageType::kPdelayRespFollowUp:
      return wire::PdelayRespFollowUp{};
    case wire::MessageType::kAnnounce:
      return wire::Announce{};
    case wire::MessageType::kSignaling:
      return wire::Signaling{};
    case wire::MessageType::kManagement:
      return wire::Management{};
  }
  return wire::Sync{};
}

}  // namespace

wire::Message Sender::Message(wire::MessageType type, uint16_t sequence_id,
                              int8_t log_interval) const {
  wire::Message message;
  message.header = wire::HeaderOf(type);
  wire::Header& header = message.header;
  header.minor_version = minor_version;
  header.domain_number = domain_number;
  header.major_sdo_id = static_cast<uint8_t>(sdo_id >> 8);
  if (minor_version > 0) header.minor_sdo_id = static_cast<uint8_t>(sdo_id & 0xFF);
  header.source = port;
  header.sequence_id = sequence_id;
  header.log_message_interval = log_interval;
  if (gptp) {
    header.control = 0;  // 10.6.2.2.13
    // Table 10-9. Of an Announce it is told by the time's properties.
    if (type != wire::MessageType::kAnnounce) header.flags = wire::kPtpTimescale;
  }
  message.body = EmptyBody(type);
  return message;
}

}  // namespace ptpcore::protocol
