// What an observation says, and what it leaves as it was known.
#include "service/event/observed/host_state.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::event {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const absl::Time kBorn = absl::FromUnixSeconds(1000);

host_time::Observation Following() {
  host_time::Observation seen;
  seen.steady = std::chrono::steady_clock::time_point(std::chrono::hours(1));
  seen.ptp.settings.enabled = true;
  seen.ptp.settings.interface = "vmk0";
  seen.status.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
  seen.status.set_reason("PTP follows");
  seen.status.set_protocol(v1::TIME_PROTOCOL_PTP);
  seen.status.set_clock("system");
  v1::PtpStats stats;
  stats.set_clock("system");
  stats.mutable_engine_start_time()->set_seconds(1001);
  stats.mutable_parent()->mutable_parent_port_identity()->set_clock_identity("00aa");
  stats.mutable_parent()->mutable_parent_port_identity()->set_port_number(2);
  stats.mutable_parent()->set_grandmaster_identity("00bb");
  stats.mutable_parent()->set_grandmaster_clock_class(6);
  seen.stats = stats;
  return seen;
}

void AddEngineEvent(host_time::Observation& seen, uint64_t sequence) {
  v1::PtpEvent& event = *seen.stats->add_events();
  event.set_sequence(sequence);
  event.set_kind("CLOCK_STEPPED");
}

TEST(HostStateTest, TakesWhatIsSeen) {
  const HostState state = StateOf(Following(), HostState(), kBorn);
  EXPECT_EQ(state.health, v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(state.reason, "PTP follows");
  EXPECT_EQ(state.ptp_master, "00aa/2");
  EXPECT_EQ(state.grandmaster, "00bb");
  EXPECT_EQ(state.clock_class, 6u);
  EXPECT_EQ(state.served, "PTP");
  EXPECT_THAT(state.interfaces, ElementsAre(Pair("vmk0", "")));
  EXPECT_TRUE(state.ptp_events);
}

TEST(HostStateTest, EventsOfPtpMayNotBeWanted) {
  host_time::Observation seen = Following();
  seen.ptp.settings.disable_events = true;
  EXPECT_FALSE(StateOf(seen, HostState(), kBorn).ptp_events);
}

TEST(HostStateTest, WithoutAnAnswerOfTheEngineItsMasterStaysKnown) {
  const HostState before = StateOf(Following(), HostState(), kBorn);
  host_time::Observation silent = Following();
  silent.stats.reset();
  EXPECT_EQ(StateOf(silent, before, kBorn).ptp_master, "00aa/2");
  host_time::Observation alone = Following();
  alone.stats->clear_parent();
  EXPECT_EQ(StateOf(alone, before, kBorn).ptp_master, "00aa/2");
  EXPECT_EQ(StateOf(alone, before, kBorn).clock_class, 6u);
}

TEST(HostStateTest, ConditionsSayWhatIsWrongWithEachInterface) {
  host_time::Observation seen = Following();
  seen.ptp.settings.watch_interfaces = {"vmk1", "vmk10"};
  seen.ptp.conditions = {
      {"RULESET_CLOSED", "", ""},
      {"INTERFACE_DOWN", "vmk0 is down", ""},
      {"INTERFACE_NO_ADDRESS", "vmk0 has no address", ""},
      {"WATCH_INTERFACE_MISSING", "the interface to watch vmk10 is missing: PTP goes on", ""},
      {"WATCH_INTERFACE_NO_LINK", "the interface to watch vmk1: eth1 has no link", ""}};
  EXPECT_THAT(StateOf(seen, HostState(), kBorn).interfaces,
              ElementsAre(Pair("vmk0", "down"), Pair("vmk1", "no link"), Pair("vmk10", "missing")));
  seen.ptp.settings.enabled = false;
  EXPECT_THAT(StateOf(seen, HostState(), kBorn).interfaces, IsEmpty());
}

TEST(HostStateTest, EventsOfTheEngineComeOnce) {
  host_time::Observation seen = Following();
  AddEngineEvent(seen, 1);
  AddEngineEvent(seen, 2);
  HostState state = StateOf(seen, HostState(), kBorn);
  EXPECT_EQ(state.engine_events.size(), 2u) << "an engine that hostd started itself";
  state = StateOf(seen, state, kBorn);
  EXPECT_THAT(state.engine_events, IsEmpty());
  AddEngineEvent(seen, 3);
  state = StateOf(seen, state, kBorn);
  EXPECT_EQ(state.engine_events.size(), 1u);
  // Another engine counts anew.
  host_time::Observation restarted = Following();
  restarted.stats->mutable_engine_start_time()->set_seconds(2000);
  AddEngineEvent(restarted, 1);
  EXPECT_EQ(StateOf(restarted, state, kBorn).engine_events.size(), 1u);
}

TEST(HostStateTest, EventsOfAnAdoptedEngineAreOld) {
  host_time::Observation seen = Following();
  seen.stats->mutable_engine_start_time()->set_seconds(999);
  AddEngineEvent(seen, 1);
  HostState state = StateOf(seen, HostState(), kBorn);
  EXPECT_THAT(state.engine_events, IsEmpty());
  AddEngineEvent(seen, 2);
  EXPECT_EQ(StateOf(seen, state, kBorn).engine_events.size(), 1u);
}

TEST(HostStateTest, MismatchesAreNoticedAlsoAfterTheEngineCountsAnew) {
  host_time::Observation seen = Following();
  HostState state = StateOf(seen, HostState(), kBorn);
  EXPECT_EQ(state.mismatch_at, std::nullopt);
  seen.stats->mutable_faults()->set_domain_mismatches(5);
  state = StateOf(seen, state, kBorn);
  EXPECT_EQ(state.mismatch_at, seen.steady);
  seen.steady += std::chrono::seconds(1);
  state = StateOf(seen, state, kBorn);
  EXPECT_EQ(state.mismatch_at, seen.steady - std::chrono::seconds(1));
  seen.stats->mutable_faults()->set_domain_mismatches(2);
  EXPECT_EQ(StateOf(seen, state, kBorn).mismatch_at, seen.steady);
}

TEST(HostStateTest, AVirtualClockServesNoPrecisionClock) {
  host_time::Observation seen = Following();
  seen.status.set_clock("virtual");
  EXPECT_EQ(StateOf(seen, HostState(), kBorn).served, "none");
}

}  // namespace
}  // namespace hostctl::event
