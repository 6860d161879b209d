// Random policies on a real kernel, compared packet by packet with a model of a few
// lines. Nothing of ours is read back: packets are sent, and an observer behind the
// firewall says which came through.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "firewall/nftables_firewall.h"
#include "gtest/gtest.h"
#include "tests/firewall/packet_world.h"

namespace hostctl::firewall {
namespace {

constexpr int kSteps = 40;
constexpr std::array<uint16_t, 4> kPorts = {1000, 1001, 1005, 65535};
constexpr std::array<uint16_t, 2> kSourcePorts = {2000, 2001};

// Whether `address` is in `network`, bit by bit.
bool IsIn(const std::string& address, const std::string& network) {
  const size_t slash = network.find('/');
  const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> a = {};
  std::array<unsigned char, 16> n = {};
  inet_pton(family, address.c_str(), a.data());
  if (inet_pton(family, network.substr(0, slash).c_str(), n.data()) != 1) return false;
  int bits = family == AF_INET ? 32 : 128;
  if (slash != std::string::npos) bits = std::atoi(network.c_str() + slash + 1);
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<size_t>(i / 8);
    if (((a[byte] ^ n[byte]) >> (7 - i % 8) & 1) != 0) return false;
  }
  return true;
}

// A packet passes if any ruleset that somebody has set lets it; it is dropped if
// one that somebody has set names it and none lets it; else the default decides.
bool ModelPasses(const Wanted& wanted, const Packet& packet) {
  if (!wanted.policy.enabled) return true;
  bool named = false;
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    const auto set = wanted.policy.rulesets.find(ruleset.id);
    if (set == wanted.policy.rulesets.end()) continue;
    for (const Rule& rule : ruleset.rules) {
      const uint16_t port =
          rule.port_type == PortType::kDst ? packet.destination_port : packet.source_port;
      if (rule.direction != packet.direction || rule.protocol != packet.protocol ||
          port < rule.port_begin || port > rule.port_end) {
        continue;
      }
      named = true;
      if (!set->second.enabled) continue;
      const std::vector<std::string>& allowed = set->second.allowed_ips;
      if (set->second.allow_all ||
          std::any_of(allowed.begin(), allowed.end(),
                      [&](const std::string& network) { return IsIn(packet.peer, network); })) {
        return true;
      }
    }
  }
  return !named && wanted.policy.default_action == DefaultAction::kPass;
}

std::vector<Packet> AllPackets() {
  std::vector<Packet> packets;
  for (const Direction direction : {Direction::kInbound, Direction::kOutbound}) {
    for (const Protocol protocol : {Protocol::kTcp, Protocol::kUdp}) {
      for (const std::string& peer : PacketWorld::Peers()) {
        for (const uint16_t source : kSourcePorts) {
          for (const uint16_t destination : kPorts) {
            packets.push_back({direction, protocol, peer, source, destination});
          }
        }
      }
    }
  }
  return packets;
}

