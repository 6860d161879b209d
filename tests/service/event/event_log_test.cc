// The log keeps what it was given through restarts, power cuts, full disks and lost
// files, and never gives a number twice.
#include "service/event/event_log.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/event/event_record.h"
#include "service/event/event_sink.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::event {
namespace {

using store::Cut;
using store::FaultFileSystem;
using store::UnsyncedNames;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kCurrent[] = "/var/events.log";
constexpr char kPrevious[] = "/var/events.log.1";
constexpr char kNumbers[] = "/var/events.next";

v1::Event Named(const std::string& name) {
  return MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED, name, "", "", "");
}

std::vector<std::string> SubjectsIn(const EventLog& log) {
  std::vector<std::string> subjects;
  for (const v1::Event& event : log.Events()) subjects.push_back(event.subject());
  return subjects;
}

// A log in `files` as a newly started hostd opens it.
class Opened {
 public:
  explicit Opened(FaultFileSystem& files, size_t segment_bytes = 100000)
      : log(Settings(segment_bytes), files), notes(log.Open()) {}

  EventLog::Options Settings(size_t segment_bytes) {
    EventLog::Options options;
    options.folder = "/var";
    options.segment_bytes = segment_bytes;
    options.most_events = 50;
    options.now = [] { return absl::FromUnixSeconds(1795381517); };
    options.random = [] { return uint64_t{0xabc}; };
    options.log = [this](const std::string& line) { said.push_back(line); };
    return options;
  }

  std::vector<std::string> said;
  EventLog log;
  std::vector<std::string> notes;
};

TEST(EventLogTest, KeepsEventsAcrossRestartsAndCountsOn) {
  FaultFileSystem files;
  {
    Opened first(files);
    EXPECT_THAT(first.notes, IsEmpty());
    EXPECT_EQ(first.log.Add(Named("a")).sequence(), 1u);
    const v1::Event second = first.log.Add(Named("b"));
    EXPECT_EQ(second.sequence(), 2u);
    EXPECT_EQ(second.time().seconds(), 1795381517);
  }
  files.Restart(UnsyncedNames::kLost);
  Opened again(files);
  EXPECT_THAT(again.notes, IsEmpty());
  EXPECT_THAT(SubjectsIn(again.log), ElementsAre("a", "b"));
  EXPECT_EQ(again.log.Add(Named("c")).sequence(), 3u);
}

TEST(EventLogTest, ATornTailIsCutOffAndSaid) {
  FaultFileSystem files;
  {
    Opened first(files);
    first.log.Add(Named("a"));
    first.log.Add(Named("b"));
  }
  const std::string text = files.Files()[kCurrent];
  const size_t first_line = text.find('\n') + 1;
  for (size_t size = 0; size < text.size(); ++size) {
    SCOPED_TRACE(size);
    files.Place(kCurrent, text.substr(0, size));
    {
      Opened again(files);
      const bool torn = size != 0 && size != first_line;
      EXPECT_EQ(again.notes.size(), torn ? 1u : 0u);
      if (torn) {
        EXPECT_THAT(again.notes[0], HasSubstr("was cut off"));
      }
      EXPECT_EQ(again.log.Events().size(), size < first_line ? 0u : 1u);
      again.log.Add(Named("c"));
    }
    Opened third(files);
    EXPECT_THAT(third.notes, IsEmpty()) << "it is repaired";
    EXPECT_EQ(SubjectsIn(third.log).back(), "c");
  }
}

TEST(EventLogTest, IsBoundedAndForgetsTheOldest) {
  FaultFileSystem files;
  Opened opened(files, 2000);
  for (int i = 0; i < 500; ++i) {
    opened.log.Add(Named(absl::StrCat("event ", i)));
    EXPECT_LE(files.Files()[kCurrent].size(), 2000u);
    EXPECT_LE(files.Files()[kPrevious].size(), 2000u);
  }
  const auto kept = SubjectsIn(opened.log);
  EXPECT_EQ(kept.back(), "event 499");
  EXPECT_GT(kept.size(), 10u);
  EXPECT_LT(kept.size(), 40u);
  Opened again(files, 2000);
  EXPECT_EQ(SubjectsIn(again.log), kept) << "memory and files keep the same";
}

