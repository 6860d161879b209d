// With real programs; only the time of the back-off is set by the tests.
#include "service/daemon/supervised_service.h"

#include <poll.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/daemon/process_record.h"
#include "temporary_folder.h"

namespace hostctl::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SupervisedServiceTest : public ::testing::Test {
 protected:
  ~SupervisedServiceTest() override {
    if (service_ != nullptr) static_cast<void>(service_->Stop());
  }

  std::string PidFile() const { return absl::StrCat(folder_.path(), "/daemon.pid"); }

  // hostd starts (again); the program is a script.
  void NewService(const std::string& script) {
    SupervisedService::Options options;
    options.key = "daemon";
    options.command = {"/bin/sh", "-c", script};
    options.run_dir = folder_.path();
    options.pid_file = PidFile();
    options.now = [this] { return now_; };
    options.log = [this](const std::string& line) { lines_.push_back(line); };
    options.settle = milliseconds(50);
    options.stop_timeout = milliseconds(300);
    options.command_with = [script](const OwnConfiguration& configuration) {
      return std::vector<std::string>{"/bin/sh", "-c", script, configuration.file};
    };
    service_.reset();  // first: as the former hostd has ended
    service_ = std::make_unique<SupervisedService>(options);
  }

  // Waits until one of its descriptors becomes readable, as hostd does, then tends.
  bool TendWhenSomethingHappens() {
    const auto fds = service_->fds();
    pollfd entries[] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN, 0}};
    const bool happened = poll(entries, 2, 10000) > 0;
    service_->Tend();
    return happened;
  }
  void WaitForState(RunState state) {
    for (int i = 0; i < 1000 && service_->State().state != state; ++i) {
      ASSERT_TRUE(TendWhenSomethingHappens());
    }
    ASSERT_EQ(service_->State().state, state);
  }
  bool WaitForLine(const std::string& line) {
    for (int i = 0; i < 100; ++i) {
      service_->Tend();
      for (const std::string& seen : service_->State().log) {
        if (seen == line) return true;
      }
      if (!TendWhenSomethingHappens()) return false;
    }
    return false;
  }

  TemporaryFolder folder_;
  ServiceManager::TimePoint now_ = ServiceManager::TimePoint{} + std::chrono::hours(1);
  std::vector<std::string> lines_;
  std::unique_ptr<SupervisedService> service_;
};

TEST_F(SupervisedServiceTest, StartsRunsAndStops) {
  NewService("exec sleep 600");
  EXPECT_EQ(service_->State().state, RunState::kStopped);
  ASSERT_TRUE(service_->Start().ok());
  const ServiceStatus running = service_->State();
  EXPECT_EQ(running.state, RunState::kRunning);
  EXPECT_TRUE(running.installed);
  EXPECT_GT(running.pid, 0);
  EXPECT_TRUE(running.since.has_value());
  EXPECT_EQ(running.restarts, 0u);
  ASSERT_TRUE(service_->Start().ok());
  EXPECT_EQ(service_->State().pid, running.pid) << "it runs already";
  ASSERT_TRUE(service_->Stop().ok());
  EXPECT_EQ(service_->State().state, RunState::kStopped);
  EXPECT_EQ(service_->State().last_exit, "was ended by signal 15 (Terminated)");
  EXPECT_EQ(service_->State().restarts, 0u) << "it was asked to end";
  EXPECT_EQ(kill(running.pid, 0), -1);
}

TEST_F(SupervisedServiceTest, KeepsWhatItSays) {
  NewService("echo hello; echo trouble >&2; exec sleep 600");
  ASSERT_TRUE(service_->Start().ok());
  ASSERT_TRUE(WaitForLine("trouble"));
  EXPECT_THAT(service_->State().log, ElementsAre("hello", "trouble"));
  EXPECT_THAT(lines_, Contains("daemon: trouble")) << "hostd's own log has it too";
}

