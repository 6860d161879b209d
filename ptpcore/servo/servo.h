// From one-way measurements to clock commands. Numbers in, frequency and step
// out: no socket, no real clock, no file, no thread.
//
//   Servo& servo = ...;
//   Command c = servo.OnSync({t1, t2, correction});     // every Sync
//   Command d = servo.OnDelay({t4, t3, correction});    // every Delay_Resp
//   if (c.step_ns) clock.Step(*c.step_ns);
//   if (c.frequency_ppb) clock.SetFrequency(*c.frequency_ppb);
//
// The local clock's readings that come in are those of the clock that the
// commands steer; the caller carries every command out at once, in the order
// given, and drops measurements that began before a step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ptpcore::servo {

// One timed flight of a message between master and us. For Sync: sent by the
// master at t1, received by us at t2. For Delay_Req: sent by us at t3, received
// by the master at t4 (IEEE 1588-2019 11.3).
struct OneWay {
  int64_t master_ns = 0;     // t1 or t4, converted to the local clock's timescale (UTC)
  int64_t local_ns = 0;      // t2 or t3
  double correction_ns = 0;  // residence times and asymmetry to take off the flight
};

// One timed exchange with the neighbour at the other end of the link (the peer delay
// mechanism, IEEE 1588-2019 11.4). It tells how long the link takes; of the master it
// tells nothing, who may be many links away.
struct PeerExchange {
  int64_t sent_ns = 0;      // t1, local clock
  int64_t received_ns = 0;  // t4, local clock
  // From t2 to t3 by the neighbour's clock, with corrections.
  double turnaround_ns = 0;
  // t2 by the neighbour's clock, whose epoch and pace are its own; absent where the
  // neighbour does not tell.
  std::optional<int64_t> neighbor_ns;
  double rate_ratio = 1;  // pace of the neighbour's clock over ours, as far as known
  uint64_t neighbor = 0;  // any number that tells one neighbour from another

  // One way, by this exchange alone.
  double link_delay_ns() const;
};

// When a step is allowed instead of slewing.
enum class StepRule { kFirstLock, kNever, kAlways };

struct ServoConfig {
  StepRule step_rule = StepRule::kFirstLock;
  // At first lock, offsets up to this are slewed rather than stepped.
  int64_t first_step_threshold_ns = 1'000'000;
  // With kAlways: offsets beyond this are stepped at any time.
  int64_t step_threshold_ns = 1'000'000'000;
  // Largest frequency correction that the clock takes, parts per billion.
  double max_frequency_ppb = 500'000;
  // `adaptive` only: once calibrated, a sudden change of the frequency by more than
  // this is not followed for two minutes (see frequency_guard.h); 0: followed at once.
  double max_frequency_change_ppb = 20'000;
  // Only for `pi`, whose constants depend on it: stamps are taken by hardware.
  bool hardware_timestamps = false;
};

// What the clock must do now. Empty members: leave it.
struct Command {
  std::optional<int64_t> step_ns;       // add this to the clock
  std::optional<double> frequency_ppb;  // run this much faster than uncorrected
};

// Why the last measurement was given no weight.
enum class Rejection {
  kNone,       // it was used
  kDelayed,    // its delay lies far above the recent minimum: a queue, not the clock
  kAbsurd,     // not finite, or contradicts everything known: a broken packet, a change
               // that is not understood yet, or a master that is not believed
  kOutOfPlace  // older than what was already used, or twice the same
};

// What the servo believes.
struct Estimate {
  double offset_ns = 0;           // local minus master, as of the last Sync
  double mean_path_delay_ns = 0;  // one way; 0 until measured
  bool delay_known = false;
  double frequency_ppb = 0;  // correction in force
  // The frequency is known and the offset is steady near zero.
  bool calibrated = false;
  bool slewing_at_maximum = false;
  // The clock was lent and what its keeper left of an offset is still being removed.
  bool taking_back = false;

  // How good that is; 0 where the servo does not know.
  double root_dispersion_ns = 0;  // standard deviation of offset_ns against the truth
  // Once calibrated, the clock is within +- this of the master in 95 of 100 cases,
  // until the next Sync is due. An asymmetry that was there from the start is unseen:
  // it hides at most the longer of the two ways (see MostHiddenNs()).
  double bound_95_ns = 0;
  double noise_ns = 0;    // typical queueing above the least delay
  double wander_ppb = 0;  // random walk of the oscillator over one second
  // An asymmetry that arose since the start and is taken off: flights from the master
  // have become this much longer than those to it.
  double asymmetry_ns = 0;
  double last_weight = 0;  // of the last measurement that was not passed over, 0..1
  Rejection last_rejection = Rejection::kNone;
};

// By how much the offset can be wrong in the end because of an asymmetric path. No way
// takes less than no time, so it is at most the longer way: the mean path delay and
// half of the difference between both ways that is taken off, by the servo or, as
// `delay_asymmetry_ns` (IEEE 1588-2019 7.4.2), before it. That one too may be wrong.
double MostHiddenNs(const Estimate& estimate, int64_t delay_asymmetry_ns);

// How uncertain a clock is that runs on without measurements.
struct Holdover {
  double root_dispersion_ns = 0;
  double bound_95_ns = 0;
};

class Servo {
 public:
  virtual ~Servo() = default;

  // Starts over with a new master (or after the clock was stepped by someone
  // else): forgets offsets and delays; keeps `frequency_ppb`, the correction
  // that is in force on the clock. `may_step`: the next lock is a first lock.
  virtual void Reset(double frequency_ppb, bool may_step) = 0;

  virtual Command OnSync(const OneWay& sync) = 0;
  virtual Command OnDelay(const OneWay& delay_req) = 0;
  // Instead of Delay_Reqs: the path delay is that of the link, and what comes before
  // the link is in the Syncs' corrections. May come without a master, too: the link
  // stays known when masters change. The default takes no notice.
  virtual Command OnPeerDelay(const PeerExchange& exchange);

  // No more measurements come (the master is lost); the local clock shows `local_ns`.
  // Ends the removal of an offset, which would otherwise go on past zero: from now on
  // the clock runs at the frequency that is believed to be right. Measurements may
  // come back at any time. The default leaves the clock as it is.
  virtual Command OnSilence(int64_t local_ns);

  // Another program steers the clock until TakeBack(): the servo goes on estimating,
  // commands nothing, and counts as calibrated once offset and frequency are known,
  // however large the offset is. Only `adaptive` can; the default takes no notice.
  virtual void Lend();
  // While lent, before each measurement: the correction that was in force on average
  // since the last one, and by how much the clock may have moved beyond that.
  virtual void NoteFrequency(double mean_ppb, double doubt_ns);
  // Steers again. Where it is calibrated the offset is slewed away gently, and never
  // stepped, whatever the step rule; else everything is as if the clock was never lent.
  virtual void TakeBack();

  virtual const Estimate& estimate() const = 0;

  // The uncertainty when the local clock shows `local_ns`, if nothing is measured
  // until then: grows with the uncertainty of the frequency and with the wander.
  // The default knows no more than the last estimate.
  virtual Holdover PredictHoldover(int64_t local_ns) const;
  // `pi`, `adaptive`, ...
  virtual std::string name() const = 0;
};

// The servo of this name; null when there is none. `adaptive` (the default),
// `pi`, `linreg` (the classics), `none` (measures only).
std::unique_ptr<Servo> NewServo(const std::string& name, const ServoConfig& config);
std::vector<std::string> ServoNames();

// The default servo.
std::unique_ptr<Servo> NewServo(const ServoConfig& config);

}  // namespace ptpcore::servo
