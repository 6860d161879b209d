// What counts as a change, as a table: from one state of the host to the next.
#include "service/event/observed/observation_events.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// A host that follows a master.
HostState Synchronized() {
  HostState state;
  state.steady = std::chrono::steady_clock::time_point(std::chrono::hours(1));
  state.health = v1::TIME_HEALTH_SYNCHRONIZED;
  state.reason = "PTP follows grandmaster 00aa";
  state.ptp_master = "00aa/1";
  state.grandmaster = "00aa";
  state.clock_class = 6;
  state.interfaces["vmk0"];
  state.served = "PTP";
  state.ptp_wanted = true;
  return state;
}

HostState With(HostState state, const std::function<void(HostState&)>& change) {
  change(state);
  return state;
}

HostState WithHealth(v1::TimeHealth health, const std::string& reason) {
  return With(Synchronized(), [&](HostState& s) {
    s.health = health;
    s.reason = reason;
  });
}

// `I SYNC_LOST time: SYNCHRONIZED -> UNSYNCHRONIZED (why)`.
std::vector<std::string> Lines(const HostState& before, const HostState& after) {
  std::vector<std::string> lines;
  for (const v1::Event& event : EventsBetween(before, after)) {
    const std::string severity = v1::EventSeverity_Name(event.severity());
    lines.push_back(absl::StrCat(severity.substr(sizeof("EVENT_SEVERITY_") - 1, 1), " ",
                                 CodeName(event.code()), " ", event.subject(), ": ",
                                 event.old_value(), " -> ", event.new_value(), " (",
                                 event.message(), ")"));
  }
  return lines;
}

struct Row {
  const char* what;
  HostState before;
  HostState after;
  std::vector<std::string> events;
};

