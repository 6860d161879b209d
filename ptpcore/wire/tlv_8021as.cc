#include "ptpcore/wire/tlv_8021as.h"

#include "ptpcore/wire/tlv_organization.h"

namespace ptpcore::wire {
namespace {

constexpr OrganizationTlvId Ieee8021(uint8_t sub_type) {
  return {{0x00, 0x80, 0xC2}, {0, 0, sub_type}};
}
constexpr OrganizationTlvId kFollowUpInformation = Ieee8021(1);
constexpr OrganizationTlvId kMessageIntervalRequest = Ieee8021(2);
constexpr OrganizationTlvId kGptpCapable = Ieee8021(4);
constexpr OrganizationTlvId kGptpCapableMessageIntervalRequest = Ieee8021(5);

constexpr uint8_t kComputeNeighborRateRatio = 1 << 0;
constexpr uint8_t kComputeMeanLinkDelay = 1 << 1;
constexpr uint8_t kOneStepReceiveCapable = 1 << 2;

// Whether the value is one of this kind: `size` octets follow its id.
bool Is(const OrganizationTlvId& id, size_t size, Reader& reader) {
  return OrganizationTlvId::Read(reader) == id && reader.remaining() == size;
}

}  // namespace

ScaledNs ScaledNs::Read(Reader& reader) {
  ScaledNs value;
  value.high = static_cast<int16_t>(reader.U16());
  value.low = reader.U64();
  value.fraction = reader.U16();
  return value;
}
void ScaledNs::Write(Writer& writer) const {
  writer.U16(static_cast<uint16_t>(high));
  writer.U64(low);
  writer.U16(fraction);
}

std::optional<FollowUpInformation> FollowUpInformation::Read(Reader& reader) {
  if (!Is(kFollowUpInformation, 22, reader)) return std::nullopt;
  FollowUpInformation tlv;
  tlv.cumulative_scaled_rate_offset = static_cast<int32_t>(reader.U32());
  tlv.gm_time_base_indicator = reader.U16();
  tlv.last_gm_phase_change = ScaledNs::Read(reader);
  tlv.scaled_last_gm_freq_change = static_cast<int32_t>(reader.U32());
  return tlv;
}
void FollowUpInformation::Write(Writer& writer) const {
  kFollowUpInformation.Write(writer);
  writer.U32(static_cast<uint32_t>(cumulative_scaled_rate_offset));
  writer.U16(gm_time_base_indicator);
  last_gm_phase_change.Write(writer);
  writer.U32(static_cast<uint32_t>(scaled_last_gm_freq_change));
}

std::optional<MessageIntervalRequest> MessageIntervalRequest::Read(Reader& reader) {
  if (!Is(kMessageIntervalRequest, 6, reader)) return std::nullopt;
  MessageIntervalRequest tlv;
  tlv.log_link_delay_interval = static_cast<int8_t>(reader.U8());
  tlv.log_time_sync_interval = static_cast<int8_t>(reader.U8());
  tlv.log_announce_interval = static_cast<int8_t>(reader.U8());
  const uint8_t flags = reader.U8();
  tlv.compute_neighbor_rate_ratio = (flags & kComputeNeighborRateRatio) != 0;
  tlv.compute_mean_link_delay = (flags & kComputeMeanLinkDelay) != 0;
  tlv.one_step_receive_capable = (flags & kOneStepReceiveCapable) != 0;
  return tlv;
}
void MessageIntervalRequest::Write(Writer& writer) const {
  kMessageIntervalRequest.Write(writer);
  writer.U8(static_cast<uint8_t>(log_link_delay_interval));
  writer.U8(static_cast<uint8_t>(log_time_sync_interval));
  writer.U8(static_cast<uint8_t>(log_announce_interval));
  uint8_t flags = 0;
  if (compute_neighbor_rate_ratio) flags |= kComputeNeighborRateRatio;
  if (compute_mean_link_delay) flags |= kComputeMeanLinkDelay;
  if (one_step_receive_capable) flags |= kOneStepReceiveCapable;
  writer.U8(flags);
  writer.U16(0);
}

std::optional<GptpCapable> GptpCapable::Read(Reader& reader) {
  if (!Is(kGptpCapable, 6, reader)) return std::nullopt;
  GptpCapable tlv;
  tlv.log_gptp_capable_message_interval = static_cast<int8_t>(reader.U8());
  tlv.flags = reader.U8();
  return tlv;
}
void GptpCapable::Write(Writer& writer) const {
  kGptpCapable.Write(writer);
  writer.U8(static_cast<uint8_t>(log_gptp_capable_message_interval));
  writer.U8(flags);
  writer.U32(0);
}

std::optional<GptpCapableMessageIntervalRequest> GptpCapableMessageIntervalRequest::Read(
    Reader& reader) {
  if (!Is(kGptpCapableMessageIntervalRequest, 4, reader)) return std::nullopt;
  GptpCapableMessageIntervalRequest tlv;
  tlv.log_gptp_capable_message_interval = static_cast<int8_t>(reader.U8());
  return tlv;
}
void GptpCapableMessageIntervalRequest::Write(Writer& writer) const {
  kGptpCapableMessageIntervalRequest.Write(writer);
  writer.U8(static_cast<uint8_t>(log_gptp_capable_message_interval));
  writer.U8(0);
  writer.U16(0);
}

}  // namespace ptpcore::wire
