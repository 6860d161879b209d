// A PTP clock with one or more ports: its data sets and its state decision. IEEE
// 1588-2019 8.2, 9.2.6.9 and 9.3. An ordinary clock is one with one port, a boundary
// clock one with several. Pure: a test hands in messages and times, and reads the
// actions.
//
//   PtpClock clock(config);
//   const size_t port = clock.AddPort({});
//   Actions a = clock.Initialized(port, now);
//   a = clock.Handle(port, {message, address, t_rx}, now);   // each received message
//   a = clock.HandleTimers(port, now);                       // at NextDeadline(port)
//
// A decision for one port may change others: what these have to do is due at once, at
// their own HandleTimers().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/clock_data_sets.h"
#include "ptpcore/protocol/data_sets.h"
#include "ptpcore/protocol/port.h"
#include "ptpcore/protocol/state_decision.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/timescale.h"

namespace ptpcore::protocol {

struct ClockConfig {
  DefaultDataSet own;
  TimeProperties time_properties;  // as grandmaster
  BestMasterAlgorithm algorithm = BestMasterAlgorithm::kDefault;
  bool path_trace = false;                   // 16.2
  uint8_t maximum_clock_class = 255;         // a master of a greater one is not followed
  std::vector<AcceptableMaster> acceptable;  // empty: everyone
};

class PtpClock {
 public:
  explicit PtpClock(const ClockConfig& config);

  // Adds a port and returns its index; all before the first event.
  size_t AddPort(const PortConfig& config);

  // Events, as those of Port, and what the port answers them with.
  Actions Initialized(size_t port, MonoTime now);
  Actions Fault(size_t port, const Explanation& why, MonoTime now);
  Actions Handle(size_t port, const Received& received, MonoTime now);
  Actions HandleTransmitted(size_t port, const wire::Message& sent, LocalTime stamp, MonoTime now,
                            const wire::PortAddress& to = {});
  Actions HandleTimers(size_t port, MonoTime now);
  Actions SetCalibrated(size_t port, bool calibrated, MonoTime now);
  MonoTime NextDeadline(size_t port) const { return ports_[port]->NextDeadline(); }
  void HeardElsewhere(size_t port, const Explanation& why, const wire::ClockIdentity& by,
                      MonoTime now);
  // The local clock was stepped, by whichever port.
  void ClockStepped();

  // What our own clock is, and what it announces as grandmaster, changed.
  void SetOwn(const DefaultDataSet& own, const TimeProperties& time_properties, MonoTime now);
  // What it announces of its time as grandmaster.
  void SetOwnTime(const TimeProperties& properties, MonoTime now);
  // The leap second at the end of this UTC day; absent: there is none, after all.
  void SetLeap(const std::optional<LeapSecond>& leap);
  // Our clock was set by it just now; and: so long ago that masters have the new offset.
  void LeapReached();
  void LeapPassed();
  // See ClockDataSets.
  void SetTimeAmbiguous(bool ambiguous) { sets_.time_ambiguous = ambiguous; }
  // currentDS as measured on the port that follows a master.
  void SetMeasured(wire::TimeInterval offset_from_master, wire::TimeInterval mean_delay);

  const std::optional<LeapSecond>& leap() const { return leap_; }
  const ClockDataSets& data_sets() const { return sets_; }
  size_t size() const { return ports_.size(); }
  const Port& port(size_t index) const { return *ports_[index]; }
  Port& port(size_t index) { return *ports_[index]; }
  // The port that follows a master; absent: none does.
  std::optional<size_t> slave_port() const;
  // The last state decision.
  const StateDecision& decision() const { return decision_; }

 private:
  Actions Finish(size_t port, MonoTime now);
  void Decide(MonoTime now);
  void UpdateDataSets(MonoTime now);
  void TakeOffsetInForce();
  void TakeTimeBase();

  ClockConfig config_;
  ClockDataSets sets_;
  std::vector<std::unique_ptr<Port>> ports_;
  StateDecision decision_;
  int leap_reached_s_ = 0;  // what the followed master's offset grew by, until LeapPassed()
  std::optional<LeapSecond> leap_;
};

}  // namespace ptpcore::protocol