std::vector<Row> Rows() {
  const HostState good = Synchronized();
  const auto mismatch_at = [&](int64_t seconds) {
    return With(good, [&](HostState& s) {
      s.domain_mismatches = static_cast<uint64_t>(100 + seconds);
      s.mismatch_at = good.steady + std::chrono::seconds(seconds);
    });
  };
  return {
      {"nothing changes", good, good, {}},
      {"the first look at a host that is synchronized",
       HostState(),
       With(good, [](HostState& s) { s.served = "none"; }),
       {"I MASTER_CHANGED ptp:  -> 00aa/1 (PTP follows master 00aa/1, grandmaster 00aa)",
        "I SYNC_ESTABLISHED time:  -> SYNCHRONIZED (PTP follows grandmaster 00aa)"}},
      {"the first look at a host where nothing is wanted",
       HostState(),
       With(HostState(),
            [](HostState& s) {
              s.health = v1::TIME_HEALTH_DISABLED;
              s.served = "none";
            }),
       {}},
      {"the master is lost: holdover",
       good,
       WithHealth(v1::TIME_HEALTH_HOLDOVER, "PTP lost its master"),
       {"W HOLDOVER_ENTERED time: SYNCHRONIZED -> HOLDOVER (PTP lost its master)"}},
      {"holdover ends well",
       WithHealth(v1::TIME_HEALTH_HOLDOVER, ""),
       good,
       {"I HOLDOVER_LEFT time: HOLDOVER -> SYNCHRONIZED (holdover has ended: PTP follows "
        "grandmaster 00aa)"}},
      {"holdover expires",
       WithHealth(v1::TIME_HEALTH_HOLDOVER, ""),
       WithHealth(v1::TIME_HEALTH_UNSYNCHRONIZED, "too long"),
       {"I HOLDOVER_LEFT time: HOLDOVER -> UNSYNCHRONIZED (holdover has ended: too long)",
        "E SYNC_LOST time: HOLDOVER -> UNSYNCHRONIZED (too long)"}},
      {"degraded time is still right", good, WithHealth(v1::TIME_HEALTH_DEGRADED, ""), {}},
      {"switched off by somebody",
       good,
       WithHealth(v1::TIME_HEALTH_DISABLED, "neither PTP nor NTP is enabled"),
       {"I SYNC_LOST time: SYNCHRONIZED -> DISABLED (neither PTP nor NTP is enabled)"}},
      {"NTP takes over",
       WithHealth(v1::TIME_HEALTH_UNSYNCHRONIZED, ""),
       With(WithHealth(v1::TIME_HEALTH_FALLBACK, "NTP in PTP's place"),
            [](HostState& s) {
              s.in_fallback = true;
              s.fallback_reason = "no master for 60 s";
            }),
       {"I SYNC_ESTABLISHED time: UNSYNCHRONIZED -> FALLBACK (NTP in PTP's place)",
        "W FALLBACK_ENTERED time: PTP -> NTP (NTP keeps time in PTP's place: no master for 60 s)"}},
      {"PTP takes the clock back",
       With(WithHealth(v1::TIME_HEALTH_FALLBACK, ""), [](HostState& s) { s.in_fallback = true; }),
       good,
       {"I FALLBACK_LEFT time: NTP -> PTP (NTP has handed back to PTP)"}},
      {"another master, of a worse class",
       good,
       With(good,
            [](HostState& s) {
              s.ptp_master = "00bb/1";
              s.grandmaster = "00bb";
              s.clock_class = 248;
            }),
       {"I MASTER_CHANGED ptp: 00aa/1 -> 00bb/1 (PTP follows master 00bb/1, grandmaster 00bb)",
        "W CLOCK_CLASS_CHANGED ptp: 6 -> 248 (the clockClass of the grandmaster is 248, worse than "
        "before)"}},
      {"the same master becomes better",
       With(good, [](HostState& s) { s.clock_class = 7; }),
       good,
       {"I CLOCK_CLASS_CHANGED ptp: 7 -> 6 (the clockClass of the grandmaster is 6, better than "
        "before)"}},
      {"another NTP server",
       With(good, [](HostState& s) { s.ntp_server = "192.0.2.10"; }),
       With(good, [](HostState& s) { s.ntp_server = "192.0.2.11"; }),
       {"I MASTER_CHANGED ntp: 192.0.2.10 -> 192.0.2.11 (NTP follows 192.0.2.11)"}},
      {"an interface loses its link",
       good,
       With(good, [](HostState& s) { s.interfaces["vmk0"] = "no link"; }),
       {"E INTERFACE_LOST interface vmk0: up -> no link (PTP cannot use vmk0: it is without "
        "link)"}},
      {"what is wrong with it is another thing now",
       With(good, [](HostState& s) { s.interfaces["vmk0"] = "no link"; }),
       With(good, [](HostState& s) { s.interfaces["vmk0"] = "missing"; }),
       {}},
      {"it is back",
       With(good, [](HostState& s) { s.interfaces["vmk0"] = "down"; }),
       good,
       {"I INTERFACE_BACK interface vmk0: down -> up (PTP can use vmk0 again)"}},
      {"an interface is no longer used",
       With(good, [](HostState& s) { s.interfaces["vmk1"] = "down"; }),
       good,
       {}},
      {"a master contradicts the others",
       With(good, [](HostState& s) { s.distrusted["00cc/1"] = false; }),
       With(good, [](HostState& s) { s.distrusted["00cc/1"] = true; }),
       {"W MASTER_DISTRUSTED master 00cc/1: trusted -> distrusted (master 00cc/1 contradicts the "
        "majority and is not followed)"}},
      {"and agrees again",
       With(good, [](HostState& s) { s.distrusted["00cc/1"] = true; }),
       With(good, [](HostState& s) { s.distrusted["00cc/1"] = false; }),
       {"I MASTER_TRUSTED master 00cc/1: distrusted -> trusted (master 00cc/1 agrees with the "
        "others again)"}},
      {"messages of another domain come",
       good,
       mismatch_at(1),
       {"W DOMAIN_MISMATCH ptp:  -> 101 (PTP messages of another domain than ours arrive)"}},
      {"they go on", mismatch_at(1), mismatch_at(2), {}},
      {"they come again after a long time",
       mismatch_at(1),
       mismatch_at(601),
       {"W DOMAIN_MISMATCH ptp:  -> 701 (PTP messages of another domain than ours arrive)"}},
      {"precision clocks are not served any more",
       good,
       With(good,
            [](HostState& s) {
              s.served = "none";
              s.served_reason = "no protocol keeps time";
            }),
       {"I PRECISION_CLOCK_CHANGED precision clock: PTP -> none (no protocol keeps time)"}},
      {"precision clocks are served by NTP",
       good,
       With(good, [](HostState& s) { s.served = "NTP"; }),
       {"I PRECISION_CLOCK_CHANGED precision clock: PTP -> NTP (this host serves precision clocks "
        "that ask for NTP)"}},
  };
}

