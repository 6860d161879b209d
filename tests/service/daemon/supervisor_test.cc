#include "service/daemon/supervisor.h"

#include <poll.h>
#include <signal.h>

#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::daemon {
namespace {

SupervisedService::Options Sleeper(const std::string& key, const TemporaryFolder& folder) {
  SupervisedService::Options options;
  options.key = key;
  options.command = {"/bin/sleep", "600"};
  options.run_dir = folder.path();
  options.now = [] { return std::chrono::steady_clock::now(); };
  options.log = [](const std::string&) {};
  options.settle = std::chrono::milliseconds(20);
  return options;
}

bool Readable(int fd, int timeout_ms) {
  pollfd entry{fd, POLLIN, 0};
  return poll(&entry, 1, timeout_ms) == 1;
}

TEST(Supervisor, KeepsEachServiceByItself) {
  const TemporaryFolder folder;
  Supervisor supervisor({Sleeper("one", folder), Sleeper("two", folder)});
  ASSERT_TRUE(supervisor.Start("one").ok());
  EXPECT_EQ(supervisor.State("one")->state, RunState::kRunning);
  EXPECT_EQ(supervisor.State("two")->state, RunState::kStopped);
  const pid_t pid = supervisor.State("one")->pid;
  ASSERT_TRUE(supervisor.Restart("one").ok());
  EXPECT_NE(supervisor.State("one")->pid, pid);
  ASSERT_TRUE(supervisor.Restart("two").ok()) << "starts one that does not run";
  ASSERT_TRUE(supervisor.Stop("one").ok());
  ASSERT_TRUE(supervisor.Stop("two").ok());
}

TEST(Supervisor, ItsDescriptorTellsOfAnEnd) {
  const TemporaryFolder folder;
  Supervisor supervisor({Sleeper("one", folder)});
  ASSERT_TRUE(supervisor.Start("one").ok());
  EXPECT_FALSE(Readable(supervisor.change_fd(), 0));
  const pid_t pid = supervisor.State("one")->pid;
  kill(pid, SIGKILL);
  ASSERT_TRUE(Readable(supervisor.change_fd(), 10000));
  supervisor.Tend();
  EXPECT_EQ(supervisor.State("one")->restarts, 1u);
  EXPECT_FALSE(Readable(supervisor.change_fd(), 0)) << "told once";
  ASSERT_TRUE(supervisor.Stop("one").ok());
}

TEST(Supervisor, AnUnknownServiceIsNamed) {
  Supervisor supervisor({});
  EXPECT_TRUE(absl::IsNotFound(supervisor.State("ntpd").status()));
  EXPECT_EQ(supervisor.Start("ntpd").message(), "hostd does not know a service 'ntpd'");
}

}  // namespace
}  // namespace hostctl::daemon
