#include "ptpcore/clock/virtual_clock_file.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

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

  std::filesystem::path folder_;
  std::string path_;
  const VirtualClockState state_{123'456'789, 1'795'348'053'000'000'001, 50'000.5, -49'999.25};
};

TEST_F(VirtualClockFileTest, WhatIsWrittenIsReadBack) {
  ASSERT_TRUE(WriteVirtualClock(path_, state_).ok());
  const auto read = ReadVirtualClock(path_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->raw_ns, state_.raw_ns);
  EXPECT_EQ(read->clock_ns, state_.clock_ns);
  EXPECT_EQ(read->error_ppb, state_.error_ppb);
  EXPECT_EQ(read->correction_ppb, state_.correction_ppb);
  EXPECT_EQ(Content().size(), 64U);
}

TEST_F(VirtualClockFileTest, ANewerStateTakesTheOldOnesPlace) {
  ASSERT_TRUE(WriteVirtualClock(path_, state_).ok());
  VirtualClockState newer = state_;
  newer.clock_ns += 5;
  ASSERT_TRUE(WriteVirtualClock(path_, newer).ok());
  EXPECT_EQ(ReadVirtualClock(path_)->clock_ns, newer.clock_ns);
  EXPECT_EQ(Content().size(), 64U);
}

TEST_F(VirtualClockFileTest, NoFileIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadVirtualClock(path_).status()));
  EXPECT_FALSE(WriteVirtualClock((folder_ / "missing" / "clock").string(), state_).ok());
}

TEST_F(VirtualClockFileTest, AFileCutOffAnywhereIsSeen) {
  ASSERT_TRUE(WriteVirtualClock(path_, state_).ok());
  const std::string whole = Content();
  for (size_t size = 0; size < whole.size(); ++size) {
    SetContent(whole.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(ReadVirtualClock(path_).status())) << size;
  }
}

// Torn: the first octets of one state, the rest of another.
TEST_F(VirtualClockFileTest, AMixtureOfTwoStatesIsSeen) {
  ASSERT_TRUE(WriteVirtualClock(path_, state_).ok());
  const std::string before = Content();
  ASSERT_TRUE(WriteVirtualClock(path_, {7, 8, 9.0, 10.0}).ok());
  const std::string after = Content();
  size_t mixtures = 0;
  for (size_t cut = 1; cut < before.size(); ++cut) {
    const std::string mixture = after.substr(0, cut) + before.substr(cut);
    if (mixture == before || mixture == after) continue;
    SetContent(mixture);
    EXPECT_TRUE(absl::IsDataLoss(ReadVirtualClock(path_).status())) << cut;
    ++mixtures;
  }
  EXPECT_GT(mixtures, 30U);
}

TEST_F(VirtualClockFileTest, AnyChangedOctetIsSeen) {
  ASSERT_TRUE(WriteVirtualClock(path_, state_).ok());
  const std::string whole = Content();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    SetContent(changed);
    EXPECT_TRUE(absl::IsDataLoss(ReadVirtualClock(path_).status())) << i;
  }
}

}  // namespace
}  // namespace ptpcore::clock
