#include "ptpcore/stats/log_file.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr char kHeader[] = "# header\n";

class LogFileTest : public ::testing::Test {
 protected:
  LogFileTest() {
    std::string name = (fs::temp_directory_path() / "log_file_test.XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~LogFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& suffix = "") const {
    return (folder_ / "ptpd.stats").string() + suffix;
  }
  LogFileOptions Options(uint64_t max_bytes = 1'000'000, uint32_t max_files = 2) const {
    return {Path(), max_bytes, max_files, kHeader};
  }
  static std::string Content(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }

  fs::path folder_;
};

TEST_F(LogFileTest, LinesFollowTheHeaderAndAreThereAtOnce) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  EXPECT_EQ(Content(Path()), "# header\none\n");
  ASSERT_TRUE(log.Append("two\n", LogFile::kFastNs).ok());
  EXPECT_EQ(Content(Path()), "# header\none\ntwo\n");
  EXPECT_FALSE(log.gathering());
}

TEST_F(LogFileTest, LinesThatComeFastAreWrittenTogetherAtTheLatestAfterAQuarterOfASecond) {
  LogFile log(Options());
  std::string expected = kHeader;
  int64_t oldest_ns = -1;
  int writes = 0;
  for (int64_t now_ns = 0; now_ns < kSecond; now_ns += 4'000'000) {
    ASSERT_TRUE(log.Append("line\n", now_ns).ok());
    expected += "line\n";
    if (log.gathering()) {
      if (oldest_ns < 0) oldest_ns = now_ns;
      EXPECT_EQ(log.next_flush_ns(), oldest_ns + LogFile::kLongestWaitNs);
      EXPECT_LT(now_ns, log.next_flush_ns());
      continue;
    }
    oldest_ns = -1;
    ++writes;
    EXPECT_EQ(Content(Path()), expected);
  }
  EXPECT_LE(writes, 5);
  EXPECT_TRUE(log.Flush().ok());
  EXPECT_EQ(Content(Path()), expected);
}

TEST_F(LogFileTest, AStreamThatStopsIsWrittenByTheTimer) {
  LogFile log(Options());
  EXPECT_EQ(log.next_flush_ns(), std::numeric_limits<int64_t>::max());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  ASSERT_TRUE(log.Append("two\n", 1'000'000).ok());
  EXPECT_EQ(Content(Path()), "# header\none\n");
  EXPECT_EQ(log.next_flush_ns(), 1'000'000 + LogFile::kLongestWaitNs);
  ASSERT_TRUE(log.Flush().ok());
  EXPECT_EQ(Content(Path()), "# header\none\ntwo\n");
  EXPECT_EQ(log.next_flush_ns(), std::numeric_limits<int64_t>::max());
}

TEST_F(LogFileTest, WhatWasGatheredIsWrittenAtTheEnd) {
  {
    LogFile log(Options());
    for (const char* line : {"one\n", "two\n", "three\n"}) ASSERT_TRUE(log.Append(line, 0).ok());
    EXPECT_EQ(Content(Path()), "# header\none\n");
  }
  EXPECT_EQ(Content(Path()), "# header\none\ntwo\nthree\n");
}

// SIGHUP after a rename: what was measured before it belongs into the old file.
TEST_F(LogFileTest, WhatWasGatheredIsWrittenBeforeTheFileIsOpenedAnew) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  ASSERT_TRUE(log.Append("two\n", 0).ok());
  fs::rename(Path(), Path(".old"));
  ASSERT_TRUE(log.Reopen().ok());
  ASSERT_TRUE(log.Append("three\n", kSecond).ok());
  EXPECT_EQ(Content(Path(".old")), "# header\none\ntwo\n");
  EXPECT_EQ(Content(Path()), "# header\nthree\n");
}

