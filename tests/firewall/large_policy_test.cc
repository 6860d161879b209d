// A thousand rulesets and ten thousand allowed addresses, on a real kernel.
#include <time.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "firewall/nftables_firewall.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/firewall/packet_world.h"

namespace hostctl::firewall {
namespace {

using ::testing::HasSubstr;

constexpr int kRulesets = 1000;
constexpr int kAddressesEach = 10;

// Ruleset i has the port 10000 + i. Even ones are for ten addresses, the last of
// them 10.0.0.2 for every fourth; odd ones are closed.
Wanted LargePolicy() {
  Wanted wanted;
  for (int i = 0; i < kRulesets; ++i) {
    const std::string id = absl::StrFormat("r%04d", i);
    const auto port = static_cast<uint16_t>(10000 + i);
    wanted.definitions.push_back(
        {id,
         "",
         {{Direction::kInbound, Protocol::kUdp, PortType::kDst, port, port}},
         true,
         true,
         "",
         ""});
    RulesetPolicy& policy = wanted.policy.rulesets[id];
    policy.enabled = i % 2 == 0;
    policy.allow_all = false;
    for (int a = 0; a < kAddressesEach; ++a) {
      policy.allowed_ips.push_back(absl::StrCat("172.16.", i / 4, ".", i % 4 * 16 + a));
    }
    if (i % 4 == 0) policy.allowed_ips.back() = "10.0.0.2";
  }
  // The other half of the addresses, in one list.
  RulesetPolicy& first = wanted.policy.rulesets["r0000"];
  for (int a = 0; a < kRulesets * kAddressesEach / 2; ++a) {
    first.allowed_ips.push_back(absl::StrCat("172.20.", a / 250, ".", a % 250));
  }
  return wanted;
}

double ProcessorSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TEST(LargePolicy, LoadsInASecondAndFilters) {
  if (!NetworkNamespace::Available()) GTEST_SKIP() << "may not create network namespaces";
  const PacketWorld world;
  std::unique_ptr<Firewall> firewall;
  world.host().Run([&] { firewall = NewNftablesFirewall(); });
  const Wanted wanted = LargePolicy();
  const double begin = ProcessorSeconds();
  ASSERT_EQ(firewall->Apply(wanted), absl::OkStatus());
  // Processor time: the machine may have other work.
  EXPECT_LT(ProcessorSeconds() - begin, 1.0);
  EXPECT_TRUE(firewall->Matches(wanted).value());
  EXPECT_EQ(firewall->Counters().value().size(), size_t{kRulesets} + 2);

  std::set<Packet> expected;
  for (const int i : {0, 1, 2, 3, 4, 500, 501, 502, 504, 996, 998, 999, 1000}) {
    for (const char* const peer : {"10.0.0.2", "10.0.0.3"}) {
      const Packet packet = {Direction::kInbound, Protocol::kUdp, peer, 2000,
                             static_cast<uint16_t>(10000 + i)};
      world.Send(packet);
      const bool allowed = i % 4 == 0 && packet.peer == "10.0.0.2";
      if (allowed || i == 1000) expected.insert(packet);  // no ruleset names 11000
    }
  }
  const std::set<Packet> passed = world.TakePassed();
  for (const Packet& packet : expected) EXPECT_EQ(passed.count(packet), 1U) << packet.ToString();
  EXPECT_EQ(passed.size(), expected.size());

  // One lookup leads to the rules of a port, and one more to its addresses.
  const std::string input = Shell(world.host(), "nft list chain inet hostctl input");
  EXPECT_THAT(input,
              HasSubstr("udp dport vmap @in-udp-dst\n\t\tudp dport @in-udp-dst/closed drop\n\t}"));
  EXPECT_THAT(
      Shell(world.host(), "nft list chain inet hostctl in-udp-dst-10000"),
      HasSubstr("ip saddr @r0000/ip4 counter name \"r0000/in-udp-dst-10000/passed\" accept"));
}

}  // namespace
}  // namespace hostctl::firewall
