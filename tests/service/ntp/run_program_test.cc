// Programs of the system, run to their end.
#include "service/ntp/run_program.h"

#include "gtest/gtest.h"

namespace hostctl::ntp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RunProgramTest, GivesWhatAProgramPrints) {
  const auto result = RunProgram({"/bin/echo", "$HOME; *"}, seconds(10));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->succeeded);
  EXPECT_EQ(result->output, "$HOME; *\n") << "no shell looks at it";
}

TEST(RunProgramTest, TellsHowItFailed) {
  const auto result = RunProgram({"/bin/sh", "-c", "echo wrong >&2; exit 3"}, seconds(10));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->succeeded);
  EXPECT_EQ(result->exit_words, "ended with exit code 3");
  EXPECT_EQ(result->output, "wrong\n");
}

TEST(RunProgramTest, EndsOneThatTakesTooLong) {
  const auto result = RunProgram({"/bin/sleep", "60"}, milliseconds(100));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(RunProgramTest, KeepsOnlySoMuchOfALongOutput) {
  const auto result = RunProgram({"/bin/sh", "-c", "head -c 3000000 /dev/zero"}, seconds(30));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_LT(result->output.size(), 1'100'000u);
}

TEST(RunProgramTest, AProgramThatIsNotThere) {
  const auto result = RunProgram({"/nonexistent/chronyc"}, seconds(1));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace hostctl::ntp
