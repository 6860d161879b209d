#include "service/daemon/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "temporary_folder.h"

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

TEST(ChildProcess, TheProgramRunsOnceItsNumberIsWrittenDown) {
  const TemporaryFolder folder;
  const std::string ran = folder.File("ran");
  pid_t written_down = 0;
  auto process =
      ChildProcess::SpawnWrittenDown({"/bin/sh", "-c", "echo >" + ran}, -1, [&](pid_t pid) {
        written_down = pid;
        EXPECT_FALSE(std::filesystem::exists(ran));
        return absl::OkStatus();
      });
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ(process->pid(), written_down);
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_TRUE(std::filesystem::exists(ran));
}

TEST(ChildProcess, WhatCannotBeWrittenDownDoesNotRun) {
  const TemporaryFolder folder;
  const std::string ran = folder.File("ran");
  pid_t child = 0;
  const absl::Status status =
      ChildProcess::SpawnWrittenDown({"/bin/sh", "-c", "echo >" + ran}, -1, [&](pid_t pid) {
        child = pid;
        return absl::InternalError("disk full");
      }).status();
  EXPECT_EQ(status, absl::InternalError("disk full"));
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), -1) << "no zombie is left";
  EXPECT_FALSE(std::filesystem::exists(ran));
}

// As hostd that is killed at the worst moment.
TEST(ChildProcess, TheProgramDoesNotRunOnceItsStarterIsDead) {
  const TemporaryFolder folder;
  const std::string ran = folder.File("ran");
  int told[2];
  ASSERT_EQ(pipe2(told, O_CLOEXEC), 0);
  const pid_t starter = fork();
  ASSERT_GE(starter, 0);
  if (starter == 0) {
    static_cast<void>(
        ChildProcess::SpawnWrittenDown({"/bin/sh", "-c", "echo >" + ran}, -1, [&](pid_t pid) {
          static_cast<void>(!write(told[1], &pid, sizeof(pid)));
          raise(SIGKILL);
          return absl::OkStatus();
        }));
    _exit(0);
  }
  ASSERT_EQ(waitpid(starter, nullptr, 0), starter);
  pid_t child = 0;
  ASSERT_EQ(read(told[0], &child, sizeof(child)), static_cast<ssize_t>(sizeof(child)));
  close(told[0]);
  close(told[1]);
  auto process = ChildProcess::Attach(child);
  EXPECT_TRUE(!process.ok() || process->WaitForExit(Soon()));
  EXPECT_FALSE(std::filesystem::exists(ran));
}

TEST(ChildProcess, AProcessThatIsGoneCannotBeAttachedTo) {
  auto process = ChildProcess::Spawn({"/bin/true"});
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(process->WaitForExit(Soon()));
  EXPECT_TRUE(absl::IsNotFound(ChildProcess::Attach(process->pid()).status()));
}

}  // namespace
}  // namespace hostctl::daemon
