#include "service/reconcile/ptpd_host.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using hostctl::engine::v1::EngineConfig;
using ::testing::HasSubstr;

// Waits until the descriptor of the engine's end is readable.
bool Ended(const PtpdHost& host) {
  pollfd entry{host.exit_fd(), POLLIN, 0};
  return poll(&entry, 1, 10000) == 1;
}

class PtpdHostTest : public ::testing::Test {
 protected:
  PtpdHostTest() {
    char pattern[] = "/tmp/hostctl-ptpd-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~PtpdHostTest() override {
    unsetenv("SCRIPTED_PTPD");
    auto last = NewHost();
    if (last->Adopt().ok()) {
      EXPECT_TRUE(last->Stop().ok());
    }
    unlink(Socket().c_str());
    rmdir(folder_.c_str());
  }

  std::string Socket() const { return folder_ + "/ptpd.sock"; }
  std::unique_ptr<PtpdHost> NewHost(const std::string& program = SCRIPTED_PTPD) {
    PtpdHost::Options options;
    options.launcher = daemon::LaunchChild({program, "--control", Socket()});
    options.socket_path = Socket();
    options.log = [](const std::string&) {};
    options.stop_timeout = std::chrono::milliseconds(200);
    return std::make_unique<PtpdHost>(options);
  }

  std::string folder_;
};

TEST_F(PtpdHostTest, StartsConfiguresReportsAndStops) {
  auto host = NewHost();
  EXPECT_FALSE(host->Adopt().value());
  ASSERT_TRUE(host->Start().ok());
  EXPECT_GT(host->pid(), 0);
  EXPECT_FALSE(host->config().has_value());
  EngineConfig config;
  config.set_domain_number(24);
  ASSERT_TRUE(host->Configure(config).ok());
  EXPECT_EQ(host->config()->domain_number(), 24u);
  EXPECT_EQ(host->GetStats()->domain_number(), 24u);
  const pid_t pid = host->pid();
  ASSERT_TRUE(host->Stop().ok());
  EXPECT_EQ(host->pid(), 0);
  EXPECT_EQ(kill(pid, 0), -1) << "ended and reaped";
}

TEST_F(PtpdHostTest, ARefusedConfigurationIsTheEnginesWordsAndTheOldOneStays) {
  auto host = NewHost();
  ASSERT_TRUE(host->Start().ok());
  ASSERT_TRUE(host->Configure(EngineConfig()).ok());
  EngineConfig bad;
  bad.set_domain_number(99);
  EXPECT_THAT(std::string(host->Configure(bad).message()), HasSubstr("99 is refused"));
  EXPECT_EQ(host->config()->domain_number(), 0u);
}

TEST_F(PtpdHostTest, ANewHostdAdoptsTheRunningEngineWithItsConfiguration) {
  auto first = NewHost();
  ASSERT_TRUE(first->Start().ok());
  EngineConfig config;
  config.set_domain_number(24);
  ASSERT_TRUE(first->Configure(config).ok());
  auto second = NewHost();
  ASSERT_TRUE(second->Adopt().value());
  EXPECT_EQ(second->pid(), first->pid());
  EXPECT_EQ(second->config()->domain_number(), 24u);
  ASSERT_TRUE(second->Stop().ok());
  EXPECT_TRUE(Ended(*first));
  EXPECT_THAT(first->TakeExit().value(), HasSubstr("ended"));
}

TEST_F(PtpdHostTest, AKilledEngineIsNoticedOnceAndAnotherStartsOverItsSocketFile) {
  auto host = NewHost();
  ASSERT_TRUE(host->Start().ok());
  EXPECT_FALSE(host->TakeExit().has_value());
  const pid_t first = host->pid();
  kill(first, SIGKILL);
  ASSERT_TRUE(Ended(*host));
  EXPECT_THAT(host->TakeExit().value(), HasSubstr("signal 9"));
  EXPECT_FALSE(host->TakeExit().has_value());
  EXPECT_EQ(host->exit_fd(), -1);
  ASSERT_TRUE(host->Start().ok());
  EXPECT_NE(host->pid(), first);
}

TEST_F(PtpdHostTest, AnEngineThatEndsBeforeItAnswersIsSaidAtOnce) {
  setenv("SCRIPTED_PTPD", "exit", 1);
  auto host = NewHost();
  const absl::Status status = host->Start();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("ended with exit code 3 before it answered"));
  EXPECT_EQ(host->pid(), 0);
}

TEST_F(PtpdHostTest, AMissingProgramIsNamed) {
  EXPECT_THAT(std::string(NewHost("/nowhere/ptpd")->Start().message()), HasSubstr("/nowhere/ptpd"));
}

TEST_F(PtpdHostTest, AnEngineThatHangsIsEndedAtOnceAndToldOf) {
  auto host = NewHost();
  ASSERT_TRUE(host->Start().ok());
  const pid_t hung = host->pid();
  ASSERT_EQ(kill(hung, SIGSTOP), 0);
  ASSERT_TRUE(host->Kill().ok());
  const auto exit = host->TakeExit();
  ASSERT_TRUE(exit.has_value());
  EXPECT_THAT(*exit, ::testing::HasSubstr("was ended by signal 9"));
  ASSERT_TRUE(host->Start().ok());
  EXPECT_NE(host->pid(), hung);
  EXPECT_TRUE(host->GetStats().ok());
}

TEST_F(PtpdHostTest, AnEngineThatWillNotGoIsKilled) {
  setenv("SCRIPTED_PTPD", "stubborn", 1);
  auto host = NewHost();
  ASSERT_TRUE(host->Start().ok());
  const pid_t pid = host->pid();
  ASSERT_TRUE(host->Stop().ok());
  EXPECT_EQ(kill(pid, 0), -1);
}

}  // namespace
}  // namespace hostctl::reconcile
