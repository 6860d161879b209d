#include "ptpcore/engine/frequency_file.h"

#include <unistd.h>

#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000'000;
constexpr int64_t kDay = 86'400'000'000'000;
constexpr double kMax = 500'000;

class FrequencyFileTest : public ::testing::Test {
 protected:
  ~FrequencyFileTest() override { unlink(path_.c_str()); }
  void Contents(const std::string& text) { std::ofstream(path_) << text; }

  std::string path_ = ::testing::TempDir() + "/frequency" + std::to_string(getpid());
};

TEST_F(FrequencyFileTest, GivesBackWhatWasWritten) {
  ASSERT_TRUE(WriteFrequency(path_, -12'345.6789, kNow).ok());
  EXPECT_EQ(ReadFrequency(path_, kNow + kDay, kMax), -12'345.6789);
  ASSERT_TRUE(WriteFrequency(path_, 7, kNow).ok());
  EXPECT_EQ(ReadFrequency(path_, kNow, kMax), 7);
}

TEST_F(FrequencyFileTest, IgnoresWhatIsStaleOrFromTheFuture) {
  ASSERT_TRUE(WriteFrequency(path_, 100, kNow).ok());
  EXPECT_TRUE(ReadFrequency(path_, kNow + 30 * kDay, kMax));
  EXPECT_FALSE(ReadFrequency(path_, kNow + 31 * kDay, kMax));
  EXPECT_FALSE(ReadFrequency(path_, kNow - 2 * kDay, kMax));
}

TEST_F(FrequencyFileTest, IgnoresWhatIsAbsurdOrNotWhatItShouldBe) {
  ASSERT_TRUE(WriteFrequency(path_, 600'000, kNow).ok());
  EXPECT_FALSE(ReadFrequency(path_, kNow, kMax));
  for (const char* text :
       {"", "{", "[]", "12", R"({"frequency_ppb":"x","realtime_ns":1})", R"({"frequency_ppb":1})",
        R"({"frequency_ppb":1e999,"realtime_ns":1})"}) {
    Contents(text);
    EXPECT_FALSE(ReadFrequency(path_, kNow, kMax)) << text;
  }
  unlink(path_.c_str());
  EXPECT_FALSE(ReadFrequency(path_, kNow, kMax));
}

TEST_F(FrequencyFileTest, AFolderThatIsNotThereIsReported) {
  EXPECT_FALSE(WriteFrequency("/nonexistent/frequency", 1, kNow).ok());
}

}  // namespace
}  // namespace ptpcore::engine
