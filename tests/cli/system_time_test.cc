// system time, system time zone and hardware clock.
#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int64_t kNine = 1'795'381'200;  // 2026-11-22T21:00:00Z

class SystemTime : public ::testing::Test {
 protected:
  SystemTime() {
    hostd_.system_time.mutable_time()->set_seconds(kNine);
    hostd_.system_time.mutable_time()->set_nanos(250'000'000);
    hostd_.system_time.set_time_zone("Europe/Berlin");
    hostd_.system_time.set_local_time("2026-11-22T22:00:00+01:00");
    hostd_.system_time.set_owner(v1::TIME_PROTOCOL_PTP);

    v1::TimeStatus& status = hostd_.time_status;
    status.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
    status.set_reason("PTP follows grandmaster 00005efffe005301 on vmk0");
    status.set_protocol(v1::TIME_PROTOCOL_PTP);
    status.set_source("00005efffe005301");
    status.mutable_since()->set_seconds(kNine - 754);
    status.set_maximum_error_ns(40000);
    status.set_bound_95_ns(2000);
    status.set_offset_ns(-23.4);
    status.set_takes_over("holdover for 1 h, then nothing");
    status.mutable_time()->set_seconds(kNine);
    status.mutable_time()->set_nanos(250'000'000);
    status.set_clock("system");
    status.set_time_zone("Europe/Berlin");
    status.set_host_name("host1");
  }

  FakeHostd hostd_;
};

TEST_F(SystemTime, GetIsOneLineAsEsxcliPrintsIt) {
  const CallResult got = hostd_.Run("system time get");
  EXPECT_EQ(got.out, "2026-11-22T21:00:00Z\n");
  EXPECT_EQ(got.err, "");
  EXPECT_THAT(hostd_.Run("--formatter=json system time get").out,
              HasSubstr("\"local_time\": \"2026-11-22T22:00:00+01:00\""));
}

TEST_F(SystemTime, StatusIsOneScreen) {
  const CallResult status = hostd_.Run("system time status");
  EXPECT_EQ(status.exit_code, kExitDone);
  EXPECT_EQ(status.out,
            "   Health: SYNCHRONIZED\n"
            "   Reason: PTP follows grandmaster 00005efffe005301 on vmk0\n"
            "   Protocol: PTP\n"
            "   Source: 00005efffe005301\n"
            "   Error Bound: +-2.00 us (95 %), +-40.0 us at most\n"
            "   Offset: -23 ns\n"
            "   Since: 2026-11-22T20:47:26Z (12 min 34 s)\n"
            "   Takes Over: holdover for 1 h, then nothing\n"
            "   Fallback: no\n"
            "   Time: 2026-11-22T21:00:00.250000000Z\n"
            "   Clock: system\n"
            "   Time Zone: Europe/Berlin\n"
            "   Conditions: none\n");
}

TEST_F(SystemTime, StatusSaysWhatIsWrongAndWhatToDo) {
  v1::TimeStatus status;
  status.set_health(v1::TIME_HEALTH_UNSYNCHRONIZED);
  status.set_reason("PTP is not synchronized: no Announce message came");
  status.set_protocol(v1::TIME_PROTOCOL_NONE);
  status.set_clock("virtual");
  v1::Condition& condition = *status.add_conditions();
  condition.set_code("PTP_NOT_SYNCHRONIZED");
  condition.set_message("PTP does not keep time: no Announce message came");
  condition.set_remedy("hostctl system ptp test");
  hostd_.time_status = status;
  const CallResult got = hostd_.Run("system time status");
  EXPECT_EQ(got.exit_code, kExitNotSynchronized);
  EXPECT_EQ(got.out,
            "   Health: UNSYNCHRONIZED\n"
            "   Reason: PTP is not synchronized: no Announce message came\n"
            "   Protocol: NONE\n"
            "   Source: none\n"
            "   Error Bound: unknown\n"
            "   Offset: unknown\n"
            "   Since:\n"
            "   Takes Over: nothing\n"
            "   Fallback: no\n"
            "   Time: unknown\n"
            "   Clock: virtual\n"
            "   Time Zone:\n"
            "   Conditions:\n"
            "      PTP_NOT_SYNCHRONIZED\n"
            "         Message: PTP does not keep time: no Announce message came\n"
            "         Do: hostctl system ptp test\n");
}

TEST_F(SystemTime, StatusExitsZeroWhileTheClockCountsAsRight) {
  const std::vector<std::pair<v1::TimeHealth, int>> codes = {
      {v1::TIME_HEALTH_SYNCHRONIZED, kExitDone},
      {v1::TIME_HEALTH_DEGRADED, kExitDone},
      {v1::TIME_HEALTH_FALLBACK, kExitDone},
      {v1::TIME_HEALTH_HOLDOVER, kExitDone},
      {v1::TIME_HEALTH_UNSYNCHRONIZED, kExitNotSynchronized},
      {v1::TIME_HEALTH_DISABLED, kExitNotSynchronized},
      {v1::TIME_HEALTH_UNSPECIFIED, kExitNotSynchronized},
  };
  for (const auto& [health, code] : codes) {
    hostd_.time_status.set_health(health);
    EXPECT_EQ(hostd_.Run("system time status").exit_code, code) << v1::TimeHealth_Name(health);
  }
}

