// Messages of a trace as the kernel sends them, made by hand.
#include "firewall/trace_message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <array>

#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

constexpr std::array<uint8_t, 20> kIpv4 = {0x45, 0, 0,   72, 0, 0, 0,   0, 1, 17,
                                           0,    0, 192, 0,  2, 1, 224, 0, 1, 129};
constexpr std::array<uint8_t, 8> kUdp = {1, 0x3f, 1, 0x3f, 0, 52, 0, 0};

// A message, attribute by attribute.
class Message {
 public:
  explicit Message(uint32_t id, uint32_t type, uint8_t family = NFPROTO_INET)
      : header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE;
    auto* const extra =
        static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    extra->nfgen_family = family;
    mnl_attr_put_u32(header_, NFTA_TRACE_ID, htonl(id));
    mnl_attr_put_u32(header_, NFTA_TRACE_TYPE, htonl(type));
  }
  Message& In(const char* table, const char* chain) {
    mnl_attr_put_strz(header_, NFTA_TRACE_TABLE, table);
    mnl_attr_put_strz(header_, NFTA_TRACE_CHAIN, chain);
    return *this;
  }
  Message& Packet(uint16_t device_attribute) {
    mnl_attr_put(header_, NFTA_TRACE_NETWORK_HEADER, kIpv4.size(), kIpv4.data());
    mnl_attr_put(header_, NFTA_TRACE_TRANSPORT_HEADER, kUdp.size(), kUdp.data());
    mnl_attr_put_u32(header_, device_attribute, htonl(2));
    return *this;
  }
  Message& Rule(uint64_t handle, uint32_t verdict) {
    mnl_attr_put_u64(header_, NFTA_TRACE_RULE_HANDLE, htobe64(handle));
    nlattr* const nest = mnl_attr_nest_start(header_, NFTA_TRACE_VERDICT);
    mnl_attr_put_u32(header_, NFTA_VERDICT_CODE, htonl(verdict));
    mnl_attr_nest_end(header_, nest);
    return *this;
  }
  Message& Policy(uint32_t verdict) {
    mnl_attr_put_u32(header_, NFTA_TRACE_POLICY, htonl(verdict));
    return *this;
  }
  void To(DropCollector& drops) const { drops.Take(header_, header_->nlmsg_len); }

 private:
  alignas(nlmsghdr) std::array<char, 1024> buffer_{};
  nlmsghdr* header_;
};

TEST(DropCollector, NamesTheRuleThatDropped) {
  DropCollector drops;
  Message(7, NFT_TRACETYPE_RULE)
      .In("hostctl-trace", "in")
      .Packet(NFTA_TRACE_IIF)
      .Rule(3, NF_ACCEPT)
      .To(drops);
  Message(7, NFT_TRACETYPE_RULE, NFPROTO_IPV4).In("filter", "INPUT").Rule(5, NF_DROP).To(drops);
  ASSERT_EQ(drops.drops().size(), 1u);
  EXPECT_EQ(drops.drops()[0],
            (TracedDrop{true, "ip", "filter", "INPUT", 5, "", 17, 319, "192.0.2.1", 1}));
}

TEST(DropCollector, APolicyHasNoRule) {
  DropCollector drops;
  Message(7, NFT_TRACETYPE_RULE)
      .In("hostctl-trace", "out")
      .Packet(NFTA_TRACE_OIF)
      .Rule(3, NF_ACCEPT)
      .To(drops);
  Message(7, NFT_TRACETYPE_POLICY).In("site", "output").Policy(NF_DROP).To(drops);
  ASSERT_EQ(drops.drops().size(), 1u);
  EXPECT_FALSE(drops.drops()[0].inbound);
  EXPECT_EQ(drops.drops()[0].handle, 0u);
}

TEST(DropCollector, CountsPacketsThatEndAtTheSamePlace) {
  DropCollector drops;
  for (uint32_t id = 1; id <= 3; ++id) {
    Message(id, NFT_TRACETYPE_RULE)
        .In("site", "input")
        .Packet(NFTA_TRACE_IIF)
        .Rule(9, NF_DROP)
        .To(drops);
  }
  ASSERT_EQ(drops.drops().size(), 1u);
  EXPECT_EQ(drops.drops()[0].packets, 3u);
}

TEST(DropCollector, WhatIsLetThroughIsNoDrop) {
  DropCollector drops;
  Message(1, NFT_TRACETYPE_RULE)
      .In("site", "input")
      .Packet(NFTA_TRACE_IIF)
      .Rule(9, static_cast<uint32_t>(NFT_JUMP))
      .To(drops);
  Message(1, NFT_TRACETYPE_POLICY).In("site", "input").Policy(NF_ACCEPT).To(drops);
  EXPECT_TRUE(drops.drops().empty());
}

TEST(DropCollector, PassesOverWhatIsCutOff) {
  DropCollector drops;
  const std::array<char, 24> zeros{};
  for (size_t length = 0; length <= zeros.size(); ++length) drops.Take(zeros.data(), length);
  EXPECT_TRUE(drops.drops().empty());
}

}  // namespace
}  // namespace hostctl::firewall
