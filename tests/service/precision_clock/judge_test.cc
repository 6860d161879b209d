// Every health, protocol and error against every demand; and the words.
#include "service/precision_clock/judge.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/precision_clock/statuses.h"

namespace hostctl::precision_clock {
namespace {

using ::testing::HasSubstr;

constexpr auto kPtp = v1::TIME_PROTOCOL_PTP;
constexpr auto kNtp = v1::TIME_PROTOCOL_NTP;
constexpr auto kAny = v1::TIME_PROTOCOL_ANY;
constexpr auto kNobody = v1::TIME_PROTOCOL_NONE;

constexpr auto kSynchronized = v1::TIME_HEALTH_SYNCHRONIZED;
constexpr auto kDegraded = v1::TIME_HEALTH_DEGRADED;
constexpr auto kFallback = v1::TIME_HEALTH_FALLBACK;
constexpr auto kHoldover = v1::TIME_HEALTH_HOLDOVER;
constexpr auto kUnsynchronized = v1::TIME_HEALTH_UNSYNCHRONIZED;
constexpr auto kDisabled = v1::TIME_HEALTH_DISABLED;

constexpr auto kServed = v1::PRECISION_CLOCK_REASON_NONE;
constexpr auto kNothingKeepsTime = v1::PRECISION_CLOCK_REASON_DISABLED;
constexpr auto kNotSynchronized = v1::PRECISION_CLOCK_REASON_UNSYNCHRONIZED;
constexpr auto kOther = v1::PRECISION_CLOCK_REASON_OTHER_PROTOCOL;
constexpr auto kFellBack = v1::PRECISION_CLOCK_REASON_FALLBACK;
constexpr auto kTooLarge = v1::PRECISION_CLOCK_REASON_ERROR_TOO_LARGE;
constexpr auto kNotSeen = v1::PRECISION_CLOCK_REASON_NOT_THE_SYSTEM_CLOCK;

TEST(Judge, AHostThatPtpKeepsWithinTheLimitServesAClockThatWantsPtp) {
  const auto answer = Judge(KeptByPtp(4200), Demand{kPtp, 10e3});
  EXPECT_TRUE(answer.compatible());
  EXPECT_EQ(answer.reason(), kServed);
  EXPECT_EQ(answer.provided(), kPtp);
  EXPECT_EQ(answer.health(), kSynchronized);
  EXPECT_EQ(answer.maximum_error_ns(), 4200);
  EXPECT_EQ(answer.since().seconds(), kSince);
  EXPECT_EQ(answer.host_name(), "esxi-01");
  EXPECT_EQ(answer.message(),
            "Precision clock wants PTP within 10 us; host esxi-01 provides PTP within 4.2 us since "
            "2026-11-22 21:05 UTC");
}

struct Row {
  v1::TimeHealth health;
  v1::TimeProtocol provided;
  v1::TimeProtocol wanted;
  v1::PrecisionClockReason reason;
};

// Without a limit of the error and with a clock that guests see.
const std::vector<Row> kRows = {
    {kSynchronized, kPtp, kPtp, kServed},
    {kSynchronized, kPtp, kNtp, kOther},
    {kSynchronized, kPtp, kAny, kServed},
    {kSynchronized, kNtp, kPtp, kOther},
    {kSynchronized, kNtp, kNtp, kServed},
    {kSynchronized, kNtp, kAny, kServed},
    {kDegraded, kPtp, kPtp, kServed},
    {kDegraded, kPtp, kNtp, kOther},
    {kDegraded, kPtp, kAny, kServed},
    {kDegraded, kNtp, kPtp, kOther},
    {kDegraded, kNtp, kNtp, kServed},
    {kDegraded, kNtp, kAny, kServed},
    {kHoldover, kPtp, kPtp, kServed},
    {kHoldover, kPtp, kNtp, kOther},
    {kHoldover, kPtp, kAny, kServed},
    {kHoldover, kNtp, kPtp, kOther},
    {kHoldover, kNtp, kNtp, kServed},
    {kHoldover, kNtp, kAny, kServed},
    {kFallback, kNtp, kPtp, kFellBack},
    {kFallback, kNtp, kNtp, kServed},
    {kFallback, kNtp, kAny, kServed},
    {kUnsynchronized, kPtp, kPtp, kNotSynchronized},
    {kUnsynchronized, kPtp, kNtp, kNotSynchronized},
    {kUnsynchronized, kPtp, kAny, kNotSynchronized},
    {kUnsynchronized, kNtp, kPtp, kNotSynchronized},
    {kUnsynchronized, kNtp, kNtp, kNotSynchronized},
    {kUnsynchronized, kNtp, kAny, kNotSynchronized},
    {kUnsynchronized, kNobody, kPtp, kNotSynchronized},
    {kUnsynchronized, kNobody, kNtp, kNotSynchronized},
    {kUnsynchronized, kNobody, kAny, kNotSynchronized},
    {kDisabled, kNobody, kPtp, kNothingKeepsTime},
    {kDisabled, kNobody, kNtp, kNothingKeepsTime},
    {kDisabled, kNobody, kAny, kNothingKeepsTime},
    // What does not go together is not taken for good time.
    {kSynchronized, kNobody, kAny, kNotSynchronized},
    {v1::TIME_HEALTH_UNSPECIFIED, kPtp, kPtp, kNotSynchronized},
    {v1::TIME_HEALTH_UNSPECIFIED, v1::TIME_PROTOCOL_UNSPECIFIED, kAny, kNotSynchronized},
};

v1::TimeStatus StatusOf(const Row& row) {
  v1::TimeStatus status = KeptByPtp(4200);
  status.set_health(row.health);
  status.set_protocol(row.provided);
  return status;
}

TEST(Judge, EveryHealthAndProtocolAgainstEveryDemand) {
  for (const Row& row : kRows) {
    const auto answer = Judge(StatusOf(row), Demand{row.wanted, {}});
    EXPECT_EQ(answer.reason(), row.reason) << answer.ShortDebugString();
    EXPECT_EQ(answer.compatible(), row.reason == kServed) << answer.ShortDebugString();
  }
}

TEST(Judge, AnErrorCountsOnlyWhereEverythingElseIsWell) {
  constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
  struct Error {
    std::optional<double> ns;
    bool within;
  };
  const std::vector<Error> errors = {{9999, true},     {10e3, true}, {10001, false},
                                     {{}, false},      {0, true},    {kNotANumber, false},
                                     {INFINITY, false}};
  for (const Row& row : kRows) {
    for (const Error& error : errors) {
      v1::TimeStatus status = StatusOf(row);
      status.clear_maximum_error_ns();
      if (error.ns) status.set_maximum_error_ns(*error.ns);
      const auto answer = Judge(status, Demand{row.wanted, 10e3});
      EXPECT_EQ(answer.reason(), row.reason == kServed && !error.within ? kTooLarge : row.reason)
          << answer.ShortDebugString();
      EXPECT_EQ(answer.has_maximum_error_ns(), error.ns.has_value());
    }
  }
}

TEST(Judge, AClockThatGuestsDoNotSeeServesNobody) {
  for (const Row& row : kRows) {
    v1::TimeStatus is_virtual = StatusOf(row);
    is_virtual.set_clock("virtual");
    EXPECT_EQ(Judge(is_virtual, Demand{row.wanted, {}}).reason(),
              row.reason == kServed ? kNotSeen : row.reason);
    for (const char* code : {"CLOCK_READ_ONLY", "CLOCK_NOT_ADJUSTABLE"}) {
      v1::TimeStatus measured = StatusOf(row);
      measured.add_conditions()->set_code(code);
      EXPECT_EQ(Judge(measured, Demand{row.wanted, {}}).reason(),
                row.provided != kNtp && (row.reason == kServed || row.health == kDisabled)
                    ? kNotSeen
                    : row.reason)
          << "of NTP, that PTP only measures says nothing";
    }
  }
}

TEST(Judge, OtherConditionsDoNotStandAgainstIt) {
  v1::TimeStatus status = KeptByPtp(4200);
  status.add_conditions()->set_code("INTERFACE_NO_LINK");
  EXPECT_TRUE(Judge(status, Demand{kPtp, {}}).compatible());
}

TEST(Judge, ProvidedIsWhatCountsNow) {
  EXPECT_EQ(Judge(StatusOf({kUnsynchronized, kPtp, kPtp, {}}), Demand{kPtp, {}}).provided(),
            kNobody);
  EXPECT_EQ(Judge(StatusOf({kFallback, kNtp, kPtp, {}}), Demand{kPtp, {}}).provided(), kNtp);
}

std::string MessageOf(const v1::TimeStatus& status, const Demand& demand) {
  return Judge(status, demand).message();
}

TEST(JudgeWords, AFallbackSaysWhatHappenedToPtpAndWhen) {
  v1::TimeStatus status = StatusOf({kFallback, kNtp, kPtp, {}});
  status.set_reason("NTP keeps time in PTP's place");
  EXPECT_EQ(MessageOf(status, {kPtp, {}}),
            "Precision clock wants PTP; host esxi-01 provides NTP since 2026-11-22 21:05 UTC (PTP "
            "fell back: NTP keeps time in PTP's place)");
  status.mutable_fallback()->set_in_fallback(true);
  status.mutable_fallback()->mutable_since()->set_seconds(kSince + 60);
  status.mutable_fallback()->set_reason("no Announce from any master");
  EXPECT_EQ(MessageOf(status, {kPtp, {}}),
            "Precision clock wants PTP; host esxi-01 provides NTP since 2026-11-22 21:06 UTC (PTP "
            "fell back: no Announce from any master)");
  status.set_health(kDegraded);
  EXPECT_EQ(Judge(status, {kPtp, {}}).reason(), kFellBack) << "whatever else is the matter";
}

TEST(JudgeWords, WhatIsNotSynchronizedSaysWhy) {
  v1::TimeStatus status = StatusOf({kUnsynchronized, kPtp, kPtp, {}});
  EXPECT_EQ(MessageOf(status, {kAny, 1e6}),
            "Precision clock wants PTP or NTP within 1 ms; host esxi-01 is not synchronized since "
            "2026-11-22 21:05 UTC");
  status.set_reason("measuring against the master");
  status.clear_since();
  EXPECT_EQ(MessageOf(status, {kPtp, {}}),
            "Precision clock wants PTP; host esxi-01 is not synchronized (measuring against the "
            "master)");
  EXPECT_EQ(MessageOf(v1::TimeStatus(), {kPtp, {}}),
            "Precision clock wants PTP; this host is not synchronized");
}

TEST(JudgeWords, EveryOtherReason) {
  v1::TimeStatus disabled = StatusOf({kDisabled, kNobody, kPtp, {}});
  disabled.set_reason("neither PTP nor NTP is enabled");
  EXPECT_EQ(MessageOf(disabled, {kPtp, {}}),
            "Precision clock wants PTP; host esxi-01 keeps time by no protocol (neither PTP nor "
            "NTP is enabled)");
  EXPECT_EQ(MessageOf(StatusOf({kSynchronized, kNtp, kPtp, {}}), {kPtp, {}}),
            "Precision clock wants PTP; host esxi-01 provides NTP since 2026-11-22 21:05 UTC");
  v1::TimeStatus status = KeptByPtp(45100);
  EXPECT_EQ(MessageOf(status, {kPtp, 10e3}),
            "Precision clock wants PTP within 10 us; host esxi-01 provides PTP within 45.1 us "
            "only");
  status.clear_maximum_error_ns();
  EXPECT_EQ(MessageOf(status, {kPtp, 10e3}),
            "Precision clock wants PTP within 10 us; host esxi-01 provides PTP, and how far its "
            "clock is off is not known");
  status.set_clock("virtual");
  EXPECT_EQ(MessageOf(status, {kPtp, 10e3}),
            "Precision clock wants PTP within 10 us; host esxi-01 keeps a virtual clock, which "
            "guests do not see");
  status.set_clock("system");
  status.add_conditions()->set_code("CLOCK_READ_ONLY");
  EXPECT_EQ(MessageOf(status, {kPtp, 10e3}),
            "Precision clock wants PTP within 10 us; host esxi-01 measures PTP and does not keep "
            "its clock by it");
}

TEST(JudgeWords, WhatMayEndSoonIsToldAlthoughItIsGoodEnough) {
  v1::TimeStatus status = StatusOf({kHoldover, kPtp, kPtp, {}});
  EXPECT_THAT(MessageOf(status, {kPtp, {}}), HasSubstr("21:05 UTC (holdover)"));
  status.set_reason("the master is lost");
  EXPECT_THAT(MessageOf(status, {kPtp, {}}), HasSubstr("UTC (holdover: the master is lost)"));
  EXPECT_THAT(MessageOf(status, {kPtp, 1000.0}),
              HasSubstr("4.2 us only (holdover: the master is lost)"));
  status.set_health(kDegraded);
  EXPECT_THAT(MessageOf(status, {kPtp, {}}), HasSubstr("(degraded: the master is lost)"));
}

TEST(SameVerdict, HoldsWhateverTheErrorDoesWithinTheLimit) {
  const Demand demand{kPtp, 10e3};
  EXPECT_TRUE(SameVerdict(Judge(KeptByPtp(4200), demand), Judge(KeptByPtp(7300), demand)));
  EXPECT_FALSE(SameVerdict(Judge(KeptByPtp(4200), demand), Judge(KeptByPtp(10300), demand)));
  v1::TimeStatus later = KeptByPtp(4200);
  later.mutable_since()->set_seconds(kSince + 1);
  EXPECT_FALSE(SameVerdict(Judge(KeptByPtp(4200), demand), Judge(later, demand)))
      << "it was interrupted in between";
  later = KeptByPtp(4200);
  later.set_health(kHoldover);
  EXPECT_FALSE(SameVerdict(Judge(KeptByPtp(4200), demand), Judge(later, demand)));
}

}  // namespace
}  // namespace hostctl::precision_clock