TEST_F(SystemTime, InFallbackItSaysSinceWhenAndWhy) {
  v1::FallbackStatus& fallback = *hostd_.time_status.mutable_fallback();
  fallback.set_in_fallback(true);
  fallback.mutable_since()->set_seconds(kNine - 60);
  fallback.set_reason("PTP is not synchronized for 60 s");
  EXPECT_THAT(hostd_.Run("system time status").out,
              HasSubstr("Fallback: since 2026-11-22T20:59:00Z: PTP is not synchronized for 60 s"));
}

TEST_F(SystemTime, SetTakesAWholeTime) {
  const CallResult set = hostd_.Run("system time set --time=2026-11-22T22:00:00.5+01:00");
  EXPECT_EQ(set.exit_code, kExitDone) << set.err;
  EXPECT_EQ(set.out, "");
  EXPECT_EQ(hostd_.set_time->time().seconds(), kNine);
  EXPECT_EQ(hostd_.set_time->time().nanos(), 500'000'000);
  EXPECT_FALSE(hostd_.set_time->force());
}

TEST_F(SystemTime, SetReplacesThePartsThatAreGiven) {
  EXPECT_EQ(hostd_.Run("system time set -H 3 -m 4 -s 5 --force").exit_code, kExitDone);
  EXPECT_EQ(hostd_.set_time->time().seconds(), kNine - 18 * 3600 + 4 * 60 + 5);
  EXPECT_TRUE(hostd_.set_time->force());
  EXPECT_EQ(hostd_.Run("system time set -d 1 -M 1 -y 2027").exit_code, kExitDone);
  EXPECT_EQ(hostd_.set_time->time().seconds(), 1'798'837'200);  // 2027-01-01T21:00:00Z
}

TEST_F(SystemTime, SetRefusesDaysThatAreNone) {
  const CallResult wrong = hostd_.Run("system time set -d 30 -M 2");
  EXPECT_EQ(wrong.exit_code, kExitUsage);
  EXPECT_EQ(wrong.err, "Error: there is no day 30 in month 2 of 2026\n");
  EXPECT_FALSE(hostd_.set_time.has_value());
  EXPECT_EQ(hostd_.Run("system time set --time yesterday").exit_code, kExitUsage);
  EXPECT_EQ(hostd_.Run("system time set").exit_code, kExitUsage);
  EXPECT_EQ(hostd_.Run("system time set --time 2026-11-22T21:00:00Z -H 3").exit_code, kExitUsage);
  EXPECT_EQ(hostd_.Run("system time set -H 24").exit_code, kExitUsage);
  EXPECT_FALSE(hostd_.set_time.has_value());
}

TEST_F(SystemTime, ADryRunShowsTheChange) {
  v1::Change& change = *hostd_.time_changes.Add();
  change.set_subject("time.zone");
  change.set_before("UTC");
  change.set_after("Europe/Berlin");
  EXPECT_EQ(hostd_.Run("system time zone set --zone Europe/Berlin --dry-run").out,
            "time.zone: UTC -> Europe/Berlin\n");
  EXPECT_EQ(hostd_.set_time_zone->name(), "Europe/Berlin");
  EXPECT_TRUE(hostd_.set_time_zone->validate_only());
}

TEST_F(SystemTime, ZonesAreATable) {
  const auto add = [&](const char* name, int offset, const char* abbreviation, bool current) {
    v1::TimeZone& zone = *hostd_.time_zones.add_time_zones();
    zone.set_name(name);
    zone.set_utc_offset_s(offset);
    zone.set_abbreviation(abbreviation);
    zone.set_current(current);
  };
  add("America/St_Johns", -12600, "NST", false);
  add("Europe/Berlin", 3600, "CET", true);
  EXPECT_EQ(hostd_.Run("system time zone list").out,
            "Name              UTC Offset  Abbreviation  Current\n"
            "----------------  ----------  ------------  -------\n"
            "America/St_Johns  -03:30      NST             false\n"
            "Europe/Berlin     +01:00      CET              true\n");
  EXPECT_EQ(hostd_.Run("--no-header system time zone list --current").out,
            "Europe/Berlin  +01:00  CET  true\n");
}

TEST_F(SystemTime, TheHardwareClockIsOneLineToo) {
  hostd_.hardware_clock.mutable_time()->set_seconds(kNine);
  hostd_.hardware_clock.set_device("/dev/rtc0");
  hostd_.hardware_clock.set_offset_ns(300'000'000);
  CallResult got = hostd_.Run("hardware clock get");
  EXPECT_EQ(got.out, "2026-11-22T21:00:00Z\n");
  EXPECT_EQ(got.err, "");
  hostd_.hardware_clock.set_offset_ns(-61'000'000'000);
  got = hostd_.Run("hardware clock get");
  EXPECT_EQ(got.out, "2026-11-22T21:00:00Z\n");
  EXPECT_EQ(got.err,
            "Note: it is 61.0 s behind the system clock\n"
            "  Do: hostctl hardware clock set\n");
}

TEST_F(SystemTime, TheHardwareClockIsSetToTheSystemClockUnlessToldOtherwise) {
  EXPECT_EQ(hostd_.Run("hardware clock set").exit_code, kExitDone);
  EXPECT_FALSE(hostd_.set_hardware_clock->has_time());
  EXPECT_EQ(hostd_.Run("hardware clock set -H 0 -m 0 -s 0").exit_code, kExitDone);
  EXPECT_EQ(hostd_.set_hardware_clock->time().seconds(), kNine - 21 * 3600);
}

}  // namespace
}  // namespace hostctl::cli
