#include "cli/ptp_stats_ports.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using Rows = std::map<std::string, std::string>;

Rows TableOf(const v1::PtpStats& stats) {
  Rows rows;
  for (const MetricRow& row : PtpStatsTable(stats)) {
    EXPECT_TRUE(rows.emplace(row.metric, row.value).second) << row.metric << " is there twice";
  }
  return rows;
}

v1::PtpStats Server() {
  v1::PtpStats stats;
  stats.set_interface("vmk0");
  stats.set_port_state(v1::PORT_STATE_MASTER);
  stats.set_reason(v1::PORT_REASON_NONE);
  stats.set_state_reason("this clock is the best one");
  stats.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  stats.mutable_protocol()->set_role(v1::CLOCK_ROLE_SERVER);
  stats.mutable_port_identity()->set_clock_identity("5a91a6fffea13f80");
  stats.mutable_port_identity()->set_port_number(1);
  v1::MessageCounters& messages = *stats.mutable_messages();
  messages.set_announce_sent(20);
  messages.set_sync_sent(40);
  messages.set_follow_up_sent(39);
  messages.set_delay_req_received(7);
  messages.set_delay_resp_sent(6);
  v1::PortStatus& port = *stats.add_ports();
  port.set_interface("vmk0");
  port.set_log_announce_interval(1);
  port.set_log_sync_interval(-3);
  return stats;
}

TEST(PtpStatsPorts, OfAServerTellWhatItSends) {
  const Rows rows = TableOf(Server());
  EXPECT_EQ(rows.at("Role"), "server");
  EXPECT_EQ(rows.at("Best master ID"), "5a91a6fffea13f80(unknown)/1 (self)");
  EXPECT_EQ(rows.at("Announce sent"), "20");
  EXPECT_EQ(rows.at("Sync sent"), "40");
  EXPECT_EQ(rows.at("Follow-up sent"), "39");
  EXPECT_EQ(rows.at("DelayReq received"), "7");
  EXPECT_EQ(rows.at("DelayResp sent"), "6");
  EXPECT_EQ(rows.at("Message rates"), "8/s sync, 1/s delay, 1/2s announce");
  EXPECT_EQ(rows.count("State reason"), 0u) << "it is what it should be";
  EXPECT_EQ(rows.count("Uncertainty"), 0u);
  EXPECT_EQ(rows.count("Announce received"), 0u);
}

TEST(PtpStatsPorts, AMasterIsNotMeasuredAgainstAnybody) {
  v1::PtpStats stats = Server();
  stats.set_clock_state(v1::CLOCK_STATE_FREE_RUNNING);
  EXPECT_EQ(TableOf(stats).at("Uncertainty"), "unknown, this clock is the master");
}

TEST(PtpStatsPorts, OfPeerDelayTellBothWays) {
  v1::PtpStats stats = Server();
  stats.set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  stats.mutable_messages()->set_pdelay_req_received(5);
  stats.mutable_messages()->set_pdelay_req_sent(6);
  stats.mutable_messages()->set_pdelay_resp_follow_up_received(4);
  stats.mutable_ports(0)->set_mean_link_delay_ns(1234);
  const Rows rows = TableOf(stats);
  EXPECT_EQ(rows.at("PdelayReq"), "5 received, 6 sent");
  EXPECT_EQ(rows.at("PdelayResp"), "0 received, 0 sent");
  EXPECT_EQ(rows.at("PdelayRespFollowUp"), "4 received, 0 sent");
  EXPECT_EQ(rows.at("Mean Link Delay"), "0.000001234 s");
  EXPECT_EQ(rows.at("Message rates"), "8/s sync, 1/s pdelay, 1/2s announce");
  EXPECT_EQ(rows.count("DelayReq received"), 0u);
}

TEST(PtpStatsPorts, OfAClientWithPeerDelayNameNoRateOfDelayRequests) {
  v1::PtpStats stats = SampleStats();
  stats.set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  EXPECT_EQ(TableOf(stats).at("Message rates"), "1/s sync, 1/2s announce");
}

TEST(PtpStatsPorts, TellWhyAPortIsNotWhatItShouldBe) {
  v1::PtpStats stats = Server();
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.set_reason(v1::PORT_REASON_OTHER_DOMAIN);
  stats.set_state_reason("Announce comes in domain 24 only");
  const Rows rows = TableOf(stats);
  EXPECT_EQ(rows.at("Reason"), "OTHER_DOMAIN");
  EXPECT_EQ(rows.at("State reason"), "Announce comes in domain 24 only");
}

TEST(PtpStatsPorts, OfSeveralPortsEachHasItsRow) {
  v1::PtpStats stats = Server();
  stats.mutable_ports(0)->set_port_state(v1::PORT_STATE_SLAVE);
  stats.mutable_ports(0)->set_reason(v1::PORT_REASON_NONE);
  v1::PortStatus& passive = *stats.add_ports();
  passive.set_interface("vmk1");
  passive.set_port_state(v1::PORT_STATE_PASSIVE);
  passive.set_reason(v1::PORT_REASON_BETTER_MASTER);
  const Rows rows = TableOf(stats);
  EXPECT_EQ(rows.at("Port on vmk0"), "PTP_SLAVE");
  EXPECT_EQ(rows.at("Port on vmk1"), "PTP_PASSIVE, BETTER_MASTER");
}

TEST(PtpStatsPorts, TellOfHardwareWhereItTimestamps) {
  v1::PtpStats stats = Server();
  EXPECT_EQ(TableOf(stats).count("Timestamping"), 0u);
  stats.mutable_ports(0)->set_timestamping(v1::TIMESTAMPING_HARDWARE);
  stats.mutable_ports(0)->set_hardware_clock("/dev/ptp0");
  stats.mutable_hardware_clock()->set_device("/dev/ptp0");
  stats.mutable_hardware_clock()->set_comparison("precise");
  stats.mutable_hardware_clock()->mutable_system_offset_ns()->set_last(-12);
  const Rows rows = TableOf(stats);
  EXPECT_EQ(rows.at("Timestamping"), "hardware, /dev/ptp0");
  EXPECT_EQ(rows.at("Hardware clock"), "/dev/ptp0, system clock off by -0.000000012 s, precise");
}

TEST(PtpStatsPorts, AddNothingToTheReportOfAPlainClientButItsRole) {
  v1::PtpStats stats = SampleStats();
  std::vector<MetricRow> rows;
  AddPortRows(stats, rows);
  EXPECT_TRUE(rows.empty());
  stats.mutable_protocol()->set_role(v1::CLOCK_ROLE_CLIENT);
  AddPortRows(stats, rows);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.front().metric, "Role");
}

}  // namespace
}  // namespace hostctl::cli