// Runs events past a rotation with the power cut at every operation.
TEST(EventLogTest, APowerCutAnywhereLosesNoEventThatWasAddedAndRepeatsNoNumber) {
  constexpr int kEvents = 8;
  const auto run = [](FaultFileSystem& files) {
    std::vector<uint64_t> added;  // those that the disk took
    Opened opened(files, 700);
    for (int i = 0; i < kEvents; ++i) {
      const uint64_t number = opened.log.Add(Named(absl::StrCat("event ", i))).sequence();
      if (opened.said.empty()) added.push_back(number);
    }
    return added;
  };
  FaultFileSystem counted;
  run(counted);
  const int operations = counted.operations();
  ASSERT_GT(operations, 2 * kEvents - 4);
  for (int operation = 0; operation < operations; ++operation) {
    for (const Cut cut : {Cut::kBefore, Cut::kDuring, Cut::kAfter}) {
      for (const UnsyncedNames names : {UnsyncedNames::kLost, UnsyncedNames::kKept}) {
        SCOPED_TRACE(absl::StrCat("operation ", operation, " cut ", static_cast<int>(cut),
                                  " names ", static_cast<int>(names)));
        FaultFileSystem files;
        files.CutPowerAt(operation, cut);
        const std::vector<uint64_t> added = run(files);
        files.Restart(names);
        Opened again(files, 100000);
        std::vector<uint64_t> kept;
        for (const v1::Event& event : again.log.Events()) kept.push_back(event.sequence());
        if (!added.empty()) {
          ASSERT_FALSE(kept.empty());
          EXPECT_GE(kept.back(), added.back());
          for (size_t i = 1; i < kept.size(); ++i) EXPECT_EQ(kept[i], kept[i - 1] + 1);
          EXPECT_GT(again.log.Add(Named("next")).sequence(), added.back());
        }
      }
    }
  }
}

TEST(EventLogTest, AFullDiskCostsOnlyTheDiskAndIsSaidOnce) {
  FaultFileSystem files;
  Opened opened(files);
  opened.log.Add(Named("a"));
  files.SetDiskFull(true);
  opened.log.Add(Named("b"));
  opened.log.Add(Named("c"));
  EXPECT_THAT(opened.said, ElementsAre("events are not stored safely: no space left on device"));
  files.SetDiskFull(false);
  opened.log.Add(Named("d"));
  EXPECT_EQ(opened.said.back(), "events are stored again");
  EXPECT_THAT(SubjectsIn(opened.log), ElementsAre("a", "b", "c", "d"));
  Opened again(files);
  EXPECT_EQ(SubjectsIn(again.log).front(), "a");
  EXPECT_EQ(SubjectsIn(again.log).back(), "d");
  EXPECT_EQ(again.log.Events().back().sequence(), 4u);
}

TEST(EventLogTest, WithoutFilesItIsBoundedToo) {
  FaultFileSystem files;
  files.SetDiskFull(true);
  Opened opened(files);
  for (int i = 0; i < 200; ++i) opened.log.Add(Named(absl::StrCat(i)));
  EXPECT_EQ(opened.log.Events().size(), 50u);
  EXPECT_EQ(opened.log.Events().back().sequence(), 200u);
}

