#include "service/capture/frame_summary.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"

namespace hostctl::capture {
namespace {

namespace wire = ptpcore::wire;

// `000c29fffe1ddaab-1`.
std::string PortText(const wire::PortIdentity& port) {
  return absl::StrCat(wire::ToString(port.clock), "-", port.port);
}

std::string TimeText(const wire::Timestamp& time) {
  return absl::StrFormat("%d.%09d s", time.seconds, time.nanoseconds);
}

std::string TargetText(const wire::PortIdentity& target) {
  return target == wire::kAllPorts ? "all" : PortText(target);
}

const char* ActionText(wire::ManagementAction action) {
  switch (action) {
    case wire::ManagementAction::kGet:
      return "GET";
    case wire::ManagementAction::kSet:
      return "SET";
    case wire::ManagementAction::kResponse:
      return "RESPONSE";
    case wire::ManagementAction::kCommand:
      return "COMMAND";
    case wire::ManagementAction::kAcknowledge:
      return "ACKNOWLEDGE";
  }
  return "reserved action";
}

// What a message says, besides what its header does; begins with a comma, if at all.
class BodyText {
 public:
  explicit BodyText(const wire::Header& header) : header_(header) {}

  std::string operator()(const wire::Sync& sync) const {
    if (header_.Has(wire::kTwoStep)) return ", two-step";
    return absl::StrCat(", one-step, ", TimeText(sync.origin));
  }
  std::string operator()(const wire::DelayReq& /*m*/) const { return ""; }
  std::string operator()(const wire::PdelayReq& /*m*/) const { return ""; }
  std::string operator()(const wire::FollowUp& m) const {
    return absl::StrCat(", ", TimeText(m.precise_origin));
  }
  std::string operator()(const wire::DelayResp& m) const {
    return Answer(m.receive, m.requesting_port);
  }
  std::string operator()(const wire::PdelayResp& m) const {
    return absl::StrCat(Answer(m.request_receipt, m.requesting_port),
                        header_.Has(wire::kTwoStep) ? ", two-step" : ", one-step");
  }
  std::string operator()(const wire::PdelayRespFollowUp& m) const {
    return Answer(m.response_origin, m.requesting_port);
  }
  std::string operator()(const wire::Announce& m) const {
    return absl::StrCat(", grandmaster ", wire::ToString(m.grandmaster), ", class ",
                        m.quality.clock_class, ", priorities ", m.priority1, " and ", m.priority2,
                        ", ", m.steps_removed, m.steps_removed == 1 ? " step" : " steps", ", ",
                        header_.Has(wire::kPtpTimescale) ? "PTP" : "arbitrary", " timescale");
  }
  std::string operator()(const wire::Signaling& m) const {
    return absl::StrCat(", to ", TargetText(m.target));
  }
  std::string operator()(const wire::Management& m) const {
    return absl::StrCat(", ", ActionText(m.action), " to ", TargetText(m.target));
  }

 private:
  static std::string Answer(const wire::Timestamp& time, const wire::PortIdentity& to) {
    return absl::StrCat(", to ", PortText(to), ", ", TimeText(time));
  }

  const wire::Header& header_;
};

std::string Sender(const PacketLayers& layers) {
  if (layers.ip()) return layers.source_ip;
  return layers.source_mac ? ToString(*layers.source_mac) : "";
}

std::string VlanText(const PacketLayers& layers) {
  return layers.vlan ? absl::StrCat(", VLAN ", *layers.vlan) : "";
}

std::string PtpText(const DecodedFrame& frame) {
  if (!frame.header) {
    return absl::StrCat("PTP from ", Sender(frame.layers), ", ", frame.layers.payload_length,
                        " octets", VlanText(frame.layers));
  }
  const wire::Header& header = *frame.header;
  std::string text = absl::StrCat(wire::ToString(header.type), " seq ", header.sequence_id,
                                  " domain ", header.domain_number, " from ",
                                  PortText(header.source), " (", Sender(frame.layers), ")");
  if (frame.message) {
    absl::StrAppend(&text, std::visit(BodyText(frame.message->header), frame.message->body));
    if (header.correction.scaled_ns != 0) {
      absl::StrAppend(&text,
                      absl::StrFormat(", correction %.1f ns", header.correction.nanoseconds()));
    }
    size_t tlvs = 0;
    for (wire::TlvCursor cursor(frame.message->tlvs); cursor.Next();) ++tlvs;
    if (tlvs > 0) absl::StrAppend(&text, ", ", tlvs, tlvs == 1 ? " TLV" : " TLVs");
  }
  return absl::StrCat(text, VlanText(frame.layers));
}

std::string MembershipText(const Membership& membership, const PacketLayers& layers) {
  std::string text =
      absl::StrCat(membership.ipv6 ? "MLDv" : "IGMPv", membership.version,
                   membership.kind == Membership::Kind::kQuery ? " query" : " report", " from ",
                   layers.source_ip);
  if (membership.kind == Membership::Kind::kQuery) {
    return absl::StrCat(
        text, " for ",
        membership.groups.empty() ? "all groups" : absl::StrJoin(membership.groups, ", "),
        VlanText(layers));
  }
  const char* separator = ": ";
  if (!membership.groups.empty()) {
    absl::StrAppend(&text, separator, "joined ", absl::StrJoin(membership.groups, ", "));
    separator = "; ";
  }
  if (!membership.left.empty()) {
    absl::StrAppend(&text, separator, "left ", absl::StrJoin(membership.left, ", "));
  }
  return absl::StrCat(text, VlanText(layers));
}

std::string IpProtocolText(uint8_t protocol) {
  switch (protocol) {
    case IPPROTO_ICMP:
      return "ICMP";
    case IPPROTO_ICMPV6:
      return "ICMPv6";
    case IPPROTO_IGMP:
      return "IGMP";
    case IPPROTO_TCP:
      return "TCP";
    case IPPROTO_UDP:
      return "UDP";
    default:
      return absl::StrCat("IP protocol ", protocol);
  }
}

std::string Endpoint(const std::string& address, const std::optional<uint16_t>& port) {
  if (!port) return address;
  const bool ipv6 = address.find(':') != std::string::npos;
  return ipv6 ? absl::StrCat("[", address, "]:", *port) : absl::StrCat(address, ":", *port);
}

std::string OtherText(const PacketLayers& layers) {
  const std::string rest = absl::StrCat(", ", layers.payload_length, " octets", VlanText(layers));
  if (layers.ip()) {
    return absl::StrCat(IpProtocolText(layers.ip_protocol), " ",
                        Endpoint(layers.source_ip, layers.source_port), " > ",
                        Endpoint(layers.destination_ip, layers.destination_port),
                        layers.fragment ? ", fragment" : "", rest);
  }
  if (!layers.source_mac) return absl::StrCat("a frame", rest);
  const std::string way =
      absl::StrCat(ToString(*layers.source_mac), " > ", ToString(*layers.destination_mac), rest);
  if (layers.ethertype == ETH_P_ARP) return absl::StrCat("ARP ", way);
  return absl::StrCat(absl::StrFormat("ethertype 0x%04x ", layers.ethertype), way);
}

}  // namespace

std::string SummaryOf(const DecodedFrame& frame) {
  if (frame.is_ptp()) return PtpText(frame);
  if (frame.membership) return MembershipText(*frame.membership, frame.layers);
  return OtherText(frame.layers);
}

}  // namespace hostctl::capture
