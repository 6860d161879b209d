#include "ptpcore/engine/report_ports.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ptpcore/engine/report_clock.h"
#include "ptpcore/engine/report_counters.h"
#include "ptpcore/engine/report_peer_delay.h"
#include "ptpcore/engine/report_unicast.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;
using protocol::MonoTime;

// protocol::Reason has the values of the message.
static_assert(static_cast<int>(protocol::Reason::kNone) == v1::PORT_REASON_NONE);
static_assert(static_cast<int>(protocol::Reason::kFault) == v1::PORT_REASON_FAULT);
static_assert(static_cast<int>(protocol::ComparisonStep::kOnlyOne) == v1::COMPARISON_STEP_ONLY_ONE);
static_assert(static_cast<int>(protocol::Qualification::kAlternate) + 1 ==
              v1::MASTER_QUALIFICATION_ALTERNATE);

MonoTime Now(const PtpEngine& engine) {
  return MonoTime(protocol::Duration(engine.time().monotonic_ns()));
}

Standing StandingOf(const PtpEngine& engine, size_t index) {
  return index < engine.standings().size() ? engine.standings()[index] : Standing::kNone;
}

PortCondition WithoutClock(const PtpEngine& engine, size_t index) {
  if (index >= engine.ports().size()) {
    return {v1::PORT_STATE_INITIALIZING, v1::PORT_REASON_STARTING, "waiting for a configuration"};
  }
  const Network& network = engine.ports()[index]->network();
  return {v1::PORT_STATE_FAULTY,
          network.interface_down() ? v1::PORT_REASON_INTERFACE_DOWN : v1::PORT_REASON_FAULT,
          network.reason()};
}

// A master that is heard, and by which port.
struct Heard {
  size_t port;
  const protocol::Port* listener;
  const protocol::ForeignMaster* master;
  protocol::Qualification qualification;

  bool qualified() const { return qualification == protocol::Qualification::kQualified; }
};

std::vector<Heard> AllHeard(const PtpEngine& engine) {
  std::vector<Heard> all;
  for (size_t i = 0; i < engine.ports().size(); ++i) {
    const OrdinaryClock* clock = engine.ports()[i]->ordinary_clock();
    if (clock == nullptr) continue;
    const protocol::ForeignMasters& masters = clock->port().foreign_masters();
    for (const protocol::ForeignMaster& master : masters.all()) {
      all.push_back({i, &clock->port(), &master, masters.QualificationOf(master, Now(engine))});
    }
  }
  return all;
}

void SetMaster(const PtpEngine& engine, const Heard& heard, v1::ForeignMaster& out) {
  const protocol::ForeignMaster& master = *heard.master;
  out.set_interface(engine.ports()[heard.port]->interface());
  SetIdentity(master.port, out.mutable_port_identity());
  out.set_address(AddressText(master.address));
  out.set_grandmaster_identity(wire::ToString(master.announce.grandmaster));
  out.set_grandmaster_priority1(master.announce.priority1);
  out.set_grandmaster_clock_class(master.announce.quality.clock_class);
  out.set_grandmaster_clock_accuracy(master.announce.quality.clock_accuracy);
  out.set_grandmaster_offset_scaled_log_variance(
      master.announce.quality.offset_scaled_log_variance);
  out.set_grandmaster_priority2(master.announce.priority2);
  out.set_steps_removed(master.announce.steps_removed);
  out.set_log_announce_interval(LogAnnounceInterval(*heard.listener, master));
  out.set_announce_received(master.announces);
  out.set_qualification(
      static_cast<v1::MasterQualification>(static_cast<int>(heard.qualification) + 1));
  out.set_best_of_port(heard.listener->foreign_masters().Best(Now(engine)) == &master);
  const bool parent = heard.listener->parent() == &master;
  out.set_followed(parent && heard.port == engine.steering_port());
  for (const wire::ClockIdentity& clock : master.path_trace.path) {
    out.add_path_trace(wire::ToString(clock));
  }
  out.set_age_s(std::chrono::duration<double>(Now(engine) - master.last_heard).count());
}

}  // namespace

PortCondition ConditionOf(const PtpEngine& engine, size_t index) {
  const OrdinaryClock* clock =
      index < engine.ports().size() ? engine.ports()[index]->ordinary_clock() : nullptr;
  if (clock == nullptr) return WithoutClock(engine, index);
  const protocol::Explanation why = clock->port().Explain(Now(engine));
  PortCondition condition{static_cast<v1::PortState>(clock->port().state()),
                          static_cast<v1::PortReason>(why.reason), why.sentence};
  if (clock->port().parent() == nullptr || index == engine.steering_port()) return condition;
  // The port measures a master that the clock does not follow.
  if (StandingOf(engine, index) == Standing::kDistrusted) {
    condition.reason = v1::PORT_REASON_MASTER_DISTRUSTED;
    condition.sentence = "its master contradicts the majority";
  } else if (why.reason == protocol::Reason::kCalibrating) {
    condition.reason = v1::PORT_REASON_BETTER_MASTER;
    condition.sentence =
        absl::StrCat("the master on ", engine.ports()[engine.steering_port()]->interface(),
                     " is followed; this one is measured");
  }
  return condition;
}