TEST_F(SupervisedServiceTest, AProgramThatEndsAtOnceIsNoStart) {
  NewService("echo Fatal error: no configuration; exit 3");
  const absl::Status failed = service_->Start();
  EXPECT_EQ(failed.message(),
            "daemon ended with exit code 3 right after its start, saying: "
            "Fatal error: no configuration");
  EXPECT_EQ(service_->State().state, RunState::kStopped);
  EXPECT_FALSE(service_->tend_at().has_value()) << "it is not tried again";
}

TEST_F(SupervisedServiceTest, AConfigurationCountsFromTheNextStartOn) {
  const OwnConfiguration ours{"ours", "info"};
  NewService("echo $0; exec sleep 600");
  ASSERT_TRUE(service_->Start().ok());
  ASSERT_TRUE(service_->Configure(ours).ok());
  EXPECT_EQ(service_->State().configuration, std::nullopt) << "what runs is not disturbed";
  ASSERT_TRUE(service_->Stop().ok());
  ASSERT_TRUE(service_->Start().ok());
  EXPECT_EQ(service_->State().configuration, ours);
  ASSERT_TRUE(WaitForLine("ours"));
}

TEST_F(SupervisedServiceTest, TheNextHostdKnowsWhichConfigurationItRunsWith) {
  const OwnConfiguration ours{"ours", "info"};
  NewService("exec sleep 600");
  ASSERT_TRUE(service_->Configure(ours).ok());
  ASSERT_TRUE(service_->Start().ok());
  const pid_t pid = service_->State().pid;
  NewService("exec sleep 600");
  EXPECT_EQ(service_->State().pid, pid);
  EXPECT_EQ(service_->State().configuration, ours);
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  ASSERT_TRUE(TendWhenSomethingHappens());
  WaitForState(RunState::kRunning);
  EXPECT_EQ(service_->State().configuration, ours) << "until somebody says otherwise";
}

// chronyd 4.3 does not start while the process in its file exists, be it a zombie.
TEST_F(SupervisedServiceTest, WhatAKilledOneLeftBehindDoesNotStopTheNext) {
  const std::string script = absl::StrCat("[ -e ", PidFile(), " ] && exit 1; echo $$ >", PidFile(),
                                          "; echo ready; exec sleep 600");
  NewService(script);
  ASSERT_TRUE(service_->Configure(OwnConfiguration{"ours", "info"}).ok());
  ASSERT_TRUE(service_->Start().ok());
  ASSERT_TRUE(WaitForLine("ready"));
  const pid_t killed = service_->State().pid;
  NewService(script);
  ASSERT_EQ(service_->State().pid, killed);
  ASSERT_EQ(kill(killed, SIGKILL), 0);
  ASSERT_TRUE(TendWhenSomethingHappens());
  WaitForState(RunState::kRunning);
  EXPECT_NE(service_->State().pid, killed);
  ASSERT_TRUE(WaitForLine("ready"));
  EXPECT_EQ(service_->State().restarts, 1u);
}

TEST_F(SupervisedServiceTest, AMissingProgramIsNamed) {
  SupervisedService::Options options;
  options.key = "daemon";
  options.command = {"/nowhere/daemon"};
  options.run_dir = folder_.path();
  options.now = [this] { return now_; };
  SupervisedService missing(options);
  EXPECT_FALSE(missing.State().installed);
  EXPECT_TRUE(absl::IsNotFound(missing.Start()));
  EXPECT_THAT(missing.State().why_not_installed, HasSubstr("/nowhere/daemon"));
}

TEST_F(SupervisedServiceTest, AKilledOneIsBackAtOnceAndCounted) {
  NewService("exec sleep 600");
  ASSERT_TRUE(service_->Start().ok());
  const pid_t first = service_->State().pid;
  ASSERT_EQ(kill(first, SIGKILL), 0);
  ASSERT_TRUE(TendWhenSomethingHappens());
  WaitForState(RunState::kRunning);
  const ServiceStatus again = service_->State();
  EXPECT_NE(again.pid, first);
  EXPECT_EQ(again.restarts, 1u);
  EXPECT_EQ(again.last_exit, "was ended by signal 9 (Killed)");
}

