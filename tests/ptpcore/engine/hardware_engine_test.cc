// The whole engine on a host with a PTP hardware clock, in simulated time: packets stamped by
// the device, the device's clock disciplined by the master, the system clock behind it.
#include <cmath>
#include <cstdio>

#include "../clock/simulated_phc.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/engine/report.h"
#include "ptpcore/engine/simulated_transport.h"

namespace ptpcore::engine {
namespace {

using clock::SimulatedHost;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int64_t kSecond = SimulatedHost::kSecond;

// What the network does to stamps.
struct Stamping {
  bool transmit_lost = false;
  bool receive_lost = false;
};

// A simulated network whose messages the host's network device stamps: the simulation's own
// stamps are the truth.
class StampedTransport : public net::Transport {
 public:
  StampedTransport(SimulatedHost& host, const Stamping& stamping)
      : host_(host),
        stamping_(stamping),
        network_({[&host] { return host.TrueUtcNs(); }, [&host] { return host.since_start_ns; },
                  [&host] { return host.since_start_ns; }},
                 /*domain_number=*/0, /*seed=*/1) {}

  void AppendPollFds(std::vector<pollfd>& fds) const override { network_.AppendPollFds(fds); }
  int64_t next_wake_ns() const override { return network_.next_wake_ns(); }
  absl::Status Dispatch(absl::Span<const pollfd> fds, Sink sink) override {
    return network_.Dispatch(fds, [&](const net::Packet& packet) {
      net::Packet stamped = packet;
      const bool transmitted = packet.kind == net::Packet::Kind::kTransmitted;
      if (transmitted && stamping_.transmit_lost) return;
      if (packet.realtime_ns && !stamping_.receive_lost) {
        stamped.hardware_ns = *packet.realtime_ns + (host_.PhcNs() - host_.TrueUtcNs());
      }
      stamped.realtime_ns.reset();
      sink(stamped);
    });
  }
  absl::Status SendEvent(absl::Span<const uint8_t> message, const wire::PortAddress* to) override {
    return network_.SendEvent(message, to);
  }
  absl::Status SendGeneral(absl::Span<const uint8_t> message,
                           const wire::PortAddress* to) override {
    return network_.SendGeneral(message, to);
  }
  absl::Status RefreshMembership() override { return absl::OkStatus(); }

 private:
  SimulatedHost& host_;
  const Stamping& stamping_;
  SimulatedTransport network_;
};

class HardwareEngineTest : public ::testing::Test {
 protected:
  HardwareEngineTest() {
    decision_.source = net::StampSource::kHardware;
    decision_.phc_index = 0;
    decision_.why = "eth0 stamps with /dev/ptp0";
    EngineEnvironment environment;
    environment.time = host_.Kernel();
    environment.decide_stamps = [this](const EngineConfig&) { return decision_; };
    environment.open_clock =
        [this](const EngineConfig& config) -> absl::StatusOr<std::unique_ptr<clock::Clock>> {
      auto system = std::make_unique<clock::SimulatedSystemClock>(host_);
      if (config.protocol().timestamping() != hostctl::v1::TIMESTAMPING_HARDWARE) {
        return std::unique_ptr<clock::Clock>(std::move(system));
      }
      auto opened = clock::HardwareClock::Open(std::make_unique<clock::SimulatedPhc>(host_),
                                               std::move(system), host_.Kernel(), 37);
      if (!opened.ok()) return opened.status();
      return std::unique_ptr<clock::Clock>(*std::move(opened));
    };
    environment.network = [this](const EngineConfig&) {
      NetworkAccess access;
      access.query = [](const std::string&) -> absl::StatusOr<net::Device> {
        return net::Device{1, true, true, {2, 0, 0, 0, 0, 1}, {192, 0, 2, 1}};
      };
      access.open = [this](const std::string&,
                           const net::Device&) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
        return std::unique_ptr<net::Transport>(
            std::make_unique<StampedTransport>(host_, stamping_));
      };
      return access;
    };
    environment.log = [this](const std::string& line) { log_.push_back(line); };
    engine_ = std::make_unique<PtpEngine>(std::move(environment));
  }

  void Configure() {
    EngineConfig config;
    config.set_device("eth0");
    config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_SIMULATED);
    config.set_clock(hostctl::engine::v1::CLOCK_KIND_SYSTEM);
    const auto configured = engine_->Configure(config);
    ASSERT_TRUE(configured.ok()) << configured.status();
  }
  void Run(double seconds) {
    const int64_t end_ns = host_.since_start_ns + static_cast<int64_t>(seconds * 1e9);
    sum_of_squares_ = looks_ = 0;
    while (engine_->NextDeadlineNs() <= end_ns) {
      host_.AdvanceTo(engine_->NextDeadlineNs());
      engine_->HandleReady({});
      engine_->HandleTimers();
      sum_of_squares_ += host_.SystemErrorNs() * host_.SystemErrorNs();
      ++looks_;
    }
    host_.AdvanceTo(end_ns);
  }
  double SystemRmsNs() const { return std::sqrt(sum_of_squares_ / looks_); }

