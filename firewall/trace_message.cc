#include "firewall/trace_message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>

namespace hostctl::firewall {
namespace {

constexpr size_t kMostPacketsOnTheirWay = 4096;
constexpr size_t kMostDrops = 64;
constexpr size_t kIpv4ProtocolAt = 9;
constexpr size_t kIpv4SourceAt = 12;
constexpr size_t kIpv6NextHeaderAt = 6;
constexpr size_t kIpv6SourceAt = 8;
constexpr size_t kIpv6HeaderSize = 40;

struct Bytes {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

Bytes BytesOf(const nlattr* attribute) {
  return {static_cast<const uint8_t*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

std::string FamilyName(uint8_t family) {
  switch (family) {
    case NFPROTO_INET:
      return "inet";
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_BRIDGE:
      return "bridge";
    case NFPROTO_NETDEV:
      return "netdev";
    default:
      return "";
  }
}

std::string AddressText(int family, const uint8_t* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, octets, text.data(), text.size()) == nullptr ? "" : text.data();
}

uint32_t Uint32Of(const nlattr* attribute) {
  return mnl_attr_validate(attribute, MNL_TYPE_U32) < 0 ? 0 : ntohl(mnl_attr_get_u32(attribute));
}

std::string TextOf(const nlattr* attribute) {
  if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0) return "";
  return mnl_attr_get_str(attribute);
}

bool Drops(uint32_t verdict) {
  const auto code = static_cast<int32_t>(verdict);
  return code >= 0 && (code & NF_VERDICT_MASK) == NF_DROP;
}

}  // namespace

// One message, its attributes.
struct DropCollector::Event {
  std::string family;
  uint32_t id = 0;
  uint32_t type = 0;
  std::string table;
  std::string chain;
  uint64_t handle = 0;
  std::optional<uint32_t> verdict;
  std::optional<uint32_t> policy;
  Bytes network;
  Bytes transport;
  bool has_input = false;
  bool has_output = false;
};

namespace {

int TakeVerdictCode(const nlattr* attribute, void* data) {
  if (mnl_attr_get_type(attribute) == NFTA_VERDICT_CODE) {
    *static_cast<std::optional<uint32_t>*>(data) = Uint32Of(attribute);
  }
  return MNL_CB_OK;
}

}  // namespace

int DropCollector::TakeAttribute(const nlattr* attribute, void* data) {
  Event& event = *static_cast<Event*>(data);
  switch (mnl_attr_get_type(attribute)) {
    case NFTA_TRACE_ID:
      event.id = Uint32Of(attribute);
      break;
    case NFTA_TRACE_TYPE:
      event.type = Uint32Of(attribute);
      break;
    case NFTA_TRACE_TABLE:
      event.table = TextOf(attribute);
      break;
    case NFTA_TRACE_CHAIN:
      event.chain = TextOf(attribute);
      break;
    case NFTA_TRACE_RULE_HANDLE:
      if (mnl_attr_validate(attribute, MNL_TYPE_U64) == 0) {
        event.handle = be64toh(mnl_attr_get_u64(attribute));
      }
      break;
    case NFTA_TRACE_VERDICT:
      mnl_attr_parse_nested(attribute, TakeVerdictCode, &event.verdict);
      break;
    case NFTA_TRACE_POLICY:
      event.policy = Uint32Of(attribute);
      break;
    case NFTA_TRACE_NETWORK_HEADER:
      event.network = BytesOf(attribute);
      break;
    case NFTA_TRACE_TRANSPORT_HEADER:
      event.transport = BytesOf(attribute);
      break;
    case NFTA_TRACE_IIF:
      event.has_input = true;
      break;
    case NFTA_TRACE_OIF:
      event.has_output = true;
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

void DropCollector::TakeMessage(const nlmsghdr* header) {
  if (header->nlmsg_type != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE)) return;
  if (header->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(nfgenmsg)) return;
  Event event;
  event.family =
      FamilyName(static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(header))->nfgen_family);
  mnl_attr_parse(header, sizeof(nfgenmsg), TakeAttribute, &event);
  TakeEvent(event);
}

void DropCollector::Take(const void* messages, size_t length) {
  // Not mnl_cb_run(): it stops at what it takes for the end of a dump.
  const auto* header = static_cast<const nlmsghdr*>(messages);
  auto left = static_cast<int>(length);
  while (mnl_nlmsg_ok(header, left)) {
    TakeMessage(header);
    header = mnl_nlmsg_next(header, &left);
  }
}

void DropCollector::TakeEvent(const Event& event) {
  if (packets_.size() >= kMostPacketsOnTheirWay) packets_.clear();
  Packet& packet = packets_[event.id];
  const Bytes& ip = event.network;
  const int version = ip.size == 0 ? 0 : ip.data[0] >> 4;
  if (version == 4 && ip.size >= kIpv4SourceAt + 4) {
    packet.protocol = ip.data[kIpv4ProtocolAt];
    packet.source = AddressText(AF_INET, ip.data + kIpv4SourceAt);
  } else if (version == 6 && ip.size >= kIpv6HeaderSize) {
    packet.protocol = ip.data[kIpv6NextHeaderAt];
    packet.source = AddressText(AF_INET6, ip.data + kIpv6SourceAt);
  }
  if (packet.protocol == IPPROTO_UDP && event.transport.size >= 4) {
    packet.port = static_cast<uint16_t>(event.transport.data[2] << 8 | event.transport.data[3]);
  }
  if (event.has_input || event.has_output) packet.inbound = !event.has_output;

  const bool by_rule = event.type == NFT_TRACETYPE_RULE && event.verdict && Drops(*event.verdict);
  const bool by_policy = event.type == NFT_TRACETYPE_POLICY && event.policy && Drops(*event.policy);
  if (!by_rule && !by_policy) return;
  TracedDrop drop{packet.inbound,
                  event.family,
                  event.table,
                  event.chain,
                  by_rule ? event.handle : 0,
                  "",
                  packet.protocol,
                  packet.port,
                  packet.source,
                  1};
  packets_.erase(event.id);
  const auto same = std::find_if(drops_.begin(), drops_.end(), [&](const TracedDrop& other) {
    return other.inbound == drop.inbound && other.family == drop.family &&
           other.table == drop.table && other.chain == drop.chain && other.handle == drop.handle &&
           other.protocol == drop.protocol && other.port == drop.port;
  });
  if (same != drops_.end()) {
    ++same->packets;
  } else if (drops_.size() < kMostDrops) {
    drops_.push_back(drop);
  }
}

}  // namespace hostctl::firewall
