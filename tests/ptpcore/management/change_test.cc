#include "ptpcore/management/change.h"

#include <string>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "managed.h"
#include "ptpcore/management/data.h"

namespace ptpcore::management {
namespace {

std::variant<Change, Refusal> Asked(Id id, const std::vector<uint8_t>& data) {
  const ClockView clock = SampleView();
  return ChangeOf(id, data, clock, clock.ports[0]);
}

Change ChangeOrDie(Id id, const std::vector<uint8_t>& data) {
  const auto change = Asked(id, data);
  EXPECT_TRUE(std::holds_alternative<Change>(change));
  return std::holds_alternative<Change>(change) ? std::get<Change>(change) : Change();
}

wire::ManagementError RefusalOf(Id id, const std::vector<uint8_t>& data) {
  const auto change = Asked(id, data);
  EXPECT_TRUE(std::holds_alternative<Refusal>(change)) << "it was accepted";
  if (!std::holds_alternative<Refusal>(change)) return {};
  EXPECT_NE(std::get<Refusal>(change).text, "");
  return std::get<Refusal>(change).error;
}

TEST(ChangeTest, EachIdSetsItsOwnMember) {
  EXPECT_EQ(ChangeOrDie(Id::kPriority1, {7, 0}).priority1, 7);
  EXPECT_EQ(ChangeOrDie(Id::kPriority2, {8, 0}).priority2, 8);
  EXPECT_EQ(ChangeOrDie(Id::kDomain, {9, 0}).domain_number, 9);
  EXPECT_EQ(ChangeOrDie(Id::kSlaveOnly, {1, 0}).slave_only, true);
  EXPECT_EQ(ChangeOrDie(Id::kSlaveOnly, {0, 0}).slave_only, false);
  EXPECT_EQ(ChangeOrDie(Id::kLogAnnounceInterval, {0xFD, 0}).log_announce_interval, -3);
  EXPECT_EQ(ChangeOrDie(Id::kAnnounceReceiptTimeout, {5, 0}).announce_receipt_timeout, 5);
  EXPECT_EQ(ChangeOrDie(Id::kLogSyncInterval, {0xFC, 0}).log_sync_interval, -4);
  EXPECT_EQ(ChangeOrDie(Id::kClockAccuracy, {0x21, 0}).clock_accuracy, 0x21);
  EXPECT_EQ(ChangeOrDie(Id::kUnicastNegotiationEnable, {1, 0}).unicast_negotiation, true);
  EXPECT_EQ(ChangeOrDie(Id::kPathTraceEnable, {1, 0}).path_trace, true);
  EXPECT_EQ(ChangeOrDie(Id::kDelayMechanism, {2, 0}).delay_mechanism, DelayMechanism::kP2p);
  EXPECT_EQ(ChangeOrDie(Id::kLogMinPdelayReqInterval, {2, 0}).log_min_pdelay_req_interval, 2);
}

TEST(ChangeTest, TimePropertiesOfAGrandmaster) {
  const Change utc = ChangeOrDie(Id::kUtcProperties, {0, 38, 0x04, 0});
  EXPECT_EQ(utc.utc_offset_s, 38);
  EXPECT_EQ(utc.utc_offset_valid, true);
  const Change traceability = ChangeOrDie(Id::kTraceabilityProperties, {0x20, 0});
  EXPECT_EQ(traceability.time_traceable, false);
  EXPECT_EQ(traceability.frequency_traceable, true);
  const Change timescale = ChangeOrDie(Id::kTimescaleProperties, {0x08, 0x20});
  EXPECT_EQ(timescale.ptp_timescale, true);
  EXPECT_EQ(timescale.time_source, 0x20);
}

TEST(ChangeTest, GrandmasterSettingsSetAllOfThem) {
  const Change change =
      ChangeOrDie(Id::kGrandmasterSettingsNp, {6, 0x21, 0x4E, 0x20, 0, 37, 0x3C, 0x20});
  EXPECT_EQ(change.clock_class, 6);
  EXPECT_EQ(change.clock_accuracy, 0x21);
  EXPECT_EQ(change.offset_scaled_log_variance, 0x4E20);
  EXPECT_EQ(change.utc_offset_s, 37);
  EXPECT_EQ(change.utc_offset_valid, true);
  EXPECT_EQ(change.ptp_timescale, true);
  EXPECT_EQ(change.time_traceable, true);
  EXPECT_EQ(change.frequency_traceable, true);
  EXPECT_EQ(change.time_source, 0x20);
}

TEST(ChangeTest, ValuesThatTheStandardDoesNotKnowAreRefused) {
  EXPECT_EQ(RefusalOf(Id::kAnnounceReceiptTimeout, {1, 0}), wire::ManagementError::kWrongValue);
  EXPECT_EQ(RefusalOf(Id::kDelayMechanism, {3, 0}), wire::ManagementError::kWrongValue);
}

TEST(ChangeTest, LeapSecondsAndMeasurementsCannotBeSet) {
  EXPECT_EQ(RefusalOf(Id::kUtcProperties, {0, 37, 0x05, 0}), wire::ManagementError::kNotSetable);
  EXPECT_EQ(RefusalOf(Id::kGrandmasterSettingsNp, {6, 0x21, 0, 0, 0, 37, 0x02, 0x20}),
            wire::ManagementError::kNotSetable);
  EXPECT_EQ(RefusalOf(Id::kPortDataSetNp, {0, 0, 0, 1, 0, 0, 0, 0}),
            wire::ManagementError::kNotSetable);
}

// Whatever is read can be set again, as people do who change one member of several.
TEST(ChangeTest, WhatWasReadCanBeSet) {
  const ClockView clock = SampleView();
  for (const Traits& traits : kTable) {
    if ((traits.support & kSet) == 0) continue;
    const auto change =
        ChangeOf(traits.id, DataOf(traits.id, clock, clock.ports[0]), clock, clock.ports[0]);
    EXPECT_TRUE(std::holds_alternative<Change>(change)) << traits.name;
  }
}

}  // namespace
}  // namespace ptpcore::management