  SimulatedHost host_;
  Stamping stamping_;
  StampDecision decision_;
  std::vector<std::string> log_;
  std::unique_ptr<PtpEngine> engine_;
  double sum_of_squares_ = 0;
  double looks_ = 0;
};

TEST_F(HardwareEngineTest, BothClocksComeRight) {
  host_.phc.Step(300'000'000);
  host_.system.Step(-5 * kSecond);
  Configure();
  Run(120);
  EXPECT_EQ(engine_->ordinary_clock()->port().state(), protocol::PortState::kSlave);
  Run(600);
  std::printf("system clock behind the hardware clock, from the truth: %.0f ns RMS\n",
              SystemRmsNs());
  EXPECT_LT(SystemRmsNs(), 1'000);
  EXPECT_NEAR(host_.SystemErrorNs(), host_.PhcErrorNs(), 60);
  EXPECT_EQ(host_.phc_steps, 1) << "it runs in TAI, as the master does";
  EXPECT_EQ(host_.system_steps, 1);
}

TEST_F(HardwareEngineTest, TheReportTellsOfTheHardwareClock) {
  Configure();
  Run(120);
  const hostctl::v1::PtpStats stats = MakeReport(*engine_);
  EXPECT_EQ(stats.clock(), "hardware");
  ASSERT_TRUE(stats.has_hardware_clock());
  EXPECT_EQ(stats.hardware_clock().device(), "/dev/ptp0");
  EXPECT_EQ(stats.hardware_clock().comparison(), "extended");
  EXPECT_NEAR(stats.hardware_clock().system_offset_ns().last(), 0, 200);
  EXPECT_THAT(log_, Contains(HasSubstr("hardware clock; timestamps: eth0 stamps with /dev/ptp0")));
}

TEST_F(HardwareEngineTest, AResetOfTheDeviceIsRepairedWithoutLosingTheLock) {
  Configure();
  Run(300);
  const int system_steps = host_.system_steps;
  log_.clear();
  host_.ResetNic();
  Run(120);
  EXPECT_THAT(log_, Contains(HasSubstr("RECOVERED: /dev/ptp0 jumped by")));
  EXPECT_THAT(log_, ::testing::Not(Contains(HasSubstr("CLOCK_STATE_CHANGED"))));
  EXPECT_EQ(host_.system_steps, system_steps);
  EXPECT_EQ(engine_->follower()->repairs(), 1U);
  EXPECT_LT(SystemRmsNs(), 20'000);
  Run(120);
  EXPECT_LT(SystemRmsNs(), 2'000);
}

TEST_F(HardwareEngineTest, LostTransmitStampsAreCountedAndGotOver) {
  Configure();
  Run(120);
  stamping_.transmit_lost = true;
  Run(20);
  stamping_.transmit_lost = false;
  EXPECT_GT(MakeReport(*engine_).faults().lost_transmit_timestamps(), 5U);
  EXPECT_EQ(engine_->ordinary_clock()->port().state(), protocol::PortState::kSlave);
  Run(60);
  EXPECT_LT(SystemRmsNs(), 2'000);
}

TEST_F(HardwareEngineTest, LostReceiveStampsAreCountedAndHeldOver) {
  Configure();
  Run(120);
  stamping_.receive_lost = true;
  Run(20);
  EXPECT_GT(MakeReport(*engine_).faults().missing_receive_timestamps(), 10U);
  EXPECT_EQ(MakeReport(*engine_).clock_state(), hostctl::v1::CLOCK_STATE_HOLDOVER);
  EXPECT_LT(SystemRmsNs(), 2'000) << "the system clock follows the hardware clock still";
  stamping_.receive_lost = false;
  Run(30);
  EXPECT_EQ(MakeReport(*engine_).clock_state(), hostctl::v1::CLOCK_STATE_LOCKED);
}

TEST_F(HardwareEngineTest, ADeviceThatStampsOtherwiseThanBeforeStartsItOver) {
  decision_ = StampDecision();
  decision_.why = "eth0 offers no hardware timestamps";
  Configure();
  Run(1);
  EXPECT_EQ(engine_->clock()->name(), "system");
  EXPECT_EQ(engine_->follower(), nullptr);
  decision_.source = net::StampSource::kHardware;
  decision_.phc_index = 0;
  Run(10);
  EXPECT_EQ(engine_->clock()->name(), "hardware");
  EXPECT_EQ(engine_->resets(), 2U);

  // One that is away for a while leaves it as it is.
  decision_ = StampDecision();
  decision_.provisional = true;
  Run(10);
  EXPECT_EQ(engine_->clock()->name(), "hardware");
  EXPECT_EQ(engine_->resets(), 2U);
}

}  // namespace
}  // namespace ptpcore::engine
