#include "service/host_time/host_clocks.h"

#include "fake_clocks.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host_time/timestamp.h"
#include "service/reconcile/failure.h"
#include "zone_folder.h"

namespace hostctl::host_time {
namespace {

using reconcile::Change;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNine = absl::FromUnixSeconds(1'795'381'200);  // 2026-11-22T21:00:00Z

class Clocks : public ::testing::Test {
 protected:
  HostClocks::Parts Parts() {
    return {system_, rtc_, zones_, [this] { return owner_; },
            [this](absl::Duration span) { system_.now += span; }};
  }

  ZoneFolder folder_;
  FakeSystemClock system_;
  FakeRtc rtc_{system_};
  TimeZones zones_{store::PosixFileSystem(), folder_.Paths()};
  v1::TimeProtocol owner_ = v1::TIME_PROTOCOL_NONE;
  HostClocks clocks_{Parts()};
};

TEST_F(Clocks, TheSystemTimeIsShownInTheHostsZone) {
  ASSERT_TRUE(zones_.Set("Europe/Berlin").ok());
  const v1::SystemTime time = clocks_.SystemTime();
  EXPECT_EQ(time.time().seconds(), absl::ToUnixSeconds(kNine));
  EXPECT_EQ(time.time_zone(), "Europe/Berlin");
  EXPECT_EQ(time.local_time(), "2026-11-22T22:00:00+01:00");
  EXPECT_EQ(time.owner(), v1::TIME_PROTOCOL_NONE);
}

TEST_F(Clocks, TheSystemClockIsSet) {
  const auto changes = clocks_.SetSystemTime(kNine + absl::Seconds(90), {});
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_THAT(*changes, ElementsAre(Change{"time.system_clock", "2026-11-22T21:00:00.000Z",
                                           "2026-11-22T21:01:30.000Z"}));
  EXPECT_EQ(system_.now, kNine + absl::Seconds(90));
}

TEST_F(Clocks, ADryRunSetsNothing) {
  const SetMode dry{false, true};
  EXPECT_TRUE(clocks_.SetSystemTime(kNine + absl::Seconds(90), dry).ok());
  EXPECT_TRUE(clocks_.SetHardwareTime(std::nullopt, dry).ok());
  EXPECT_TRUE(clocks_.SetZone("Europe/Berlin", true).ok());
  EXPECT_EQ(system_.sets, 0);
  EXPECT_FALSE(rtc_.written.has_value());
  EXPECT_EQ(zones_.Current(), "UTC");
}

TEST_F(Clocks, WhileAProtocolOwnsTheClockItIsSetOnlyByForce) {
  for (const auto& [owner, remedy] :
       {std::pair(v1::TIME_PROTOCOL_PTP, "hostctl system ptp set --disable"),
        std::pair(v1::TIME_PROTOCOL_NTP, "hostctl system ntp set --disable")}) {
    owner_ = owner;
    for (const absl::Status& refused :
         {clocks_.SetSystemTime(kNine, {}).status(), clocks_.SetHardwareTime(kNine, {}).status()}) {
      EXPECT_TRUE(absl::IsFailedPrecondition(refused));
      EXPECT_EQ(reconcile::DetailOf(refused).reason, "CLOCK_HAS_OWNER");
      EXPECT_EQ(reconcile::DetailOf(refused).remedy, remedy);
    }
  }
  EXPECT_EQ(system_.sets, 0);
  EXPECT_FALSE(rtc_.written.has_value());
  EXPECT_TRUE(clocks_.SetSystemTime(kNine, {true, false}).ok());
  EXPECT_TRUE(clocks_.SetHardwareTime(kNine, {true, false}).ok());
  EXPECT_EQ(system_.sets, 1);
  EXPECT_TRUE(rtc_.written.has_value());
}

TEST_F(Clocks, TheHardwareClockMayBeGivenTheOwnersTime) {
  owner_ = v1::TIME_PROTOCOL_PTP;
  EXPECT_TRUE(clocks_.SetHardwareTime(std::nullopt, {}).ok());
  EXPECT_TRUE(rtc_.written.has_value());
}

TEST_F(Clocks, TimesThatClocksCannotCountAreRefused) {
  for (const char* text : {"1999-12-31T23:59:59Z", "2262-01-01T00:00:00Z"}) {
    absl::Time time;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr));
    for (const absl::Status& refused : {clocks_.SetSystemTime(time, {true, false}).status(),
                                        clocks_.SetHardwareTime(time, {true, false}).status()}) {
      EXPECT_TRUE(absl::IsInvalidArgument(refused));
      EXPECT_EQ(reconcile::DetailOf(refused).reason, "TIME_OUT_OF_RANGE");
      EXPECT_EQ(reconcile::DetailOf(refused).field, "time");
    }
  }
  EXPECT_EQ(system_.sets, 0);
}

TEST_F(Clocks, AClockThatMayNotBeTouchedIsNotSetByForceEither) {
  system_.settable = absl::FailedPreconditionError("virtual");
  EXPECT_EQ(clocks_.SetSystemTime(kNine, {true, false}).status(), system_.settable);
  EXPECT_EQ(clocks_.SetHardwareTime(std::nullopt, {true, false}).status(), system_.settable);
  EXPECT_EQ(system_.sets, 0);
  EXPECT_FALSE(rtc_.written.has_value());
}

TEST_F(Clocks, TheHardwareClockIsReadAtTheBeginningOfASecond) {
  rtc_.ahead = absl::Milliseconds(1250);
  system_.keeps_hardware_clock = true;
  const auto read = clocks_.HardwareTime();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->time().seconds(), absl::ToUnixSeconds(kNine) + 2);
  EXPECT_EQ(read->offset_ns(), 1'250'000'000);
  EXPECT_EQ(read->device(), "/dev/rtc7");
  EXPECT_TRUE(read->kept_by_kernel());
}

TEST_F(Clocks, TheHardwareClockIsSetSoThatItsSecondsBeginWhereTheyShould) {
  rtc_.ahead = absl::Milliseconds(-3700);
  const auto changes = clocks_.SetHardwareTime(std::nullopt, {});
  ASSERT_TRUE(changes.ok());
  ASSERT_TRUE(rtc_.written.has_value());
  // Half a second after the write the next second begins.
  const absl::Time written = absl::FromCivil(*rtc_.written, absl::UTCTimeZone());
  EXPECT_EQ(rtc_.written_at + absl::Milliseconds(500), written + absl::Seconds(1));
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().subject, "time.hardware_clock");
}

