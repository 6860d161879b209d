#include "service/precision_clock/host_clocks.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/precision_clock/statuses.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::precision_clock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HostClocksTest : public ::testing::Test {
 protected:
  HostClocksTest() {
    files_.Place("/dev/kvm", "");
    Source("tsc\n");
  }
  void Source(const std::string& name) {
    files_.Place("/sys/devices/system/clocksource/clocksource0/current_clocksource", name);
  }
  std::vector<v1::PrecisionClock> Clocks() { return HostClocks(files_, status_); }

  store::FaultFileSystem files_;
  v1::TimeStatus status_ = KeptByPtp(4200);
};

TEST_F(HostClocksTest, AGuestOfKvmGetsTheHostsTimeThroughPtpKvm) {
  const auto clocks = Clocks();
  ASSERT_EQ(clocks.size(), 2u);
  EXPECT_EQ(clocks[0].name(), "kvm-clock");
  EXPECT_TRUE(clocks[0].available());
  EXPECT_THAT(clocks[0].serves(), IsEmpty()) << "it does not follow corrections";
  EXPECT_EQ(clocks[1].name(), "ptp_kvm");
  EXPECT_TRUE(clocks[1].available());
  EXPECT_EQ(clocks[1].trouble(), "");
  EXPECT_THAT(clocks[1].serves(), ElementsAre(v1::TIME_PROTOCOL_PTP, v1::TIME_PROTOCOL_ANY));
}

TEST_F(HostClocksTest, WhatIsServedIsWhatTheHostsTimeIs) {
  status_.set_health(v1::TIME_HEALTH_FALLBACK);
  status_.set_protocol(v1::TIME_PROTOCOL_NTP);
  EXPECT_THAT(Clocks()[1].serves(), ElementsAre(v1::TIME_PROTOCOL_NTP, v1::TIME_PROTOCOL_ANY));
  status_.set_health(v1::TIME_HEALTH_UNSYNCHRONIZED);
  EXPECT_THAT(Clocks()[1].serves(), IsEmpty());
  EXPECT_TRUE(Clocks()[1].available()) << "the device is there all the same";
}

TEST_F(HostClocksTest, WithoutKvmThereIsNeither) {
  ASSERT_TRUE(files_.Remove("/dev/kvm").ok());
  for (const auto& clock : Clocks()) {
    EXPECT_FALSE(clock.available());
    EXPECT_THAT(clock.trouble(), HasSubstr("there is no /dev/kvm"));
    EXPECT_THAT(clock.serves(), IsEmpty());
  }
}

TEST_F(HostClocksTest, PtpKvmNeedsACounterThatHostAndGuestShare) {
  Source("hpet\n");
  EXPECT_EQ(Clocks()[1].trouble(),
            "this host's clock source is hpet, and KVM tells guests the time only where it is "
            "tsc");
  EXPECT_THAT(Clocks()[1].serves(), IsEmpty());
  EXPECT_TRUE(Clocks()[0].available()) << "kvm-clock does not";
  Source("hyperv_clocksource_tsc_page\n");
  EXPECT_TRUE(Clocks()[1].available());
  Source("arch_sys_counter\n");
  EXPECT_TRUE(Clocks()[1].available());
  EXPECT_FALSE(Clocks()[0].available()) << "not on ARM";
  ASSERT_TRUE(
      files_.Remove("/sys/devices/system/clocksource/clocksource0/current_clocksource").ok());
  EXPECT_THAT(Clocks()[1].trouble(), HasSubstr("cannot read /sys/devices/system/clocksource"));
}

TEST_F(HostClocksTest, HardwareClocksAreListedByTheirNumberWithGaps) {
  files_.Place("/sys/class/ptp/ptp0/clock_name", "ice-0000:81:00.0\n");
  files_.Place("/sys/class/ptp/ptp12/clock_name", "mlx5_ptp\n");
  const auto clocks = Clocks();
  ASSERT_EQ(clocks.size(), 4u);
  EXPECT_EQ(clocks[2].name(), "/dev/ptp0");
  EXPECT_THAT(clocks[2].description(), HasSubstr("`ice-0000:81:00.0`"));
  EXPECT_TRUE(clocks[2].available());
  EXPECT_THAT(clocks[2].serves(), IsEmpty()) << "nobody here keeps it";
  EXPECT_EQ(clocks[3].name(), "/dev/ptp12");
}

}  // namespace
}  // namespace hostctl::precision_clock
