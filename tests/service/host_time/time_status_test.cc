#include "service/host_time/time_status.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "known_hosts.h"

namespace hostctl::host_time {
namespace {

TEST(StatusOf, SynchronizedByPtp) {
  const v1::TimeStatus status = StatusOf(PtpLocked());
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(status.protocol(), v1::TIME_PROTOCOL_PTP);
  EXPECT_EQ(status.source(), kGrandmaster);
  EXPECT_EQ(status.reason(), "PTP follows grandmaster 00005efffe005301 on vmk0");
  EXPECT_EQ(status.maximum_error_ns(), 40000);
  EXPECT_EQ(status.bound_95_ns(), 2000);
  EXPECT_EQ(status.offset_ns(), -23.5);
  EXPECT_EQ(status.takes_over(), "holdover for 1 h, then nothing");
  EXPECT_EQ(status.time().seconds(), kNow);
  EXPECT_EQ(status.clock(), "system");
  EXPECT_EQ(status.time_zone(), "Europe/Berlin");
  EXPECT_EQ(status.host_name(), "host1");
}

// What PTP is, as far as health goes.
enum class Ptp { kOff, kSilent, kListening, kAcquiring, kLocked, kHoldover, kExpired, kMaster };
// What NTP is.
enum class Ntp { kOff, kSilent, kUnsynchronized, kGood, kUnreachable };

Known HostOf(Ptp ptp, Ntp ntp, bool in_fallback) {
  Known known = ptp == Ptp::kOff        ? Idle()
                : ptp == Ptp::kLocked   ? PtpLocked()
                : ptp == Ptp::kHoldover ? PtpHoldover()
                : ptp == Ptp::kExpired  ? PtpHoldover()
                                        : Listening();
  if (ptp == Ptp::kSilent) known.stats = absl::UnavailableError("the service ptpd does not answer");
  if (ptp == Ptp::kAcquiring) known.stats->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  if (ptp == Ptp::kMaster) known.stats->set_port_state(v1::PORT_STATE_MASTER);
  if (ptp == Ptp::kExpired) {
    known.stats->set_clock_state(v1::CLOCK_STATE_HOLDOVER_EXPIRED);
    known.stats->set_clock_synchronized(false);
  }
  if (ntp != Ntp::kOff) known.ntp = NtpGood();
  if (ntp == Ntp::kSilent) known.ntp.stats = absl::UnavailableError("chronyd does not answer");
  if (ntp == Ntp::kUnsynchronized) known.ntp.stats->set_synchronized(false);
  if (ntp == Ntp::kUnreachable) {
    for (v1::NtpSource& source : *known.ntp.stats->mutable_sources()) source.set_reach(0);
  }
  if (in_fallback) {
    known.fallback.wanted = v1::FALLBACK_NTP;
    known.fallback.status.set_in_fallback(true);
  }
  return known;
}

constexpr auto kSync = v1::TIME_HEALTH_SYNCHRONIZED;
constexpr auto kHold = v1::TIME_HEALTH_HOLDOVER;
constexpr auto kFall = v1::TIME_HEALTH_FALLBACK;
constexpr auto kNone = v1::TIME_HEALTH_UNSYNCHRONIZED;
constexpr auto kOff = v1::TIME_HEALTH_DISABLED;

TEST(StatusOf, HealthOfEveryCombination) {
  struct Row {
    Ptp ptp;
    // With NTP off, silent, unsynchronized, good, unreachable.
    std::vector<v1::TimeHealth> alone;
    std::vector<v1::TimeHealth> in_fallback;
  };
  const std::vector<Row> table = {
      {Ptp::kOff, {kOff, kNone, kNone, kSync, kHold}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kSilent, {kNone, kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kListening, {kNone, kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kAcquiring, {kNone, kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kLocked, {kSync, kSync, kSync, kSync, kSync}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kHoldover, {kHold, kHold, kHold, kHold, kHold}, {kHold, kHold, kHold, kFall, kHold}},
      {Ptp::kExpired, {kNone, kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kFall, kHold}},
      {Ptp::kMaster, {kNone, kNone, kNone, kNone, kNone}, {kNone, kNone, kNone, kFall, kHold}},
  };
  const std::vector<Ntp> ntps = {Ntp::kOff, Ntp::kSilent, Ntp::kUnsynchronized, Ntp::kGood,
                                 Ntp::kUnreachable};
  for (const Row& row : table) {
    for (size_t i = 0; i < ntps.size(); ++i) {
      for (const bool in_fallback : {false, true}) {
        SCOPED_TRACE(testing::Message() << "ptp " << static_cast<int>(row.ptp) << " ntp " << i
                                        << " in fallback " << in_fallback);
        const v1::TimeStatus status = StatusOf(HostOf(row.ptp, ntps[i], in_fallback));
        EXPECT_EQ(status.health(), in_fallback ? row.in_fallback[i] : row.alone[i]);
        // What holds for every status.
        EXPECT_FALSE(status.reason().empty());
        EXPECT_NE(status.protocol(), v1::TIME_PROTOCOL_UNSPECIFIED);
        const bool known = status.health() != kNone && status.health() != kOff;
        EXPECT_EQ(status.has_maximum_error_ns(), known);
        const bool followed = status.health() == kSync || status.health() == kFall;
        EXPECT_EQ(status.protocol() != v1::TIME_PROTOCOL_NONE, known);
        EXPECT_EQ(!status.source().empty(), followed);
        const bool wrong = status.health() != kSync && status.health() != kOff;
        EXPECT_EQ(!status.conditions().empty(), wrong);
      }
    }
  }
}

TEST(StatusOf, PtpThatOnlyMeasuresOrServesKeepsNoTime) {
  Known known = PtpLocked();
  known.ptp.settings.read_only = true;
  EXPECT_EQ(StatusOf(known).health(), kOff);
  EXPECT_EQ(StatusOf(known).reason(),
            "PTP only measures and NTP is not enabled: nobody keeps the clock");
  known.ptp.settings.read_only = false;
  known.ptp.settings.servo = "none";
  EXPECT_EQ(StatusOf(known).health(), kOff);
  known.ptp.settings.servo = "adaptive";
  known.ptp.settings.protocol.values.set_role(v1::CLOCK_ROLE_SERVER);
  EXPECT_EQ(StatusOf(known).health(), kOff);
  EXPECT_EQ(StatusOf(known).reason(),
            "PTP gives this host's time to others and takes none, and NTP is not enabled");
  known.ntp = NtpGood();
  EXPECT_EQ(StatusOf(known).health(), kSync);
  EXPECT_EQ(StatusOf(known).protocol(), v1::TIME_PROTOCOL_NTP);
}

TEST(StatusOf, ChronydThatLeavesTheClockAloneKeepsNoTime) {
  Known known = NtpLocked();
  known.ntp.steers = false;
  EXPECT_EQ(StatusOf(known).health(), kOff);
  EXPECT_EQ(StatusOf(known).reason(), "chronyd was told to leave the clock alone: nobody keeps it");
}

TEST(StatusOf, InHoldoverTheBoundsGoOnAndTheOffsetIsNotKnown) {
  const v1::TimeStatus status = StatusOf(PtpHoldover());
  EXPECT_EQ(status.bound_95_ns(), 5000);
  EXPECT_EQ(status.maximum_error_ns(), 43000);
  EXPECT_FALSE(status.has_offset_ns());
  EXPECT_EQ(status.reason(),
            "PTP lost its master 12 s ago (the Announce messages of the master ended); the clock "
            "runs on with the frequency it had and counts as right for another 59 min 48 s");
  EXPECT_EQ(status.takes_over(), "nothing");
}

TEST(StatusOf, WhileItSettlesTheOffsetIsShownAndNoBound) {
  Known known = PtpLocked();
  known.stats->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  known.stats->set_clock_synchronized(false);
  known.stats->set_state_reason("measuring against the master");
  const v1::TimeStatus status = StatusOf(known);
  EXPECT_EQ(status.reason(), "PTP is not synchronized: measuring against the master");
  EXPECT_EQ(status.offset_ns(), -23.5);
  EXPECT_FALSE(status.has_maximum_error_ns());
  EXPECT_FALSE(status.has_bound_95_ns());
}

TEST(StatusOf, FallbackNamesTheServerAndWhy) {
  const v1::TimeStatus status = StatusOf(InFallback());
  EXPECT_EQ(status.health(), kFall);
  EXPECT_EQ(status.source(), "192.0.2.10");
  EXPECT_EQ(status.reason(),
            "NTP follows 192.0.2.10 in PTP's place: PTP is not synchronized for 60 s");
  EXPECT_EQ(status.maximum_error_ns(), 8e6);
  EXPECT_EQ(status.offset_ns(), 150000);
  EXPECT_EQ(status.takes_over(), "PTP, when it is good again");
  EXPECT_TRUE(status.fallback().in_fallback());
}

TEST(StatusOf, SaysWhatWouldTakeOver) {
  Known known = PtpLocked();
  known.fallback.wanted = v1::FALLBACK_NTP;
  known.fallback.after = absl::Seconds(60);
  known.ntp.servers = 1;
  EXPECT_EQ(StatusOf(known).takes_over(), "holdover, then NTP after 1 min");
  known.ptp.settings.holdover_limit_s = 0;
  EXPECT_EQ(StatusOf(known).takes_over(), "NTP after 1 min");
  known.fallback.wanted = v1::FALLBACK_NONE;
  EXPECT_EQ(StatusOf(known).takes_over(), "nothing");

  known = PtpLocked();
  v1::ForeignMaster& other = *known.stats->add_foreign_master_list();
  other.set_grandmaster_identity(kOtherMaster);
  other.set_qualification(v1::MASTER_QUALIFICATION_QUALIFIED);
  EXPECT_EQ(StatusOf(known).takes_over(),
            "master 00005efffe005302, then holdover for 1 h, then nothing");
  other.set_qualification(v1::MASTER_QUALIFICATION_LOOP);
  EXPECT_EQ(StatusOf(known).takes_over(), "holdover for 1 h, then nothing");

  known = PtpHoldover();
  known.fallback.wanted = v1::FALLBACK_NTP;
  known.fallback.status.mutable_changes_in()->set_seconds(48);
  EXPECT_EQ(StatusOf(known).takes_over(), "NTP in 48 s");

  known = InFallback();
  known.fallback.status.mutable_changes_in()->set_seconds(25);
  EXPECT_EQ(StatusOf(known).takes_over(), "PTP in 25 s");

  known = NtpLocked();
  EXPECT_EQ(StatusOf(known).takes_over(), "2 other NTP servers, then holdover");
}

TEST(OwnerOf, IsWhoeverSteersTheSystemClock) {
  EXPECT_EQ(OwnerOf(Idle()), v1::TIME_PROTOCOL_NONE);
  EXPECT_EQ(OwnerOf(Listening()), v1::TIME_PROTOCOL_PTP);
  EXPECT_EQ(OwnerOf(NtpLocked()), v1::TIME_PROTOCOL_NTP);
  EXPECT_EQ(OwnerOf(InFallback()), v1::TIME_PROTOCOL_NTP);

  Known known = PtpLocked();
  known.virtual_clock = true;
  EXPECT_EQ(OwnerOf(known), v1::TIME_PROTOCOL_NONE);
  known = PtpLocked();
  known.ptp.service_state = reconcile::ServiceState::kStopped;
  EXPECT_EQ(OwnerOf(known), v1::TIME_PROTOCOL_NONE);
  known = PtpLocked();
  known.ptp.settings.read_only = true;
  EXPECT_EQ(OwnerOf(known), v1::TIME_PROTOCOL_NONE);
  known = NtpLocked();
  known.ntp.steers = false;
  EXPECT_EQ(OwnerOf(known), v1::TIME_PROTOCOL_NONE);
}

TEST(StatusOf, WithAVirtualClockTheTimeIsTheEngines) {
  Known known = PtpLocked();
  known.virtual_clock = true;
  EXPECT_EQ(StatusOf(known).clock(), "virtual");
  EXPECT_EQ(StatusOf(known).time().seconds(), kNow + 5);
  known.stats = absl::UnavailableError("the service ptpd does not answer");
  EXPECT_FALSE(StatusOf(known).has_time());
}

}  // namespace
}  // namespace hostctl::host_time
