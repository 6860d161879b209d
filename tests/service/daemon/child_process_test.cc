#include "service/daemon/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using ::testing::HasSubstr;

ChildProcess::Deadline Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

TEST(ChildProcess, EndsAndSaysHow) {
  auto process = ChildProcess::Spawn({"/bin/sh", "-c", "exit 7"});
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_EQ(process->ExitWords(), "ended with exit code 7");
}

TEST(ChildProcess, ASignalEndsItAndItIsReaped) {
  auto process = ChildProcess::Spawn({"/bin/sleep", "600"});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_FALSE(process->WaitForExit({})) << "runs";
  ASSERT_TRUE(process->Signal(SIGKILL).ok());
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_THAT(process->ExitWords(), HasSubstr("signal 9"));
  EXPECT_EQ(waitpid(process->pid(), nullptr, WNOHANG), -1) << "no zombie is left";
  EXPECT_TRUE(absl::IsNotFound(process->Signal(SIGTERM)));
}

TEST(ChildProcess, HasASessionOfItsOwnAndNoneOfOurDescriptors) {
  const int ours = open("/dev/null", O_RDONLY);  // without close-on-exec, as libraries do
  auto process = ChildProcess::Spawn({"/bin/sh", "-c",
                                      "test ! -e /proc/$$/fd/" + std::to_string(ours) +
                                          " && test \"$(readlink /proc/$$/fd/0)\" = /dev/null"
                                          " && test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$"});
  close(ours);
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_EQ(process->ExitWords(), "ended with exit code 0");
}

TEST(ChildProcess, AMissingProgramIsNamed) {
  const absl::Status status = ChildProcess::Spawn({"/nowhere/ptpd"}).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/ptpd"));
}

TEST(ChildProcess, AProcessThatIsGoneCannotBeAttachedTo) {
  auto process = ChildProcess::Spawn({"/bin/true"});
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_TRUE(absl::IsNotFound(ChildProcess::Attach(process->pid()).status()));
}

}  // namespace
}  // namespace hostctl::daemon
