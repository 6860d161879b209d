#include "service/host_time/conditions.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "known_hosts.h"
#include "service/host_time/time_status.h"

namespace hostctl::host_time {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> CodesOf(const v1::TimeStatus& status) {
  std::vector<std::string> codes;
  for (const v1::Condition& condition : status.conditions()) codes.push_back(condition.code());
  return codes;
}

TEST(Conditions, ThereAreNoneWhenAllIsWell) {
  EXPECT_THAT(CodesOf(StatusOf(PtpLocked())), IsEmpty());
  EXPECT_THAT(CodesOf(StatusOf(NtpLocked())), IsEmpty());
  EXPECT_THAT(CodesOf(StatusOf(Idle())), IsEmpty());
}

// One thing that is wrong with PTP that is synchronized otherwise, and what is found; and
// the same, just not bad enough to matter.
struct Case {
  std::string code;
  std::function<void(Known&)> wrong;
  std::string message;
  std::function<void(Known&)> tolerable;
};

v1::MasterView Master(v1::MasterStanding standing) {
  v1::MasterView master;
  master.set_interface("vmk1");
  master.set_grandmaster_identity(kOtherMaster);
  master.set_standing(standing);
  master.set_offset_ns(1.5e6);
  return master;
}

void SetClass(Known& known, uint32_t clock_class) {
  known.stats->mutable_parent()->set_grandmaster_clock_class(clock_class);
}

std::vector<Case> CasesOfPtp() {
  return {
      {"ENGINE_RESTARTED", [](Known& k) { k.lately.engine_restarts = 1; },
       "the service ptpd ended unexpectedly once in the last 10 min", [](Known&) {}},
      {"ENGINE_RESTARTED", [](Known& k) { k.lately.engine_restarts = 4; },
       "the service ptpd ended unexpectedly 4 times in the last 10 min", [](Known&) {}},
      {"MASTER_DISTRUSTED",
       [](Known& k) { *k.stats->add_masters() = Master(v1::MASTER_STANDING_DISTRUSTED); },
       "master 00005efffe005302 on vmk1 contradicts the majority by 1.50 ms and is not followed",
       [](Known& k) { *k.stats->add_masters() = Master(v1::MASTER_STANDING_BACKUP); }},
      {"GRANDMASTER_IN_HOLDOVER", [](Known& k) { SetClass(k, 7); },
       "grandmaster 00005efffe005301 has lost its own reference (clockClass 7)",
       [](Known& k) { SetClass(k, 6); }},
      {"GRANDMASTER_DEGRADED", [](Known& k) { SetClass(k, 52); },
       "grandmaster 00005efffe005301 has lost its own reference and is out of its specification "
       "(clockClass 52)",
       // The class of a clock that never had a reference: ptp4l on its own.
       [](Known& k) { SetClass(k, 248); }},
      {"TIMESTAMPS_LOST",
       [](Known& k) {
         k.lately.syncs = 60;
         k.lately.delay_requests = 60;
         k.lately.lost_timestamps = 6;
       },
       "of the 120 messages of the last minute 6 had no timestamp",
       [](Known& k) {
         k.lately.syncs = 60;
         k.lately.delay_requests = 60;
         k.lately.lost_timestamps = 5;
       }},
      {"TIMESTAMPS_LOST",
       [](Known& k) {
         k.lately.syncs = 5;
         k.lately.lost_timestamps = 3;
       },
       "of the 5 messages of the last minute 3 had no timestamp",
       [](Known& k) {
         k.lately.syncs = 5;
         k.lately.lost_timestamps = 2;
       }},
      {"DELAY_REQUESTS_UNANSWERED",
       [](Known& k) {
         k.lately.delay_requests = 60;
         k.lately.unanswered_requests = 15;
       },
       "of the 60 delay requests of the last minute 15 were not answered",
       [](Known& k) {
         k.lately.delay_requests = 60;
         k.lately.unanswered_requests = 14;
       }},
      {"FREQUENCY_AT_LIMIT", [](Known& k) { k.stats->set_clock_slewing_at_maximum(true); },
       "the correction of the clock's frequency stands at its limit: the clock, or the master, "
       "runs more wrongly than can be corrected",
       [](Known&) {}},
      {"ERROR_BOUND_LARGE",
       [](Known& k) { k.stats->mutable_uncertainty()->set_bound_95_ns(1.2e6); },
       "the clock is known to +-1.20 ms only; with PTP it should be better than 1.00 ms",
       [](Known& k) { k.stats->mutable_uncertainty()->set_bound_95_ns(1e6); }},
      {"FIREWALL_REPAIRED_OFTEN", [](Known& k) { k.lately.firewall_repairs = 3; },
       "somebody changed the firewall 3 times in the last 10 min, and it was put back each time",
       [](Known& k) { k.lately.firewall_repairs = 2; }},
      {"FALLBACK_WITHOUT_SERVERS", [](Known& k) { k.fallback.wanted = v1::FALLBACK_NTP; },
       "NTP is to take over when PTP fails, and has no servers",
       [](Known& k) {
         k.fallback.wanted = v1::FALLBACK_NTP;
         k.ntp.servers = 1;
       }},
      {"FALLBACK_FAILED",
       [](Known& k) {
         k.fallback.wanted = v1::FALLBACK_NTP;
         k.ntp.servers = 1;
         k.fallback.status.set_reason("chronyd is not installed");
       },
       "chronyd is not installed",
       [](Known& k) {
         k.fallback.wanted = v1::FALLBACK_NTP;
         k.ntp.servers = 1;
         k.fallback.status.set_reason("PTP was away for a moment");
         k.fallback.status.mutable_changes_in()->set_seconds(50);
       }},
      {"INTERFACE_NO_ADDRESS",
       [](Known& k) {
         k.ptp.conditions = {{"INTERFACE_NO_ADDRESS", "vmk0 has no address", "ip addr add"}};
       },
       "vmk0 has no address", [](Known&) {}},
      {"WATCH_INTERFACE_DOWN",
       [](Known& k) {
         k.ptp.conditions = {{"WATCH_INTERFACE_DOWN", "vmk1 is down", "ip link set vmk1 up"}};
       },
       "vmk1 is down", [](Known&) {}},
  };
}

TEST(Conditions, OfPtpThatIsSynchronizedDegradeIt) {
  for (const Case& test : CasesOfPtp()) {
    SCOPED_TRACE(test.code);
    Known known = PtpLocked();
    test.wrong(known);
    const v1::TimeStatus status = StatusOf(known);
    EXPECT_EQ(status.health(), v1::TIME_HEALTH_DEGRADED);
    ASSERT_THAT(CodesOf(status), ElementsAre(test.code));
    EXPECT_EQ(status.conditions(0).message(), test.message);
    EXPECT_FALSE(status.conditions(0).remedy().empty());
    EXPECT_EQ(status.reason(),
              "PTP follows grandmaster 00005efffe005301 on vmk0, but " + test.message);
    EXPECT_EQ(status.protocol(), v1::TIME_PROTOCOL_PTP);
    EXPECT_EQ(status.maximum_error_ns(), 40000);
  }
}

TEST(Conditions, AreNotMadeOfTrifles) {
  for (const Case& test : CasesOfPtp()) {
    SCOPED_TRACE(test.code);
    Known known = PtpLocked();
    test.tolerable(known);
    const v1::TimeStatus status = StatusOf(known);
    EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
    EXPECT_THAT(CodesOf(status), IsEmpty());
  }
}

TEST(Conditions, ThatAreNotesDegradeNothing) {
  Known known = PtpLocked();
  known.ptp.conditions = {{"STATE_FILE_SET_ASIDE", "the state file was unreadable", ""},
                          {"SITE_FILE_REFUSED", "a.json:3", ""}};
  const v1::TimeStatus status = StatusOf(known);
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_THAT(CodesOf(status), ElementsAre("STATE_FILE_SET_ASIDE", "SITE_FILE_REFUSED"));
}

TEST(Conditions, TheWorstComesFirst) {
  Known known = PtpLocked();
  SetClass(known, 7);
  known.lately.engine_restarts = 1;
  known.ptp.conditions = {{"SITE_FILE_REFUSED", "a.json:3", ""},
                          {"INTERFACE_NO_LINK", "vmk0 has no link", ""}};
  EXPECT_THAT(CodesOf(StatusOf(known)),
              ElementsAre("INTERFACE_NO_LINK", "ENGINE_RESTARTED", "GRANDMASTER_IN_HOLDOVER",
                          "SITE_FILE_REFUSED"));
}

TEST(Conditions, SayWhyPtpDoesNotKeepTime) {
  const v1::TimeStatus status = StatusOf(PtpHoldover());
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_HOLDOVER);
  ASSERT_THAT(CodesOf(status), ElementsAre("PTP_NOT_SYNCHRONIZED"));
  EXPECT_EQ(status.conditions(0).message(),
            "PTP does not keep time: the Announce messages of the master ended");
  EXPECT_EQ(status.conditions(0).remedy(), "hostctl system ptp test");
}

