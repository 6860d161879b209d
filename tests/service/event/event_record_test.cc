// Events as lines: what is written reads back, and nothing else does.
#include "service/event/event_record.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Event Numbered(uint64_t sequence) {
  v1::Event event = MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, "ptp", "00005efffe005301/1",
                              "00005efffe005302/1", "a better master appeared");
  event.set_sequence(sequence);
  event.mutable_time()->set_seconds(1795381517);
  event.mutable_time()->set_nanos(25);
  event.set_actor("root (uid 0)");
  event.set_suppressed(3);
  return event;
}

TEST(EventRecordTest, ALineIsTextForPeopleWithAChecksum) {
  EXPECT_EQ(ToLine(Numbered(41)),
            "11ecd9f5 {\"sequence\":\"41\",\"code\":3,\"severity\":1,"
            "\"time\":\"2026-11-22T21:05:17.000000025Z\",\"subject\":\"ptp\","
            "\"old_value\":\"00005efffe005301/1\",\"new_value\":\"00005efffe005302/1\","
            "\"message\":\"a better master appeared\",\"actor\":\"root (uid 0)\","
            "\"suppressed\":\"3\"}\n");
}

TEST(EventRecordTest, WhatIsWrittenReadsBackTheSame) {
  const std::string line = ToLine(Numbered(41));
  const auto event = FromLine(line.substr(0, line.size() - 1));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->SerializeAsString(), Numbered(41).SerializeAsString());
}

TEST(EventRecordTest, EveryChangedByteIsNoticed) {
  const std::string line = ToLine(Numbered(41));
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    for (const char other : {'\0', '0', 'x', '\xff'}) {
      std::string damaged = line.substr(0, line.size() - 1);
      if (damaged[i] == other) continue;
      damaged[i] = other;
      EXPECT_FALSE(FromLine(damaged).has_value()) << i << " " << damaged;
    }
  }
}

TEST(EventRecordTest, EveryPrefixOfAFileLosesOnlyTheRecordThatWasCut) {
  const std::string text = ToLine(Numbered(1)) + ToLine(Numbered(2)) + ToLine(Numbered(5));
  size_t complete = 0;
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string prefix = text.substr(0, size);
    const bool at_end = size == 0 || prefix.back() == '\n';
    if (size > 0 && at_end) ++complete;
    const Segment segment = ReadSegment(prefix);
    EXPECT_THAT(segment.events, SizeIs(complete));
    EXPECT_EQ(segment.torn, !at_end);
    EXPECT_EQ(segment.damaged_lines, 0u);
  }
  EXPECT_EQ(complete, 3u);
}

TEST(EventRecordTest, ADamagedLineCostsNoOther) {
  std::string text = ToLine(Numbered(1)) + ToLine(Numbered(2)) + ToLine(Numbered(3));
  text[ToLine(Numbered(1)).size() + 30] ^= 1;
  const Segment segment = ReadSegment(text);
  ASSERT_THAT(segment.events, SizeIs(2));
  EXPECT_EQ(segment.events[1].sequence(), 3u);
  EXPECT_EQ(segment.damaged_lines, 1u);
  EXPECT_FALSE(segment.whole());
}

TEST(EventRecordTest, NumbersOutOfOrderAreDamage) {
  const Segment segment = ReadSegment(ToLine(Numbered(2)) + ToLine(Numbered(2)));
  EXPECT_THAT(segment.events, SizeIs(1));
  EXPECT_EQ(segment.damaged_lines, 1u);
}

TEST(EventRecordTest, AnEmptyFileIsWholeAndEmpty) {
  EXPECT_THAT(ReadSegment("").events, IsEmpty());
  EXPECT_TRUE(ReadSegment("").whole());
}

TEST(EventRecordTest, TextsAreMadeStorable) {
  v1::Event event = Numbered(1);
  event.set_subject("two\nlines\tand \x7f");
  event.set_old_value("not UTF-8: \xff\xc3(");
  event.set_new_value(std::string(kMostTextBytes - 1, 'a') + "\xc3\xa9");
  event.set_message("Zeit f\xc3\xbcr alle");
  event.mutable_time()->set_nanos(-1);
  event = Storable(event);
  EXPECT_EQ(event.subject(), "two lines and  ");
  EXPECT_EQ(event.old_value(),
            "not UTF-8: ?"
            "?(");
  EXPECT_EQ(event.new_value(), std::string(kMostTextBytes - 1, 'a')) << "no half of a character";
  EXPECT_EQ(event.message(), "Zeit f\xc3\xbcr alle");
  EXPECT_FALSE(event.has_time());
}

}  // namespace
}  // namespace hostctl::event