// Draws operations; equal seeds draw the same.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  size_t Below(size_t count) {
    return std::uniform_int_distribution<size_t>(0, count - 1)(random_);
  }
  bool Half() { return Below(2) == 0; }

  Rule AnyRule() {
    static constexpr std::array<std::pair<uint16_t, uint16_t>, 7> kDestinations = {{{1000, 1000},
                                                                                    {1000, 1004},
                                                                                    {1001, 1005},
                                                                                    {1005, 1005},
                                                                                    {1, 65535},
                                                                                    {65535, 65535},
                                                                                    {1003, 1004}}};
    static constexpr std::array<std::pair<uint16_t, uint16_t>, 3> kSources = {
        {{2000, 2000}, {2000, 2001}, {2001, 65535}}};
    Rule rule;
    rule.direction = Half() ? Direction::kInbound : Direction::kOutbound;
    rule.protocol = Half() ? Protocol::kTcp : Protocol::kUdp;
    rule.port_type = Below(4) == 0 ? PortType::kSrc : PortType::kDst;
    const auto ports = rule.port_type == PortType::kDst ? kDestinations[Below(kDestinations.size())]
                                                        : kSources[Below(kSources.size())];
    rule.port_begin = ports.first;
    rule.port_end = ports.second;
    return rule;
  }

  std::vector<std::string> AnyAllowedIps() {
    static const std::vector<std::string> kSome = {
        "10.0.0.2",     "10.0.0.3",   "10.0.0.0/25", "10.0.0.128/25",        "0.0.0.0/0",
        "10.0.0.2/31",  "fd00::2",    "fd00::/64",   "fd00:0:0:0:8000::/66", "::/0",
        "192.0.2.0/24", "2001:db8::1"};
    std::vector<std::string> chosen;
    for (size_t i = Below(4); i > 0; --i) chosen.push_back(kSome[Below(kSome.size())]);
    return chosen;
  }

  // One operation of a user. Returns what it was.
  std::string Change(Wanted& wanted) {
    const std::string id(1, static_cast<char>('a' + Below(5)));
    switch (Below(8)) {
      case 0:
        wanted.policy.default_action = Half() ? DefaultAction::kPass : DefaultAction::kDrop;
        return "default action";
      case 1:
        wanted.policy.enabled = Below(4) != 0;
        return "firewall on or off";
      case 2:
        wanted.policy.rulesets.erase(id);
        return id + " unmanaged";
      case 3:
        LoadOrUnload(id, wanted);
        return id + " loaded or unloaded";
      case 4:
      case 5:
        wanted.policy.rulesets[id].enabled = Half();
        return id + " opened or closed";
      default:
        wanted.policy.rulesets[id] = {true, /*allow_all=*/Below(4) == 0, AnyAllowedIps()};
        return id + " allowed IPs";
    }
  }

  // The definition of `id` goes away or comes, with other rules than before.
  void LoadOrUnload(const std::string& id, Wanted& wanted) {
    auto& all = wanted.definitions;
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const RulesetDefinition& r) { return r.id >= id; });
    if (at != all.end() && at->id == id) {
      all.erase(at);
      return;
    }
    RulesetDefinition ruleset;
    ruleset.id = id;
    for (size_t i = 1 + Below(4); i > 0; --i) {
      const Rule rule = AnyRule();
      if (std::find(ruleset.rules.begin(), ruleset.rules.end(), rule) == ruleset.rules.end()) {
        ruleset.rules.push_back(rule);
      }
    }
    all.insert(at, ruleset);
  }

 private:
  std::mt19937 random_;
};

class PacketModel : public ::testing::TestWithParam<unsigned> {};

TEST_P(PacketModel, TheKernelDoesToEachPacketWhatTheModelDoes) {
  if (!NetworkNamespace::Available()) GTEST_SKIP() << "may not create network namespaces";
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  const PacketWorld world;
  std::unique_ptr<Firewall> firewall;
  const auto start = [&] { world.host().Run([&] { firewall = NewNftablesFirewall(); }); };
  start();

  Chance chance(GetParam());
  Wanted wanted;
  for (const char* id : {"a", "b", "c", "d", "e"}) chance.LoadOrUnload(id, wanted);
  size_t passed_in_all = 0;
  for (int step = 0; step < kSteps; ++step) {
    const std::string what = step == 0 ? "nothing set" : chance.Change(wanted);
    if (chance.Below(10) == 0) start();
    if (chance.Below(10) == 0)
      Shell(world.host(), "nft 'add table inet hostctl; delete table inet hostctl'");
    ASSERT_EQ(firewall->Apply(wanted), absl::OkStatus()) << "step " << step << ": " << what;
    ASSERT_TRUE(firewall->Matches(wanted).value()) << "step " << step << ": " << what;

    std::set<Packet> expected;
    for (const Packet& packet : AllPackets()) {
      world.Send(packet);
      if (ModelPasses(wanted, packet)) expected.insert(packet);
    }
    const std::set<Packet> passed = world.TakePassed();
    passed_in_all += passed.size();
    for (const Packet& packet : AllPackets()) {
      ASSERT_EQ(passed.count(packet), expected.count(packet))
          << "step " << step << ": " << what << ": " << packet.ToString() << "\n"
          << Shell(world.host(), "nft list table inet hostctl");
    }
  }
  const size_t all = AllPackets().size() * kSteps;
  EXPECT_GT(passed_in_all, all / 10) << "and both happened often enough to mean something";
  EXPECT_LT(passed_in_all, all - all / 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PacketModel, ::testing::Values(1U, 2U, 20261122U));

}  // namespace
}  // namespace hostctl::firewall
