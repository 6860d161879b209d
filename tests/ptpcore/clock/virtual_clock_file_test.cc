#include "ptpcore/clock/virtual_clock_file.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

constexpr size_t kSize = 144;  // two records

TEST(VirtualClockStateTest, GainsByErrorAndCorrectionTogether) {
  const VirtualClockState state{1'000, 5'000'000, 50'000, -20'000};  // 30 ppm fast
  EXPECT_EQ(state.At(1'000), 5'000'000);
  EXPECT_EQ(state.At(1'000'001'000), 1'005'030'000);
  EXPECT_EQ(state.At(1'000 - 1'000'000), 5'000'000 - 1'000'030);  // and backwards
}

TEST(VirtualClockStateTest, AYearOfItIsExactToTheNanosecond) {
  constexpr int64_t kYear = 365LL * 86'400 * 1'000'000'000;
  const VirtualClockState state{0, 0, 1, 0};
  EXPECT_EQ(state.At(kYear), kYear + 31'536'000);
}

class VirtualClockFileTest : public ::testing::Test {
 protected:
  VirtualClockFileTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "virtual_clock_file_test.XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "clock").string();
  }
  ~VirtualClockFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Content() const {
    std::ifstream stream(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  void SetContent(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
  }

  VirtualClockFile OpenOrDie() const {
    absl::StatusOr<VirtualClockFile> file = VirtualClockFile::Open(path_);
    if (!file.ok()) ADD_FAILURE() << file.status();
    return *std::move(file);
  }

  std::filesystem::path folder_;
  std::string path_;
  const VirtualClockState state_{123'456'789, 1'795'348'053'000'000'001, 50'000.5, -49'999.25};
};

TEST_F(VirtualClockFileTest, WhatIsWrittenIsReadBack) {
  VirtualClockFile file = OpenOrDie();
  file.Write(state_);
  const auto read = ReadVirtualClock(path_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->raw_ns, state_.raw_ns);
  EXPECT_EQ(read->clock_ns, state_.clock_ns);
  EXPECT_EQ(read->error_ppb, state_.error_ppb);
  EXPECT_EQ(read->correction_ppb, state_.correction_ppb);
  EXPECT_EQ(Content().size(), kSize);
}

TEST_F(VirtualClockFileTest, TheNewestStateIsRead) {
  VirtualClockFile file = OpenOrDie();
  VirtualClockState state = state_;
  for (int i = 0; i < 5; ++i) {
    state.clock_ns += 5;
    file.Write(state);
    EXPECT_EQ(ReadVirtualClock(path_)->clock_ns, state.clock_ns);
  }
  EXPECT_EQ(Content().size(), kSize);
}

TEST_F(VirtualClockFileTest, TheStateIsKeptWhenAnotherProcessGoesOn) {
  OpenOrDie().Write(state_);
  VirtualClockFile again = OpenOrDie();
  EXPECT_EQ(ReadVirtualClock(path_)->clock_ns, state_.clock_ns);
  again.Write({1, 2, 3, 4});
  EXPECT_EQ(ReadVirtualClock(path_)->clock_ns, 2);
}

TEST_F(VirtualClockFileTest, NoFileIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadVirtualClock(path_).status()));
  EXPECT_FALSE(VirtualClockFile::Open((folder_ / "missing" / "clock").string()).ok());
}

TEST_F(VirtualClockFileTest, WhatCannotBeMappedIsAnErrorThatNamesIt) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const absl::Status status = VirtualClockFile::Open(path_).status();
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find(path_), std::string::npos);
}

TEST_F(VirtualClockFileTest, AFileCutOffAnywhereIsSeen) {
  OpenOrDie().Write(state_);
  const std::string whole = Content();
  for (size_t size = 0; size < whole.size(); ++size) {
    SetContent(whole.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(ReadVirtualClock(path_).status())) << size;
  }
}

// A process that ends in the middle of a write leaves the first octets of a state and
// the rest of what was there; the state before is still whole.
TEST_F(VirtualClockFileTest, AStateThatIsWrittenInPartLeavesTheOneBefore) {
  VirtualClockFile file = OpenOrDie();
  file.Write({1, 2, 3.0, 4.0});
  file.Write({5, 6, 7.0, 8.0});
  const std::string before = Content();
  file.Write({9, 10, 11.0, 12.0});
  const std::string after = Content();
  std::set<int64_t> read;
  for (size_t cut = 0; cut <= before.size(); ++cut) {
    SetContent(after.substr(0, cut) + before.substr(cut));
    const auto state = ReadVirtualClock(path_);
    ASSERT_TRUE(state.ok()) << state.status() << " " << cut;
    read.insert(state->raw_ns);
    const bool old = state->raw_ns == 5 && state->clock_ns == 6 && state->error_ppb == 7 &&
                     state->correction_ppb == 8;
    const bool now = state->raw_ns == 9 && state->clock_ns == 10 && state->error_ppb == 11 &&
                     state->correction_ppb == 12;
    EXPECT_TRUE(old || now) << cut;
  }
  EXPECT_EQ(read, (std::set<int64_t>{5, 9}));
}

TEST_F(VirtualClockFileTest, AChangedOctetNeverMakesAnotherState) {
  OpenOrDie().Write(state_);
  const std::string whole = Content();
  size_t seen = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    SetContent(changed);
    const auto read = ReadVirtualClock(path_);
    if (read.ok()) {  // it was in the other, unused half
      EXPECT_EQ(read->clock_ns, state_.clock_ns) << i;
    } else {
      EXPECT_TRUE(absl::IsDataLoss(read.status())) << i;
      ++seen;
    }
  }
  EXPECT_EQ(seen, kSize / 2);
}

// States whose numbers belong together are written as fast as it goes while another
// thread reads them through the file.
TEST_F(VirtualClockFileTest, AReaderNeverSeesAMixtureOfTwoStates) {
  VirtualClockFile file = OpenOrDie();
  file.Write({0, 0, 0, 0});
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int64_t i = 1; !done; ++i) {
      file.Write({i, 2 * i, static_cast<double>(3 * i), static_cast<double>(4 * i)});
    }
  });
  int64_t last = 0;
  int whole = 0;
  for (int attempt = 0; attempt < 5'000; ++attempt) {
    const auto state = ReadVirtualClock(path_);
    if (!state.ok()) continue;  // overtaken twice during each attempt: seen as such
    const int64_t i = state->raw_ns;
    ASSERT_EQ(state->clock_ns, 2 * i);
    ASSERT_EQ(state->error_ppb, static_cast<double>(3 * i));
    ASSERT_EQ(state->correction_ppb, static_cast<double>(4 * i));
    ASSERT_GE(i, last) << "never back";
    last = i;
    ++whole;
  }
  done = true;
  writer.join();
  EXPECT_GT(whole, 500);
}

// kill -9 of the writer, over and over: what it leaves is a state that it wrote.
TEST_F(VirtualClockFileTest, AKilledWriterLeavesAStateThatIsWhole) {
  for (int round = 0; round < 20; ++round) {
    OpenOrDie().Write({0, 0, 0, 0});
    const pid_t child = fork();
    if (child == 0) {
      VirtualClockFile file = OpenOrDie();
      for (int64_t i = 1;; ++i) {
        file.Write({i, 2 * i, static_cast<double>(3 * i), static_cast<double>(4 * i)});
      }
    }
    while (ReadVirtualClock(path_).value_or(VirtualClockState{}).raw_ns < 1'000) {
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto state = ReadVirtualClock(path_);
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(state->clock_ns, 2 * state->raw_ns);
    EXPECT_EQ(state->correction_ppb, static_cast<double>(4 * state->raw_ns));
  }
}

}  // namespace
}  // namespace ptpcore::clock
