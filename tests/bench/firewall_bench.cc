// What a large policy costs: how long it takes to load, to compare and to read its
// counters, and what each packet pays.
//
//   build/dev/bin/firewall_bench        (root: it works in network namespaces of its own)
//
// Packets are sent by a UDP socket over a veth pair, so a packet is what the output
// hook and the rest of a send cost; the column `filter` is what it costs more than
// with an empty table. Medians of several rounds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "firewall/nftables_firewall.h"
#include "tests/firewall/network_namespace.h"

namespace {

using hostctl::firewall::Direction;
using hostctl::firewall::Firewall;
using hostctl::firewall::NetworkNamespace;
using hostctl::firewall::PortType;
using hostctl::firewall::Protocol;
using hostctl::firewall::RulesetPolicy;
using hostctl::firewall::Wanted;

constexpr int kRounds = 9;
constexpr int kPacketsPerRound = 20000;
constexpr int kFirstPort = 10000;

// Of the processor, ours and the kernel's for us: other programs may be busy too.
double MillisecondsOf(const std::function<void()>& work) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double begin = now();
  work();
  return now() - begin;
}

// `rulesets` rulesets, each with a port in and out, that share `addresses` allowed
// addresses evenly; all open to all without addresses.
Wanted PolicyOf(int rulesets, int addresses) {
  Wanted wanted;
  for (int i = 0; i < rulesets; ++i) {
    const std::string id = absl::StrFormat("r%05d", i);
    const auto port = static_cast<uint16_t>(kFirstPort + i);
    wanted.definitions.push_back(
        {id,
         "one of many",
         {{Direction::kInbound, Protocol::kUdp, PortType::kDst, port, port},
          {Direction::kOutbound, Protocol::kUdp, PortType::kDst, port, port}},
         true,
         true,
         "",
         ""});
    RulesetPolicy& policy = wanted.policy.rulesets[id];
    policy.enabled = true;
    policy.allow_all = addresses == 0;
    for (int a = i; a < addresses; a += rulesets) {
      policy.allowed_ips.push_back(
          absl::StrCat("10.", a / 65536, ".", a / 256 % 256, ".", a % 256));
    }
  }
  return wanted;
}

// Nanoseconds that sending one packet to `port` takes.
double PacketCost(uint16_t port, const char* address) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, address, &to.sin_addr);
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    rounds.push_back(MillisecondsOf([&] {
      for (int i = 0; i < kPacketsPerRound; ++i) {
        (void)sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
      }
    }));
  }
  close(fd);
  std::sort(rounds.begin(), rounds.end());
  return rounds[kRounds / 2] * 1e6 / kPacketsPerRound;
}

void Load(int rulesets, int addresses) {
  const NetworkNamespace host = NetworkNamespace::Create();
  host.Run([&] {
    const std::unique_ptr<Firewall> firewall = hostctl::firewall::NewNftablesFirewall();
    const Wanted first = PolicyOf(rulesets, addresses);
    Wanted second = first;
    second.policy.rulesets.begin()->second.enabled = false;
    bool good = true;
    const double load = MillisecondsOf([&] { good = good && firewall->Apply(first).ok(); });
    const double matches =
        MillisecondsOf([&] { good = good && firewall->Matches(first).value_or(false); });
    const double replace = MillisecondsOf([&] { good = good && firewall->Apply(second).ok(); });
    const double counters = MillisecondsOf([&] { good = good && firewall->Counters().ok(); });
    std::printf("%9d %10d %9.1f %12.1f %12.3f %13.1f%s\n", rulesets, addresses, load, replace,
                matches, counters, good ? "" : "  FAILED");
  });
}

void Packets() {
  const NetworkNamespace host = NetworkNamespace::Create();
  const NetworkNamespace peer = NetworkNamespace::Create();
  Shell(host, "ip link add eth0 type veth peer name eth0 netns " + peer.path());
  Shell(peer, "ip link set eth0 up");
  Shell(host,
        "ip link set eth0 up; ip addr add 10.255.0.1/24 dev eth0;"
        "ip neigh add 10.255.0.2 lladdr 02:00:00:00:00:02 dev eth0");
  host.Run([&] {
    const std::unique_ptr<Firewall> firewall = hostctl::firewall::NewNftablesFirewall();
    Wanted off;
    off.policy.enabled = false;
    (void)firewall->Apply(off);
    const double empty = PacketCost(kFirstPort, "10.255.0.2");
    std::printf("\n%9s %22s %9s %9s\n", "rulesets", "packet to", "ns", "filter");
    std::printf("%9s %22s %9.0f %9s\n", "off", "", empty, "");
    for (const int rulesets : {1, 100, 1000}) {
      const auto show = [&](const char* what, uint16_t port) {
        const double cost = PacketCost(port, "10.255.0.2");
        std::printf("%9d %22s %9.0f %9.0f\n", rulesets, what, cost, cost - empty);
      };
      (void)firewall->Apply(PolicyOf(rulesets, 0));
      show("the first ruleset", kFirstPort);
      show("the last ruleset", static_cast<uint16_t>(kFirstPort + rulesets - 1));
      show("no ruleset", 9);
      Wanted restricted = PolicyOf(rulesets, 10000);
      for (auto& entry : restricted.policy.rulesets) {
        entry.second.allowed_ips.push_back("10.255.0.2");
      }
      (void)firewall->Apply(restricted);
      show("one of 10000 addresses", static_cast<uint16_t>(kFirstPort + rulesets - 1));
    }
  });
}

}  // namespace

int main() {
  if (!NetworkNamespace::Available()) {
    std::fprintf(stderr, "may not create network namespaces; run as root\n");
    return 1;
  }
  std::printf("%9s %10s %9s %12s %12s %13s\n", "rulesets", "addresses", "load ms", "replace ms",
              "matches ms", "counters ms");
  Load(1, 0);
  Load(100, 0);
  Load(1000, 0);
  Load(1, 10000);
  Load(1000, 10000);
  Packets();
  return 0;
}
