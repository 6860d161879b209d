#include "service/diagnose/host_probes.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "ptpcore/profile/settings.h"
#include "service/diagnose/bridge_facts.h"
#include "service/diagnose/clock_programs.h"
#include "service/diagnose/conditions.h"
#include "service/diagnose/kernel_clock.h"
#include "service/diagnose/network_probes.h"
#include "service/diagnose/observer.h"
#include "service/reconcile/firewall_change.h"

namespace hostctl::diagnose {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kMoment{250};
// An engine that is being started again answers soon.
constexpr std::chrono::milliseconds kForAnEngine{1500};
// A switch forwards as soon as it has heard a report; masters announce every 2 s or faster.
constexpr std::chrono::milliseconds kForMembership{2500};
constexpr int kForUnicastMs = 1000;
constexpr char kPtpGroup[] = "224.0.1.129";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

host::AddressNeed NeedOf(const v1::PtpProtocol& protocol) {
  switch (protocol.network_protocol()) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return host::AddressNeed::kIpv6;
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return host::AddressNeed::kNone;
    default:
      return host::AddressNeed::kIpv4;
  }
}

class HostProbes final : public Probes {
 public:
  explicit HostProbes(HostParts parts) : parts_(std::move(parts)) {}

  void ReadConfiguration(Facts& facts) override {
    facts.simulated = parts_.simulated;
    ReadRuntime(facts);
    // Nothing is stored before something was set.
    const absl::Status stored = parts_.check_state();
    if (!stored.ok() && (facts.ptp.settings.enabled || !absl::IsNotFound(stored))) {
      facts.state_problem = std::string(stored.message());
    }
    if (!facts.ptp.settings.enabled) return;
    const Clock::time_point deadline = Clock::now() + kForAnEngine;
    ReadStats(facts.before, facts);
    while (!facts.before && Clock::now() < deadline &&
           FindCondition(facts.ptp.conditions, "INTERFACE_MISSING") == nullptr) {
      std::this_thread::sleep_for(kMoment);
      ReadStats(facts.before, facts);
    }
    ReadRuntime(facts);
    facts.after = facts.before;
    restarts_ = facts.ptp.engine_restarts;
    const LastMaster::Known last = parts_.last_master.Get();
    facts.last_master_identity = last.identity;
    facts.last_master_address = last.address;
  }

  void ReadInterface(Facts& facts) override {
    facts.interface = InterfaceFacts();
    devices_.clear();
    auto interfaces = parts_.open_interfaces();
    if (!interfaces.ok()) {
      facts.interface.missing = std::string(interfaces.status().message());
      return;
    }
    const auto snapshot = (*interfaces)->Read();
    if (!snapshot.ok()) {
      facts.interface.missing = std::string(snapshot.status().message());
      return;
    }
    const auto found = host::ResolveInterface(*snapshot, facts.ptp.settings.interface);
    if (!found.ok()) {
      facts.interface.missing = std::string(found.status().message());
      return;
    }
    facts.interface.device = found->device;
    facts.interface.notes = host::NotesOn(found->device, NeedOf(facts.protocol));
    DescribeInterface(*snapshot, ReadLineOfFile, facts.interface);
    const auto groups = (*interfaces)->ReadMulticastGroups();
    if (groups.ok()) {
      for (const host::MulticastGroup& group : *groups) {
        if (group.index == found->device.index) facts.interface.groups.push_back(group.group);
      }
    }
    for (const host::Device& device : snapshot->devices) {
      if (!device.loopback && device.up) devices_.push_back(device.name);
    }
  }

  void StartObserving(const Facts& facts) override {
    begun_ = Clock::now();
    firewall_ = parts_.reconciler.Firewall();
    ruleset_dropped_before_ = RulesetDropped();
    reverse_path_before_ = ReversePathDrops(ReadFile("/proc/thread-self/net/netstat"));
    if (parts_.simulated || !facts.interface.device) return;
    observer_ = std::make_unique<Observer>(facts.interface.device->name, devices_);
    if (facts.before) observer_->SetOwn(facts.before->port_identity());
  }

  void Observe(Facts& facts) override {
    if (observer_ != nullptr) {
      observer_->Watch(kMoment);
    } else {
      std::this_thread::sleep_for(kMoment);
    }
    std::optional<v1::PtpStats> stats;
    ReadStats(stats, facts);
    facts.after = stats;
    ReadRuntime(facts);
    facts.restarts_while_observed = facts.ptp.engine_restarts - restarts_;
    Gather(facts);
  }

