// The whole engine over a leap second, on a simulated network in simulated time.
#include "ptpcore/engine/leap_seconds.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;
constexpr uint16_t kTai = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid;

class LeapSecondsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // The master lives just before the New Year.
    master_error_ns_ = kNewYear2027 - 300 * kSecond - sim_.time.realtime_ns();
    sim_.network = [this](const EngineConfig&) {
      return NetworkAccess{
          [](const std::string&) -> absl::StatusOr<net::Device> {
            return net::Device{1, true, true, {0, 0, 0x5E, 0, 0x53, 0x80}, {192, 0, 2, 128}};
          },
          [this](const std::string&,
                 const net::Device&) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
            auto made = std::make_unique<SimulatedTransport>(
                sim_.time.kernel_time(), 0, 1, SimulatedMaster{1, 128, master_error_ns_});
            transport_ = made.get();
            return std::unique_ptr<net::Transport>(std::move(made));
          }};
    };
  }
  void TearDown() override {
    if (!list_.empty()) std::filesystem::remove(list_);
  }

  void Start(uint16_t flags, const std::string& list = "") {
    EngineConfig config = SimulatedEngine::Config();
    if (!list.empty()) {
      list_ = ::testing::TempDir() + "leap-seconds." + std::to_string(getpid());
      std::ofstream(list_) << list;
      config.set_leap_seconds_file(list_);
    }
    ASSERT_TRUE(sim_.engine->Configure(config).ok());
    transport_->SetMasterFlags(flags, 37);
  }
  // Until the master's UTC, as if there were no leap second.
  void RunUntil(int64_t utc_ns) {
    sim_.Run(static_cast<double>(utc_ns - sim_.time.realtime_ns() - master_error_ns_) * 1e-9);
  }
  // Local clock minus the master's UTC, `leap` seconds after it was set by it.
  int64_t ErrorNs(int leap) {
    return sim_.engine->clock()->NowNs() -
           (sim_.time.realtime_ns() + master_error_ns_ - leap * kSecond);
  }
  int Pending() const { return MakeReport(*sim_.engine).pending_leap_second(); }

  SimulatedEngine sim_;
  SimulatedTransport* transport_ = nullptr;
  int64_t master_error_ns_ = 0;
  std::string list_;
};

// Whether the master sends TAI, and the leap.
class OverALeapSecond : public LeapSecondsTest,
                        public ::testing::WithParamInterface<std::tuple<bool, int>> {};

// From three minutes before to a quarter of an hour after, looking every second.
TEST_P(OverALeapSecond, AClientIsNeverWrongByASecond) {
  const auto [tai, leap] = GetParam();
  const auto flags =
      static_cast<uint16_t>((tai ? kTai : 0) | (leap > 0 ? wire::kLeap61 : wire::kLeap59));
  Start(flags);
  RunUntil(kNewYear2027 - 180 * kSecond);
  EXPECT_EQ(Pending(), leap);
  const uint64_t steps = sim_.engine->ordinary_clock()->clock_steps();
  const int64_t instant = kNewYear2027 - (leap < 0 ? kSecond : 0);
  for (int64_t utc = kNewYear2027 - 179 * kSecond; utc < instant; utc += kSecond) {
    RunUntil(utc);
    ASSERT_LT(std::llabs(ErrorNs(0)), 5'000) << (kNewYear2027 - utc) / kSecond << " s before";
  }
  RunUntil(instant);
  if (!tai) transport_->SetMasterError(master_error_ns_ - leap * kSecond);
  for (int s = 1; s < 900; ++s) {
    RunUntil(instant + s * kSecond);
    ASSERT_LT(std::llabs(ErrorNs(leap)), 5'000) << s << " s after";
    // The master is late with its own news.
    if (s == 20 && tai) {
      transport_->SetMasterFlags(kTai, static_cast<int16_t>(37 + leap));
    } else if (s == 20) {
      transport_->SetMasterFlags(0, 37);
    }
  }
  EXPECT_EQ(Pending(), 0);
  EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), steps) << "a leap is no step";
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
  EXPECT_EQ(sim_.engine->ordinary_clock()->port().client_side().utc().applied_s(),
            tai ? 37 + leap : 0);
  EXPECT_THAT(sim_.log, Contains(HasSubstr(leap > 0 ? "LEAP_SECOND: a second was inserted"
                                                    : "LEAP_SECOND: a second was left out")));
}

INSTANTIATE_TEST_SUITE_P(Masters, OverALeapSecond,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(1, -1)));

TEST_F(LeapSecondsTest, AMasterThatFlagsWhatTheListDoesNotKnowMovesNothing) {
  Start(kTai | wire::kLeap61, "#@ 4070908800\n3692217600 37\n");
  RunUntil(kNewYear2027 + 60 * kSecond);
  EXPECT_LT(std::llabs(ErrorNs(0)), 5'000);
  EXPECT_EQ(Pending(), 0);
  EXPECT_THAT(sim_.log, Contains(HasSubstr("the list of leap seconds has none")));
}

TEST_F(LeapSecondsTest, TheListIsEnoughWhereTheMasterFlagsNothing) {
  Start(kTai, "#@ 4070908800\n3692217600 37\n4007750400 38\n");
  RunUntil(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Pending(), 1);
  RunUntil(kNewYear2027 + 60 * kSecond);
  EXPECT_LT(std::llabs(ErrorNs(1)), 5'000);
}

TEST_F(LeapSecondsTest, ABadListIsSaidAndDoneWithout) {
  Start(kTai, "nonsense");
  EXPECT_THAT(sim_.log, Contains(HasSubstr("is not used: line 1")));
  sim_.Run(60);
  EXPECT_LT(std::llabs(ErrorNs(0)), 5'000);
}

}  // namespace
}  // namespace ptpcore::engine