TEST(ObservationEventsTest, EveryChangeThatMattersIsAnEvent) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Lines(row.before, row.after), ElementsAreArray(row.events));
  }
}

TEST(ObservationEventsTest, NothingIsToldTwice) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Lines(row.after, row.after), IsEmpty());
  }
}

TEST(ObservationEventsTest, ARestartedHostdTellsNothingAgain) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.what);
    // What the log then says is how it is.
    auto events = EventsBetween(HostState(), row.before);
    for (v1::Event& event : EventsBetween(row.before, row.after)) {
      events.push_back(std::move(event));
    }
    HostState restored = StateFrom(events);
    restored.mismatch_at = row.after.mismatch_at;  // told anew, as nobody knows when it ended
    HostState seen = row.after;
    seen.engine_events.clear();
    // A class that was never told is not known.
    if (!restored.clock_class.has_value()) restored.clock_class = seen.clock_class;
    EXPECT_THAT(Lines(restored, seen), IsEmpty());
  }
}

TEST(ObservationEventsTest, AStepIsToldAsTheEngineTimedIt) {
  const HostState stepped = With(Synchronized(), [](HostState& s) {
    for (const auto& [kind, text] :
         {std::pair("STATE_CHANGED", "LISTENING to UNCALIBRATED"),
          std::pair("CLOCK_STEPPED", "by -0.500000000 s to follow the master"),
          std::pair("CLOCK_STEPPED", "the system clock by +0.250000000 s to follow /dev/ptp0")}) {
      v1::PtpEvent event;
      event.set_kind(kind);
      event.set_text(text);
      event.mutable_time()->set_seconds(1795381517);
      s.engine_events.push_back(event);
    }
  });
  EXPECT_THAT(Lines(Synchronized(), stepped),
              ElementsAreArray({"W CLOCK_STEPPED ptp:  -> -0.500000000 s (the clock was stepped by "
                                "-0.500000000 s to follow the master)",
                                "W CLOCK_STEPPED ptp:  -> +0.250000000 s (stepped: the system "
                                "clock by +0.250000000 s to follow /dev/ptp0)"}));
  EXPECT_EQ(EventsBetween(Synchronized(), stepped)[0].time().seconds(), 1795381517);
  const HostState of_virtual_clock = With(stepped, [](HostState& s) { s.system_clock = false; });
  EXPECT_FALSE(EventsBetween(Synchronized(), of_virtual_clock)[0].has_time());
}

TEST(ObservationEventsTest, DisabledEventsOfAProtocolAreNotTold) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.what);
    const HostState after = With(row.after, [](HostState& s) { s.ptp_events = false; });
    for (const std::string& line : Lines(row.before, after)) {
      EXPECT_THAT(line, ::testing::AnyOf(::testing::HasSubstr(" ntp: "),
                                         ::testing::HasSubstr("PRECISION_CLOCK_CHANGED")));
    }
  }
}

}  // namespace
}  // namespace hostctl::event