TEST(Conditions, OfNtpDegradeIt) {
  Known known = NtpLocked();
  known.ntp.stats->mutable_sources(1)->set_state(v1::NTP_SOURCE_STATE_FALSETICKER);
  known.ntp.stats->set_maximum_error_ns(120e6);
  const v1::TimeStatus status = StatusOf(known);
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_DEGRADED);
  ASSERT_THAT(CodesOf(status), ElementsAre("NTP_FALSETICKER", "ERROR_BOUND_LARGE"));
  EXPECT_EQ(status.reason(),
            "NTP follows 192.0.2.10, stratum 2, but NTP server 192.0.2.11 contradicts the others "
            "and is not followed");
}

TEST(Conditions, WhatConcernsPtpAndNtpIsToldOnce) {
  Known known = NtpLocked();
  known.ptp.conditions = {{"STATE_FILE_SET_ASIDE", "the state file was unreadable", ""}};
  known.ntp.conditions = {{"STATE_FILE_SET_ASIDE", "the state file was unreadable", ""},
                          {"RULESET_CLOSED", "the firewall ruleset ntpClient lets no NTP out", ""}};
  const v1::TimeStatus status = StatusOf(known);
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_DEGRADED);
  EXPECT_THAT(CodesOf(status), ElementsAre("RULESET_CLOSED", "STATE_FILE_SET_ASIDE"));
}

TEST(Conditions, OneNtpServerOfSeveralThatAnswersDegradesIt) {
  Known known = NtpLocked();
  known.ntp.stats->mutable_sources(1)->set_reach(0);
  EXPECT_EQ(StatusOf(known).health(), v1::TIME_HEALTH_SYNCHRONIZED);
  known.ntp.stats->mutable_sources(2)->set_reach(0);
  const v1::TimeStatus status = StatusOf(known);
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_DEGRADED);
  EXPECT_THAT(CodesOf(status), ElementsAre("NTP_SERVERS_SILENT"));

  // Who has but one server has no other to lose.
  known.ntp.stats->mutable_sources()->DeleteSubrange(1, 2);
  EXPECT_EQ(StatusOf(known).health(), v1::TIME_HEALTH_SYNCHRONIZED);
}

}  // namespace
}  // namespace hostctl::host_time