// logrotate with `copytruncate` in the middle of a gathering.
TEST_F(LogFileTest, WhatWasGatheredSurvivesATruncation) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", kSecond).ok());
  ASSERT_TRUE(log.Append("two\n", 2 * kSecond - 1'000'000).ok());
  ASSERT_TRUE(log.Append("three\n", 2 * kSecond - 500'000).ok());
  ASSERT_TRUE(log.gathering());
  fs::resize_file(Path(), 0);
  ASSERT_TRUE(log.Append("four\n", 3 * kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\nthree\nfour\n");
}

TEST_F(LogFileTest, ARestartGoesOnInTheSameFile) {
  ASSERT_TRUE(LogFile(Options()).Append("one\n", 0).ok());
  ASSERT_TRUE(LogFile(Options()).Append("two\n", 0).ok());
  EXPECT_EQ(Content(Path()), "# header\none\ntwo\n");
}

TEST_F(LogFileTest, TheFoldersAboveAreMade) {
  LogFileOptions options = Options();
  options.path = (folder_ / "log" / "hostctl" / "ptpd.stats").string();
  ASSERT_TRUE(LogFile(options).Append("one\n", 0).ok());
  EXPECT_EQ(Content(options.path), "# header\none\n");
}

// Header 9 octets, lines 4: two lines fit into 20, the third begins a new file.
TEST_F(LogFileTest, IsRotatedBySizeAndKeptByCount) {
  LogFile log(Options(/*max_bytes=*/20, /*max_files=*/2));
  for (const char* line : {"11\n\n", "22\n\n", "33\n\n", "44\n\n", "55\n\n", "66\n\n", "77\n\n"}) {
    ASSERT_TRUE(log.Append(line, 0).ok());  // so fast that they are gathered
    EXPECT_LE(fs::file_size(Path()), 20U);
  }
  ASSERT_TRUE(log.Flush().ok());
  EXPECT_EQ(Content(Path()), "# header\n77\n\n");
  EXPECT_EQ(Content(Path(".1")), "# header\n55\n\n66\n\n");
  EXPECT_EQ(Content(Path(".2")), "# header\n33\n\n44\n\n");
  EXPECT_FALSE(fs::exists(Path(".3")));
}

TEST_F(LogFileTest, WithNoneToKeepTheOldOneIsRemoved) {
  LogFile log(Options(/*max_bytes=*/13, /*max_files=*/0));
  ASSERT_TRUE(log.Append("11\n\n", 0).ok());
  ASSERT_TRUE(log.Append("22\n\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\n22\n\n");
  EXPECT_FALSE(fs::exists(Path(".1")));
}

TEST_F(LogFileTest, AFileThatWasTooLargeAtTheStartIsRotatedAsWell) {
  std::ofstream(Path()) << "# header\n" << std::string(100, 'x') << "\n";
  LogFile log(Options(/*max_bytes=*/50));
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  ASSERT_TRUE(log.Append("two\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\ntwo\n");
  EXPECT_EQ(fs::file_size(Path(".1")), 114U);
}

// logrotate with `create`: renamed, and told by SIGHUP.
TEST_F(LogFileTest, ReopenAfterARenameBeginsANewFile) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  fs::rename(Path(), Path(".old"));
  ASSERT_TRUE(log.Append("two\n", kSecond / 2).ok());
  ASSERT_TRUE(log.Reopen().ok());
  ASSERT_TRUE(log.Append("three\n", kSecond).ok());
  EXPECT_EQ(Content(Path(".old")), "# header\none\ntwo\n");
  EXPECT_EQ(Content(Path()), "# header\nthree\n");
}

TEST_F(LogFileTest, ARenameNobodyTellsAboutIsNoticedWithinASecond) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  fs::rename(Path(), Path(".old"));
  ASSERT_TRUE(log.Append("two\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\ntwo\n");
}

TEST_F(LogFileTest, ARemovedFileIsMadeAgain) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  fs::remove(Path());
  ASSERT_TRUE(log.Append("two\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\ntwo\n");
}

// logrotate with `copytruncate`.
TEST_F(LogFileTest, ATruncatedFileBeginsWithTheHeaderAgain) {
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  fs::copy_file(Path(), Path(".1"));
  fs::resize_file(Path(), 0);
  ASSERT_TRUE(log.Append("two\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\ntwo\n");
}

TEST_F(LogFileTest, AFolderInItsPlaceIsReportedByName) {
  fs::create_directory(Path());
  LogFile log(Options());
  const absl::Status status = log.Append("one\n", 0);
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path()));
  // And it goes on as soon as the way is free.
  fs::remove(Path());
  EXPECT_TRUE(log.Append("two\n", kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\ntwo\n");
}

// A full disk, as a file size limit of this process.
TEST_F(LogFileTest, AWriteThatFailsIsReportedAndSurvived) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  const rlimit full{13, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  const absl::Status status = log.Append("two\n", kSecond);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("File too large"));
  EXPECT_TRUE(log.Append("three\n", 2 * kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\none\nthree\n");
  std::signal(SIGXFSZ, ignored);
}

// A disk that becomes full in the middle of a line takes a part of it.
TEST_F(LogFileTest, ALineThatIsWrittenInPartIsTakenBack) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  LogFile log(Options());
  ASSERT_TRUE(log.Append("one\n", 0).ok());
  const rlimit nearly_full{15, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &nearly_full), 0);
  const absl::Status status = log.Append("two\n", kSecond);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("only 2 of 4 octets"));
  EXPECT_TRUE(log.Append("three\n", 2 * kSecond).ok());
  EXPECT_EQ(Content(Path()), "# header\none\nthree\n");
}

}  // namespace
}  // namespace ptpcore::stats
