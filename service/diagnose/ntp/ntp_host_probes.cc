// This host, as the test of NTP looks at it.
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "service/diagnose/ntp/ntp_probes.h"
#include "service/ntp/chronyc.h"
#include "service/reconcile/service_plan.h"

namespace hostctl::diagnose {
namespace {

using std::chrono::steady_clock;

constexpr int kMomentMs = 250;

std::string TextOf(const sockaddr* address, socklen_t length) {
  std::array<char, NI_MAXHOST> text{};
  const int error =
      getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text.data() : "";
}

addrinfo* Look(const std::string& name, int flags, int* error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  *error = getaddrinfo(name.c_str(), "123", &hints, &found);
  return found;
}

ResolvedServer ResolveServer(const store::NtpServer& server) {
  ResolvedServer resolved;
  resolved.server = server;
  int error = 0;
  addrinfo* const all = Look(server.address, AI_ADDRCONFIG, &error);
  if (error != 0) {
    resolved.problem = gai_strerror(error);
    return resolved;
  }
  for (const addrinfo* one = all; one != nullptr; one = one->ai_next) {
    resolved.addresses.push_back(TextOf(one->ai_addr, one->ai_addrlen));
  }
  freeaddrinfo(all);
  return resolved;
}

// The address that packets to `facts.towards` are sent from: the kernel chooses it when a
// socket is connected, and nothing is sent.
void FindWay(NtpFacts& facts) {
  int error = 0;
  addrinfo* const there = Look(facts.towards, AI_NUMERICHOST, &error);
  if (error != 0) {
    facts.no_way = gai_strerror(error);
    return;
  }
  const absl::Cleanup free_there = [&] { freeaddrinfo(there); };
  const int fd = socket(there->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const absl::Cleanup close_fd = [&] { close(fd); };
  sockaddr_storage here{};
  socklen_t length = sizeof here;
  if (connect(fd, there->ai_addr, there->ai_addrlen) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&here), &length) != 0) {
    facts.no_way = std::strerror(errno);
    return;
  }
  facts.local_address = TextOf(reinterpret_cast<const sockaddr*>(&here), length);
}

bool HasAddress(const host::Device& device, const std::string& address) {
  const auto is = [&address](const host::IpAddress& own) { return own.address == address; };
  return std::any_of(device.ipv4.begin(), device.ipv4.end(), is) ||
         std::any_of(device.ipv6.begin(), device.ipv6.end(), is);
}

class HostProbes final : public NtpProbes {
 public:
  HostProbes(reconcile::Reconciler& reconciler, ntp::Places places)
      : reconciler_(reconciler), places_(std::move(places)) {}

  void ReadConfiguration(NtpFacts& facts) override {
    facts.ntp = reconciler_.Ntp();
    for (const reconcile::ServiceView& service : reconciler_.Services()) {
      if (service.definition.key == reconcile::kNtpService) facts.service = service;
    }
    for (const reconcile::RulesetView& ruleset : reconciler_.Firewall().rulesets) {
      if (ruleset.definition.id != reconcile::kNtpRuleset) continue;
      facts.ruleset_passes = ruleset.passes;
      facts.allows_all = ruleset.policy.allow_all;
      facts.allowed_ips = ruleset.policy.allowed_ips;
    }
  }

  void Resolve(NtpFacts& facts) override {
    for (const store::NtpServer& server : facts.ntp.settings.servers) {
      facts.servers.push_back(ResolveServer(server));
      if (facts.towards.empty() && !facts.servers.back().addresses.empty()) {
        facts.towards = facts.servers.back().addresses.front();
      }
    }
    if (facts.towards.empty()) return;
    FindWay(facts);
    const auto interfaces = reconciler_.Interfaces();
    if (!interfaces.ok()) return;
    for (const reconcile::InterfaceView& view : *interfaces) {
      if (!view.device.has_value() || !HasAddress(*view.device, facts.local_address)) continue;
      facts.interface = view.binding.name;
      facts.device = view.device;
    }
  }

  void Measure(NtpFacts& facts) override {
    facts.stats = reconciler_.NtpStats();
    facts.answers = ntp::ReadNtpAnswers(places_).value_or(std::vector<ntp::NtpAnswers>());
  }

  double Wait() override {
    poll(nullptr, 0, kMomentMs);
    return std::chrono::duration<double>(steady_clock::now() - begun_).count();
  }

 private:
  reconcile::Reconciler& reconciler_;
  const ntp::Places places_;
  const steady_clock::time_point begun_ = steady_clock::now();
};

}  // namespace

std::unique_ptr<NtpProbes> NewNtpHostProbes(reconcile::Reconciler& reconciler,
                                            const ntp::Places& places) {
  return std::make_unique<HostProbes>(reconciler, places);
}

}  // namespace hostctl::diagnose
