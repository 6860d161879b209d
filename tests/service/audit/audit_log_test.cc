#include "service/audit/audit_log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPath[] = "/state/audit.log";

TEST(AuditLog, KeepsLinesInTheOrderInWhichTheyCame) {
  store::FaultFileSystem files;
  AuditLog trail({kPath}, files);
  EXPECT_THAT(trail.Open(), IsEmpty());
  EXPECT_TRUE(trail.Add("one").ok());
  EXPECT_TRUE(trail.Add("two").ok());
  EXPECT_EQ(files.Files()[kPath], "one\ntwo\n");
  EXPECT_THAT(trail.Lines(), ElementsAre("one", "two"));
}

TEST(AuditLog, IsBoundedAndForgetsTheOldestFirst) {
  store::FaultFileSystem files;
  AuditLog trail({kPath, 20, 2}, files);
  trail.Open();
  for (int i = 10; i < 40; ++i) ASSERT_TRUE(trail.Add("line " + std::to_string(i)).ok());
  size_t bytes = 0;
  for (const auto& [path, contents] : files.Files()) bytes += contents.size();
  EXPECT_LE(bytes, 3u * 20u);
  EXPECT_THAT(trail.Lines(),
              ElementsAre("line 34", "line 35", "line 36", "line 37", "line 38", "line 39"));
}

// Power is lost at each operation of twelve additions, some of which begin a new file.
TEST(AuditLog, WhatWasAddedIsThereAfterAPowerCutAnywhere) {
  for (const auto cut : {store::Cut::kBefore, store::Cut::kDuring, store::Cut::kAfter}) {
    for (const auto names : {store::UnsyncedNames::kLost, store::UnsyncedNames::kKept}) {
      for (int operation = 0; operation < 40; ++operation) {
        store::FaultFileSystem files;
        std::string newest;
        {
          AuditLog trail({kPath, 30, 3}, files);
          trail.Open();
          files.CutPowerAt(operation, cut);
          for (int i = 10; i < 22; ++i) {
            const std::string line = "line " + std::to_string(i);
            if (trail.Add(line).ok()) newest = line;
          }
        }
        files.Restart(names);
        AuditLog trail({kPath, 30, 3}, files);
        trail.Open();
        const std::vector<std::string> kept = trail.Lines();
        if (!newest.empty()) {
          EXPECT_THAT(kept, ::testing::Contains(newest)) << operation;
        }
        ASSERT_TRUE(trail.Add("after").ok());
        EXPECT_EQ(trail.Lines().back(), "after") << "a line of its own";
      }
    }
  }
}

TEST(AuditLog, ALineThatWasCutOffSpoilsNoOther) {
  store::FaultFileSystem files;
  files.Place("/state/audit.log", "one\ntw");
  AuditLog trail({kPath}, files);
  EXPECT_THAT(trail.Open(), ElementsAre(HasSubstr("was cut off")));
  ASSERT_TRUE(trail.Add("three").ok());
  EXPECT_EQ(files.Files()[kPath], "one\ntw\nthree\n");
}

TEST(AuditLog, AFullDiskIsReportedAndTheTrailGoesOnAfterwards) {
  store::FaultFileSystem files;
  AuditLog trail({kPath}, files);
  trail.Open();
  files.SetDiskFull(true);
  EXPECT_EQ(trail.Add("lost").code(), absl::StatusCode::kResourceExhausted);
  files.SetDiskFull(false);
  ASSERT_TRUE(trail.Add("kept").ok());
  EXPECT_EQ(trail.Lines().back(), "kept");
}

}  // namespace
}  // namespace hostctl::audit
