#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;

class SystemPtpPort : public ::testing::Test {
 protected:
  SystemPtpPort() {
    v1::PortStatus& port = *hostd_.ports.add_ports();
    port.set_interface("vmk0");
    port.set_device("eth0");
    port.mutable_port_identity()->set_clock_identity("001b21fffe030405");
    port.mutable_port_identity()->set_port_number(1);
    port.set_port_state(v1::PORT_STATE_LISTENING);
    port.set_reason(v1::PORT_REASON_NO_ANNOUNCE);
    port.set_state_reason("no Announce message came in the last 12 s");
    port.set_transport(v1::TRANSPORT_UDP_IPV4_MULTICAST);
    port.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
    port.set_timestamping(v1::TIMESTAMPING_SOFTWARE);
    port.set_log_announce_interval(1);
    port.set_announce_receipt_timeout(3);
    port.set_version_number(2);
    port.set_minor_version_number(1);
    port.mutable_messages()->set_delay_req_sent(4);
    port.mutable_faults()->set_domain_mismatches(7);
  }

  FakeHostd hostd_;
};

TEST_F(SystemPtpPort, ListTellsOfEachPortItsStateAndWhy) {
  EXPECT_EQ(hostd_.Run("system ptp port list").out,
            "vmk0\n"
            "   Interface: vmk0\n"
            "   Device: eth0\n"
            "   Port ID: 001b21fffe030405/1\n"
            "   Port State: LISTENING\n"
            "   Reason: NO_ANNOUNCE\n"
            "   State Reason: no Announce message came in the last 12 s\n"
            "   Transport: ipv4, multicast\n"
            "   Delay Mechanism: E2E\n"
            "   Timestamping: SOFTWARE\n"
            "   Intervals: announce 1/2s, sync 1/s, delay 1/s\n"
            "   Announce Receipt Timeout: 3\n"
            "   PTP Version: 2.1\n"
            "   Messages: delay req sent 4\n"
            "   Faults: domain mismatches 7\n");
}

TEST_F(SystemPtpPort, ListShowsPeerDelayAndHardwareWhereThereAreSome) {
  v1::PortStatus& port = *hostd_.ports.mutable_ports(0);
  port.set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  port.set_timestamping(v1::TIMESTAMPING_HARDWARE);
  port.set_hardware_clock("/dev/ptp0");
  port.set_mean_link_delay_ns(523.5);
  port.set_neighbor_rate_ratio(1.0000125);
  port.set_as_capable(true);
  const std::string out = hostd_.Run("system ptp port list").out;
  EXPECT_THAT(out, HasSubstr("   Hardware Clock: /dev/ptp0\n"));
  EXPECT_THAT(out, HasSubstr("   Intervals: announce 1/2s, sync 1/s, pdelay 1/s\n"));
  EXPECT_THAT(out, HasSubstr("   Mean Link Delay: 0.000000524 s\n"
                             "   Neighbor Rate Ratio: +12.500 ppm\n"
                             "   As Capable: true\n"));
}

TEST_F(SystemPtpPort, ListShowsWhatUnicastMastersGrant) {
  v1::UnicastMaster& granted = *hostd_.ports.mutable_ports(0)->add_unicast_masters();
  granted.set_address("192.0.2.1");
  granted.mutable_port_identity()->set_clock_identity("ae0686fffed5d425");
  granted.mutable_port_identity()->set_port_number(1);
  granted.set_granted_log_announce_interval(1);
  granted.set_granted_log_sync_interval(-4);
  v1::UnicastMaster& silent = *hostd_.ports.mutable_ports(0)->add_unicast_masters();
  silent.set_address("192.0.2.2");
  silent.set_trouble("does not answer");
  EXPECT_THAT(hostd_.Run("system ptp port list").out,
              HasSubstr("   Unicast Masters:\n"
                        "      192.0.2.1\n"
                        "         Port ID: ae0686fffed5d425/1\n"
                        "         Granted: announce 1/2s, sync 16/s\n"
                        "      192.0.2.2\n"
                        "         Port ID: unknown\n"
                        "         Granted: none\n"
                        "         Trouble: does not answer\n"));
}

TEST_F(SystemPtpPort, ProgramsGetThePortTyped) {
  const auto json = nlohmann::json::parse(hostd_.Run("--formatter=json system ptp port list").out);
  EXPECT_EQ(json[0]["reason"], "NO_ANNOUNCE");
  EXPECT_EQ(json[0]["faults"]["domain_mismatches"], 7);
  EXPECT_TRUE(json[0]["mean_link_delay_ns"].is_null()) << "not measured";
}

TEST_F(SystemPtpPort, WithoutPtpTheErrorSaysWhy) {
  hostd_.status = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "PTP is not enabled");
  const CallResult result = hostd_.Run("system ptp port list");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("PTP is not enabled"));
}

class SystemPtpMaster : public ::testing::Test {
 protected:
  v1::ForeignMaster& Add(const std::string& identity) {
    v1::ForeignMaster& master = *hostd_.masters.add_masters();
    master.set_interface("vmk0");
    master.mutable_port_identity()->set_clock_identity(identity);
    master.mutable_port_identity()->set_port_number(1);
    master.set_address("192.0.2.1");
    master.set_grandmaster_identity(identity);
    master.set_grandmaster_priority1(128);
    master.set_grandmaster_priority2(128);
    master.set_grandmaster_clock_class(6);
    master.set_grandmaster_clock_accuracy(0x21);
    master.set_grandmaster_offset_scaled_log_variance(0x4e5d);
    master.set_qualification(v1::MASTER_QUALIFICATION_QUALIFIED);
    master.set_age_s(0.62);
    return master;
  }

  FakeHostd hostd_;
};

TEST_F(SystemPtpMaster, ListTellsWhichOneWinsAndWhy) {
  v1::ForeignMaster& best = Add("ae0686fffed5d425");
  best.set_best_of_port(true);
  best.set_best(true);
  best.set_followed(true);
  best.set_decided_by(v1::COMPARISON_STEP_CLOCK_CLASS);
  v1::ForeignMaster& other = Add("001b21fffe030405");
  other.set_grandmaster_clock_class(248);
  other.set_qualification(v1::MASTER_QUALIFICATION_TOO_FEW_ANNOUNCES);
  EXPECT_EQ(
      hostd_.Run("system ptp master list").out,
      "Interface  Port ID             Address    Grandmaster       Priority1  Class  Accuracy "
      " Variance  Priority2  Steps  Qualified          Best            Decided By   Age\n"
      "---------  ------------------  ---------  ----------------  ---------  -----  -------- "
      " --------  ---------  -----  -----------------  --------------  -----------  ---\n"
      "vmk0       ae0686fffed5d425/1  192.0.2.1  ae0686fffed5d425        128      6  0x21     "
      " 0x4e5d          128      0  QUALIFIED          best, followed  CLOCK_CLASS  0.6 s\n"
      "vmk0       001b21fffe030405/1  192.0.2.1  001b21fffe030405        128    248  0x21     "
      " 0x4e5d          128      0  TOO_FEW_ANNOUNCES                               0.6 s\n");
}

TEST_F(SystemPtpMaster, AListOfNoneSaysSoToPeopleAndIsEmptyForPrograms) {
  const CallResult result = hostd_.Run("system ptp master list");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "No master is heard; `hostctl system ptp get` says why, if there should be one.\n");
  EXPECT_EQ(hostd_.Run("--formatter=json system ptp master list").out, "[]\n");
}

}  // namespace
}  // namespace hostctl::cli