TEST_F(Clocks, ATimeGivenToTheHardwareClockGoesOnWhileItIsWaited) {
  // Asked at 21:00:00.2 for 08:00:00.0; reading takes 0.8 s, to 08:00:00.8.
  system_.now = kNine + absl::Milliseconds(200);
  const absl::Time wanted = kNine - absl::Hours(13);
  ASSERT_TRUE(clocks_.SetHardwareTime(wanted, {}).ok());
  EXPECT_EQ(*rtc_.written, absl::CivilSecond(2026, 11, 22, 8, 0, 1));
  EXPECT_EQ(rtc_.written_at, kNine + absl::Milliseconds(1700));
}

TEST_F(Clocks, ZonesHaveTheirOffsetNow) {
  ASSERT_TRUE(zones_.Set("Europe/Berlin").ok());
  const auto zones = clocks_.Zones();
  ASSERT_TRUE(zones.ok());
  ASSERT_EQ(zones->time_zones_size(), 3);
  EXPECT_EQ(zones->time_zones(0).name(), "Asia/Kathmandu");
  EXPECT_EQ(zones->time_zones(0).utc_offset_s(), 20700);
  EXPECT_FALSE(zones->time_zones(0).current());
  EXPECT_EQ(zones->time_zones(1).name(), "Europe/Berlin");
  EXPECT_EQ(zones->time_zones(1).utc_offset_s(), 3600);
  EXPECT_EQ(zones->time_zones(1).abbreviation(), "CET");
  EXPECT_TRUE(zones->time_zones(1).current());
}

TEST_F(Clocks, TheZoneThatIsSetAlreadyChangesNothing) {
  const auto changes = clocks_.SetZone("Europe/Berlin", false);
  ASSERT_TRUE(changes.ok());
  EXPECT_THAT(*changes, ElementsAre(Change{"time.zone", "UTC", "Europe/Berlin"}));
  EXPECT_THAT(*clocks_.SetZone("Europe/Berlin", false), IsEmpty());
}

TEST(UntouchableClock, IsReadAndNeverSet) {
  const auto clock = NewUntouchableClock("hostd disciplines a virtual clock");
  EXPECT_GT(clock->Now(), kNine - absl::Hours(24));
  const absl::Status refused = clock->Set(kNine);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_EQ(refused.message(), "hostd disciplines a virtual clock");
  EXPECT_EQ(reconcile::DetailOf(refused).reason, "CLOCK_NOT_ADJUSTABLE");
  EXPECT_EQ(clock->Settable(), refused);
}

}  // namespace
}  // namespace hostctl::host_time