  double observed_s() const override {
    return std::chrono::duration<double>(Clock::now() - begun_).count();
  }

  void ProbeMulticast(Facts& facts) override {
    if (observer_ == nullptr || !facts.interface.device) return;
    MulticastProbe& probe = facts.multicast;
    probe.tried = true;
    const uint32_t reports_before = facts.wire.traffic.reports_sent;
    if (facts.protocol.network_protocol() == v1::NETWORK_PROTOCOL_UDP_IPV4) {
      probe.report_sent = true;
      // Refused by the packet filter is an answer too: the trace tells of it.
      static_cast<void>(SendMembershipReport(facts.interface.device->index, kPtpGroup));
    }
    const Clock::time_point deadline = Clock::now() + kForMembership;
    do {
      observer_->Watch(kMoment);
    } while (!observer_->HearsPtp() && Clock::now() < deadline);
    probe.came_after_report = observer_->HearsPtp();
    Gather(facts);
    probe.report_on_wire = facts.wire.traffic.reports_sent > reports_before;
    if (probe.came_after_report) {
      // What came only now is no proof that it comes by itself.
      facts.wire.traffic.talkers.clear();
      return;
    }
    probe.asked = facts.last_master_address;
    if (!probe.asked.empty()) {
      probe.unicast_answered =
          PtpPortIsOpen(probe.asked, facts.interface.device->name, kForUnicastMs);
    }
  }

  void ReadClock(Facts& facts) override {
    facts.kernel_clock = ReadKernelClock(parts_.leap_seconds_file);
    // The hardware clock and others tell of the system's clock only.
    if (parts_.virtual_clock) facts.kernel_clock.rtc_minus_kernel_s.reset();
    if (parts_.simulated || facts.ptp.settings.read_only) return;
    std::vector<int> ours;
    for (const reconcile::ServiceView& service : parts_.reconciler.Services()) {
      ours.push_back(static_cast<int>(service.pid));
    }
    // A virtual clock is a trial: only what shares its network namespace counts as this host.
    std::error_code error;
    const std::string network =
        parts_.virtual_clock
            ? std::filesystem::read_symlink("/proc/thread-self/ns/net", error).string()
            : "";
    facts.clock_programs = FindClockPrograms("/proc", network, ours);
  }

 private:
  void ReadRuntime(Facts& facts) {
    facts.ptp = parts_.reconciler.Ptp();
    const auto& protocol = facts.ptp.settings.protocol;
    facts.protocol = ptpcore::profile::Effective(protocol.profile, protocol.values);
  }

  void ReadStats(std::optional<v1::PtpStats>& out, Facts& facts) {
    auto stats = parts_.reconciler.Stats();
    if (stats.ok()) {
      out = *std::move(stats);
    } else {
      facts.no_stats = std::string(stats.status().message());
    }
  }

  uint64_t RulesetDropped() {
    const auto counts = parts_.reconciler.FirewallCounters();
    if (!counts.ok()) return 0;
    uint64_t dropped = 0;
    for (const firewall::RuleCount& count : *counts) {
      if (count.ruleset_id == reconcile::kPtpRuleset) dropped += count.dropped.packets;
    }
    return dropped;
  }

  // What the observer has seen so far.
  void Gather(Facts& facts) {
    facts.firewall.conditions = firewall_.conditions;
    facts.firewall.ruleset_dropped = RulesetDropped() - ruleset_dropped_before_;
    facts.firewall.reverse_path_dropped =
        ReversePathDrops(ReadFile("/proc/thread-self/net/netstat")) - reverse_path_before_;
    for (const auto& ruleset : firewall_.policy.rulesets) {
      if (ruleset.first == reconcile::kPtpRuleset) facts.firewall.ruleset = ruleset.second;
    }
    if (observer_ == nullptr) return;
    observer_->Describe(facts);
  }

  HostParts parts_;
  std::vector<std::string> devices_;  // that are up, but for loopback
  std::unique_ptr<Observer> observer_;
  Clock::time_point begun_;
  uint32_t restarts_ = 0;
  reconcile::FirewallView firewall_;  // as observing began
  uint64_t ruleset_dropped_before_ = 0;
  uint64_t reverse_path_before_ = 0;
};

}  // namespace

std::unique_ptr<Probes> NewHostProbes(HostParts parts) {
  return std::make_unique<HostProbes>(std::move(parts));
}

}  // namespace hostctl::diagnose