TEST(EventLogTest, NumbersOfLostFilesAreNotGivenAgain) {
  FaultFileSystem files;
  std::string token;
  {
    Opened first(files);
    for (int i = 0; i < 100; ++i) first.log.Add(Named(absl::StrCat(i)));
    token = ToToken(first.log.End());
  }
  ASSERT_TRUE(files.Remove(kCurrent).ok());
  Opened again(files);
  ASSERT_EQ(again.notes.size(), 1u);
  EXPECT_THAT(again.notes[0], HasSubstr("are lost"));
  EXPECT_GT(again.log.Add(Named("next")).sequence(), 100u);
  // Who had read everything may have missed some: nobody knows.
  const auto start = again.log.Resume(token);
  ASSERT_TRUE(start.has_value());
  EXPECT_TRUE(start->missed);
  EXPECT_FALSE(again.log.Resume(ToToken(again.log.End()))->missed);
}

TEST(EventLogTest, ANewLogTakesNoPositionOfTheFormerOne) {
  FaultFileSystem files;
  Opened opened(files);
  opened.log.Add(Named("a"));
  const auto start = opened.log.Resume(ToToken({0xdef, 1}));
  ASSERT_TRUE(start.has_value());
  EXPECT_TRUE(start->missed);
  EXPECT_EQ(start->position.sequence, 0u) << "it is given all there is";
}

TEST(EventLogTest, DamagedNumbersAreSaid) {
  FaultFileSystem files;
  { Opened(files).log.Add(Named("a")); }
  files.Place(kNumbers, "nonsense");
  Opened again(files);
  ASSERT_EQ(again.notes.size(), 1u);
  EXPECT_THAT(again.notes[0], HasSubstr("/var/events.next"));
  EXPECT_EQ(again.log.Add(Named("b")).sequence(), 2u);
}

TEST(EventLogTest, FilesThatCannotBeReadAreSaidAndDoNotStopIt) {
  FaultFileSystem files;
  { Opened(files).log.Add(Named("a")); }
  files.FailReads(absl::InternalError("input/output error"));
  Opened again(files);
  EXPECT_THAT(again.notes, Contains(HasSubstr("input/output error")));
  EXPECT_EQ(again.log.Add(Named("b")).subject(), "b");
}

TEST(EventLogTest, AReaderResumesWhereItStood) {
  FaultFileSystem files;
  std::string token;
  {
    Opened first(files);
    first.log.Add(Named("a"));
    token = ToToken(first.log.End());
    first.log.Add(Named("b"));
  }
  Opened again(files);
  again.log.Add(Named("c"));
  const auto start = again.log.Resume(token);
  ASSERT_TRUE(start.has_value());
  EXPECT_FALSE(start->missed);
  std::vector<std::string> read;
  uint64_t at = start->position.sequence;
  for (auto next = again.log.After(at); next.event.has_value(); next = again.log.After(at)) {
    read.push_back(next.event->subject());
    at = next.event->sequence();
  }
  EXPECT_THAT(read, ElementsAre("b", "c"));
  EXPECT_EQ(again.log.Resume("rubbish"), std::nullopt);
}

TEST(EventLogTest, AReaderThatIsTooSlowIsTold) {
  FaultFileSystem files;
  Opened opened(files, 2000);
  opened.log.Add(Named("a"));
  const Position early = opened.log.End();
  for (int i = 0; i < 100; ++i) opened.log.Add(Named(absl::StrCat(i)));
  EXPECT_TRUE(opened.log.After(early.sequence).forgotten);
  const auto start = opened.log.Resume(ToToken(early));
  ASSERT_TRUE(start.has_value());
  EXPECT_TRUE(start->missed);
  EXPECT_FALSE(opened.log.After(start->position.sequence).forgotten);
}

TEST(EventLogTest, SubscribersAreToldUntilTheyLeave) {
  FaultFileSystem files;
  Opened opened(files);
  int told = 0;
  const uint64_t id = opened.log.Subscribe([&] {
    ++told;
    EXPECT_EQ(opened.log.Events().size(), static_cast<size_t>(told));
  });
  opened.log.Add(Named("a"));
  opened.log.Add(Named("b"));
  opened.log.Unsubscribe(id);
  opened.log.Add(Named("c"));
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace hostctl::event
