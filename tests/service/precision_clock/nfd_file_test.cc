#include "service/precision_clock/nfd_file.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/precision_clock/feature_file.h"
#include "tests/service/precision_clock/statuses.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::precision_clock {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kPath[] = "/features.d/hostctl";

TEST(FeatureFile, IsWhatNodeFeatureDiscoveryDocuments) {
  EXPECT_EQ(FeatureFileText(LabelsOf(KeptByPtp(4200), {}), absl::FromUnixSeconds(kSince)),
            "# Written by hostd, and taken away when it ends.\n"
            "# +expiry-time=2026-11-22T21:05:00Z\n"
            "hostctl.org/time-health=synchronized\n"
            "hostctl.org/time-max-error-ns=10000\n"
            "hostctl.org/time-protocol=ptp\n"
            "hostctl.org/time-ptp=true\n");
}

TEST(FeatureFile, BecomesTheLabelsUntilItExpiresWhateverTheState) {
  const absl::Time expires = absl::FromUnixSeconds(kSince);
  for (int health = v1::TimeHealth_MIN; health <= v1::TimeHealth_MAX; ++health) {
    for (int protocol = v1::TimeProtocol_MIN; protocol <= v1::TimeProtocol_MAX; ++protocol) {
      for (const double error : {0.0, 4200.0, 1e9, 1e300}) {
        v1::TimeStatus status = KeptByPtp(error);
        status.set_health(static_cast<v1::TimeHealth>(health));
        status.set_protocol(static_cast<v1::TimeProtocol>(protocol));
        const Labels labels = LabelsOf(status, {});
        const std::string text = FeatureFileText(labels, expires);
        const ReadLabels read = ReadFeatureFile(text, expires);
        EXPECT_EQ(read.trouble, "") << text;
        EXPECT_EQ(read.labels, labels);
        EXPECT_THAT(ReadFeatureFile(text, expires + absl::Seconds(1)).labels, IsEmpty());
      }
    }
  }
}

class NfdFileTest : public ::testing::Test {
 protected:
  void Publish() { file_.Publish(status_, now_, steady_); }
  void Pass(int seconds) {
    now_ += absl::Seconds(seconds);
    steady_ += std::chrono::seconds(seconds);
  }
  // How many times the file was written anew by `publish`.
  int Writes() {
    const int before = files_.operations();
    Publish();
    return (files_.operations() - before) / 3;  // write, mode, rename
  }
  ReadLabels Read() { return ReadFeatureFile(files_.Files()[kPath], now_); }

  store::FaultFileSystem files_;
  std::vector<std::string> lines_;
  NfdFile file_{"/features.d", files_, [this](const std::string& line) { lines_.push_back(line); }};
  v1::TimeStatus status_ = KeptByPtp(4200);
  absl::Time now_ = absl::FromUnixSeconds(kSince);
  std::chrono::steady_clock::time_point steady_;
};

TEST_F(NfdFileTest, IsWrittenOnceAndAgainWhenALabelChanges) {
  EXPECT_EQ(Writes(), 1);
  EXPECT_EQ(Read().trouble, "");
  EXPECT_EQ(Read().labels.at("hostctl.org/time-ptp"), "true");
  Pass(1);
  status_.set_maximum_error_ns(5100);
  EXPECT_EQ(Writes(), 0) << "the same labels";
  status_.set_health(v1::TIME_HEALTH_HOLDOVER);
  EXPECT_EQ(Writes(), 1);
  EXPECT_EQ(Read().labels.at("hostctl.org/time-health"), "holdover");
  EXPECT_THAT(files_.Files(), ElementsAre(Pair(kPath, ::testing::_))) << "and nothing beside it";
}

TEST_F(NfdFileTest, NeverExpiresWhileItIsPublished) {
  int writes = 0;
  for (int second = 0; second < 3600; ++second) {
    writes += Writes();
    ASSERT_THAT(Read().labels, ::testing::Not(IsEmpty())) << second;
    Pass(1);
  }
  EXPECT_EQ(writes, 24) << "every 150 s";
  Pass(301);
  EXPECT_THAT(Read().labels, IsEmpty()) << "of a hostd that died";
}

TEST_F(NfdFileTest, AClockThatIsSetDoesNotLeaveItExpiredNorForever) {
  Publish();
  now_ += absl::Hours(1);
  EXPECT_EQ(Writes(), 1);
  EXPECT_THAT(Read().labels, ::testing::Not(IsEmpty()));
  now_ -= absl::Hours(2);
  EXPECT_EQ(Writes(), 1);
  now_ += NfdFile::kLife + absl::Seconds(1);
  EXPECT_THAT(Read().labels, IsEmpty());
}

TEST_F(NfdFileTest, IsGoneAfterRemove) {
  Publish();
  file_.Remove();
  EXPECT_THAT(files_.Files(), IsEmpty());
  file_.Remove();
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(Writes(), 1) << "published again";
}

TEST_F(NfdFileTest, AReaderSeesAllOfItOrThatBefore) {
  Publish();
  const std::string before = files_.Files()[kPath];
  for (int operation = 0; operation < 3; ++operation) {
    for (const auto cut : {store::Cut::kBefore, store::Cut::kDuring}) {
      Pass(20);
      status_.set_health(v1::TIME_HEALTH_HOLDOVER);
      files_.CutPowerAt(operation, cut);
      Publish();
      EXPECT_EQ(files_.Files()[kPath], before) << operation;
      files_.Restart(store::UnsyncedNames::kKept);
    }
  }
}

TEST_F(NfdFileTest, WithoutTheFolderItWaitsForItInSilence) {
  files_.FailAt(0, absl::NotFoundError("no folder"));
  Publish();
  EXPECT_THAT(lines_, IsEmpty());
  Pass(9);
  EXPECT_EQ(Writes(), 0);
  Pass(1);
  EXPECT_EQ(Writes(), 1);
}

TEST_F(NfdFileTest, WhatFailsIsSaidOnce) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    files_.FailAt(0, absl::PermissionDeniedError("read-only file system"));
    Publish();
    Pass(10);
  }
  EXPECT_THAT(lines_, ElementsAre("node labels are not published: read-only file system"));
  EXPECT_EQ(Writes(), 1);
  files_.FailAt(0, absl::PermissionDeniedError("read-only file system"));
  file_.Remove();
  EXPECT_EQ(lines_.back(), "node labels stay until they expire: read-only file system");
}

TEST_F(NfdFileTest, WithoutANameOfAFolderNothingIsTouched) {
  NfdFile off("", files_, nullptr);
  off.Publish(status_, now_, steady_);
  off.Remove();
  EXPECT_EQ(files_.operations(), 0);
}

}  // namespace
}  // namespace hostctl::precision_clock