TEST_F(SupervisedServiceTest, ACrashLoopBacksOff) {
  // Lives long enough to count as started, the first time only.
  NewService("if [ -e " + folder_.File("crash") + " ]; then exit 1; fi; exec sleep 600");
  ASSERT_TRUE(service_->Start().ok());
  std::ofstream(folder_.File("crash")).close();
  kill(service_->State().pid, SIGKILL);
  ASSERT_TRUE(TendWhenSomethingHappens());  // noticed, and started again at once
  for (const int wait_ms : {250, 500, 1000, 2000, 4000, 8000, 10000, 10000}) {
    WaitForState(RunState::kWaiting);
    ASSERT_EQ(service_->tend_at(), now_ + milliseconds(wait_ms));
    now_ += milliseconds(wait_ms - 1);
    service_->Tend();
    ASSERT_EQ(service_->State().state, RunState::kWaiting) << "too early";
    now_ += milliseconds(1);
    service_->Tend();
  }
  WaitForState(RunState::kWaiting);
  EXPECT_EQ(service_->State().restarts, 10u);
  ASSERT_TRUE(service_->Stop().ok());
  EXPECT_EQ(service_->State().state, RunState::kStopped);
  EXPECT_FALSE(service_->tend_at().has_value());
}

TEST_F(SupervisedServiceTest, OneThatDoesNotListenIsKilled) {
  NewService("trap '' TERM; echo ready; while true; do sleep 1; done");
  ASSERT_TRUE(service_->Start().ok());
  ASSERT_TRUE(WaitForLine("ready"));
  ASSERT_TRUE(service_->Stop().ok());
  EXPECT_EQ(service_->State().last_exit, "was ended by signal 9 (Killed)");
}

TEST_F(SupervisedServiceTest, OutlivesHostdAndIsTakenOver) {
  const std::string script = "echo one; while true; do echo again; sleep 0.01; done";
  NewService(script);
  ASSERT_TRUE(service_->Start().ok());
  const ServiceStatus before = service_->State();
  NewService(script);
  const ServiceStatus after = service_->State();
  EXPECT_EQ(after.state, RunState::kRunning);
  EXPECT_EQ(after.pid, before.pid);
  EXPECT_NEAR(absl::ToDoubleSeconds(*after.since - *before.since), 0, 0.05);
  EXPECT_TRUE(WaitForLine("again")) << "and what it says is heard";
  ASSERT_EQ(kill(after.pid, SIGKILL), 0);
  ASSERT_TRUE(TendWhenSomethingHappens());
  WaitForState(RunState::kRunning);
  EXPECT_NE(service_->State().pid, before.pid) << "and it is supervised";
}

TEST_F(SupervisedServiceTest, WritingWithoutAHostdNeitherBlocksNorEndsIt) {
  // Far more than a FIFO holds, while nobody reads.
  const std::string script = "while [ ! -e " + folder_.File("go") +
                             " ]; do sleep 0.01; done; head -c 300000 /dev/zero; echo; touch " +
                             folder_.File("done") + "; exec sleep 600";
  NewService(script);
  ASSERT_TRUE(service_->Start().ok());
  const pid_t pid = service_->State().pid;
  service_.reset();
  std::ofstream(folder_.File("go")).close();
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  while (!std::filesystem::exists(folder_.File("done"))) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    poll(nullptr, 0, 10);
  }
  NewService(script);
  EXPECT_EQ(service_->State().pid, pid);
}

TEST_F(SupervisedServiceTest, OneOfAnotherCommandIsEnded) {
  NewService("exec sleep 600");
  ASSERT_TRUE(service_->Start().ok());
  const pid_t pid = service_->State().pid;
  NewService("exec sleep 601");
  EXPECT_EQ(service_->State().state, RunState::kStopped);
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST_F(SupervisedServiceTest, ARecordOfAProcessThatIsAnotherByNowIsIgnored) {
  NewService("exec sleep 600");
  // Our own process number, born at another time.
  ASSERT_TRUE(WriteProcessRecord(folder_.File("daemon.process"),
                                 {getpid(), 1, {"/bin/sh", "-c", "exec sleep 600"}})
                  .ok());
  EXPECT_EQ(service_->State().state, RunState::kStopped);
}

}  // namespace
}  // namespace hostctl::daemon