v1::Transport TransportOf(const EngineConfig& config) {
  if (config.transport() == hostctl::engine::v1::TRANSPORT_KIND_SIMULATED) {
    return v1::TRANSPORT_SIMULATED;
  }
  const v1::PtpProtocol& protocol = config.protocol();
  switch (protocol.network_protocol()) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return protocol.unicast_negotiation() ? v1::TRANSPORT_UDP_IPV6_UNICAST
                                            : v1::TRANSPORT_UDP_IPV6_MULTICAST;
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return v1::TRANSPORT_ETHERNET;
    default:
      return protocol.unicast_negotiation() ? v1::TRANSPORT_UDP_IPV4_UNICAST
                                            : v1::TRANSPORT_UDP_IPV4_MULTICAST;
  }
}

namespace {

void SetTimestamping(const PtpEngine& engine, const EnginePort& port, v1::PortStatus& status) {
  const HardwareClockFollower* follower = engine.follower();
  status.set_timestamping(follower != nullptr ? v1::TIMESTAMPING_HARDWARE
                                              : v1::TIMESTAMPING_SOFTWARE);
  uint64_t repairs = port.network().repairs();
  if (follower != nullptr) {
    status.set_hardware_clock(follower->device());
    repairs += follower->repairs();
  }
  status.set_timestamping_repairs(repairs);
}

}  // namespace

void AddPorts(const PtpEngine& engine, v1::PtpStats& out) {
  for (size_t i = 0; i < engine.ports().size(); ++i) {
    const EnginePort& port = *engine.ports()[i];
    v1::PortStatus& status = *out.add_ports();
    status.set_interface(port.interface());
    status.set_device(port.device());
    const PortCondition condition = ConditionOf(engine, i);
    status.set_port_state(condition.state);
    status.set_reason(condition.reason);
    status.set_state_reason(condition.sentence);
    status.set_transport(TransportOf(*engine.config()));
    SetTimestamping(engine, port, status);
    status.set_version_number(wire::kVersionPtp);
    const OrdinaryClock* clock = port.ordinary_clock();
    if (clock == nullptr) continue;
    const protocol::PortConfig& config = clock->port().config();
    const protocol::ClientSide& client = clock->port().client_side();
    const bool follows = clock->port().parent() != nullptr;
    SetIdentity(clock->port().identity(), status.mutable_port_identity());
    status.set_delay_mechanism(config.delay_mechanism == protocol::DelayMechanism::kP2p
                                   ? v1::DELAY_MECHANISM_P2P
                                   : v1::DELAY_MECHANISM_E2E);
    status.set_minor_version_number(clock->port().minor_version().minor_version());
    status.set_log_announce_interval(config.intervals.log_announce);
    status.set_log_sync_interval(
        follows ? client.log_sync_interval().value_or(config.intervals.log_sync)
                : config.intervals.log_sync);
    status.set_log_min_delay_req_interval(follows ? client.delay_exchange().log_interval()
                                                  : config.intervals.log_min_delay_req);
    status.set_log_min_pdelay_req_interval(config.log_min_pdelay_req_interval);
    status.set_announce_receipt_timeout(config.announce_receipt_timeout);
    SetMessages(*clock, status.mutable_messages());
    SetFaults(*clock, status.mutable_faults());
    SetPeerDelay(clock->port(), &status);
    SetUnicast(clock->port(), &status);
  }
}

void AddForeignMasters(const PtpEngine& engine, v1::PtpStats& out) {
  std::vector<Heard> all = AllHeard(engine);
  if (all.empty()) return;
  const auto algorithm = all.front().listener->foreign_masters().rules().algorithm;
  std::stable_sort(all.begin(), all.end(), [&](const Heard& a, const Heard& b) {
    if (a.qualified() != b.qualified()) return a.qualified();
    return protocol::IsBetter(a.master->data_set, b.master->data_set, algorithm);
  });
  for (size_t i = 0; i < all.size(); ++i) {
    v1::ForeignMaster& master = *out.add_foreign_master_list();
    SetMaster(engine, all[i], master);
    master.set_best(i == 0 && all[i].qualified());
    if (!all[i].qualified()) continue;
    // The next better one; of the best, the second best.
    const size_t other = i == 0 ? 1 : i - 1;
    const bool alone = other >= all.size() || !all[other].qualified();
    master.set_decided_by(alone ? v1::COMPARISON_STEP_ONLY_ONE
                                : static_cast<v1::ComparisonStep>(
                                      protocol::Compare(all[i].master->data_set,
                                                        all[other].master->data_set, algorithm)
                                          .decided_by));
  }
}

}  // namespace ptpcore::engine
