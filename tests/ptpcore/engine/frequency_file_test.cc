#include "ptpcore/engine/frequency_file.h"

#include <unistd.h>

#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

constexpr double kMax = 500'000;

class FrequencyFileTest : public ::testing::Test {
 protected:
  ~FrequencyFileTest() override { unlink(path_.c_str()); }
  void Contents(const std::string& text) { std::ofstream(path_) << text; }

  std::string path_ = ::testing::TempDir() + "/frequency" + std::to_string(getpid());
};

TEST_F(FrequencyFileTest, GivesBackWhatWasWritten) {
  ASSERT_TRUE(WriteFrequency(path_, -12'345.6789).ok());
  EXPECT_EQ(ReadFrequency(path_, kMax), -12'345.6789);
  ASSERT_TRUE(WriteFrequency(path_, 7).ok());
  EXPECT_EQ(ReadFrequency(path_, kMax), 7);
}

TEST_F(FrequencyFileTest, ReadsWhatEarlierReleasesWrote) {
  Contents(R"({"frequency_ppb":-40.5,"realtime_ns":1700000000000000000})");
  EXPECT_EQ(ReadFrequency(path_, kMax), -40.5);
}

TEST_F(FrequencyFileTest, IgnoresWhatIsAbsurdOrNotWhatItShouldBe) {
  ASSERT_TRUE(WriteFrequency(path_, 600'000).ok());
  EXPECT_FALSE(ReadFrequency(path_, kMax));
  for (const char* text :
       {"", "{", "{}", "[]", "12", R"({"frequency_ppb":"x"})", R"({"frequency_ppb":1e999})"}) {
    Contents(text);
    EXPECT_FALSE(ReadFrequency(path_, kMax)) << text;
  }
  unlink(path_.c_str());
  EXPECT_FALSE(ReadFrequency(path_, kMax));
}

TEST_F(FrequencyFileTest, AFolderThatIsNotThereIsReported) {
  EXPECT_FALSE(WriteFrequency("/nonexistent/frequency", 1).ok());
}

}  // namespace
}  // namespace ptpcore::engine
