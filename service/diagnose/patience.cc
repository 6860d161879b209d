#include "service/diagnose/patience.h"

#include <algorithm>
#include <cmath>

#include "service/diagnose/expected.h"
#include "service/diagnose/steps.h"
#include "service/diagnose/sync_samples.h"

namespace hostctl::diagnose {
namespace {

// Even of what works: two masters, or a jump, want some Syncs to show.
constexpr double kLeast = 3;
constexpr double kOrdinary = 6;
// Requests are spread at random over two intervals: a second one may take its time.
constexpr double kForAnAnswer = 10;
// Right after the start the clock has to settle.
constexpr double kForSettling = 40;
constexpr double kMostForAnnounces = 60;

// Long enough for three Announce.
double Ordinary(const Facts& facts) {
  const double interval = std::exp2(facts.protocol.log_announce_interval());
  return std::clamp(3 * interval + 0.5, kOrdinary, kMostForAnnounces);
}

uint64_t Requests(const Facts& facts) {
  return Grown(facts, [](const v1::PtpStats& s) {
    return s.messages().delay_req_sent() + s.messages().pdelay_req_sent();
  });
}

uint64_t Answers(const Facts& facts) {
  return Grown(facts, [](const v1::PtpStats& s) {
    return s.messages().delay_resp_received() + s.messages().pdelay_resp_received();
  });
}

uint64_t Received(const Facts& facts) {
  return Grown(facts, [](const v1::PtpStats& s) { return s.messages().sync_received(); });
}

// Sync comes, with its Follow_Up.
bool SyncComes(const Facts& facts) {
  const Talker* master = Master(facts);
  if (master != nullptr) {
    return master->syncs > 1 && (master->two_step_syncs == 0 || master->follow_ups > 0);
  }
  return !facts.wire.available && Received(facts) > 1;
}

bool AllWasSeen(const Facts& facts) {
  const Talker* master = Master(facts);
  const bool announced = master == nullptr || master->announces > 1;
  const bool steady = facts.after->servo() == "none" || Locked(facts);
  return announced && SyncComes(facts) && Answers(facts) > 0 && steady;
}

// On the way to being locked, with nothing in its way.
bool Settles(const Facts& facts) {
  const uint64_t lost =
      Grown(facts, [](const v1::PtpStats& s) { return s.faults().lost_transmit_timestamps(); });
  const Talker* master = Master(facts);
  if (master != nullptr && GreatestStep(*master) > kJumpS) return false;
  if (JudgeTimescale(facts).outcome() == v1::TEST_OUTCOME_FAILED) return false;
  return SyncComes(facts) && Answers(facts) > 0 && lost < 2 &&
         (facts.after->port_state() == v1::PORT_STATE_UNCALIBRATED ||
          facts.after->port_state() == v1::PORT_STATE_SLAVE) &&
         facts.after->clock_state() != v1::CLOCK_STATE_LOCKED;
}

}  // namespace

bool GoesOnObserving(const Facts& facts, double observed_s, std::optional<double> asked_s) {
  if (asked_s) return observed_s < *asked_s;
  if (observed_s < kLeast) return true;
  if (!Follows(facts) || IsMaster(facts)) return false;
  if (!facts.after) return observed_s < Ordinary(facts);
  if (AllWasSeen(facts)) return false;
  if (observed_s < Ordinary(facts)) return true;
  if (Settles(facts)) return observed_s < kForSettling;
  // Sync reaches the engine, and it is too early to say that nobody answers.
  const bool may_come =
      SyncComes(facts) && Received(facts) > 1 && Answers(facts) == 0 && Requests(facts) < 3;
  return may_come && observed_s < kForAnAnswer;
}

double ExpectedObservation(const Facts& facts, std::optional<double> asked_s) {
  return asked_s.value_or(Ordinary(facts));
}

}  // namespace hostctl::diagnose
