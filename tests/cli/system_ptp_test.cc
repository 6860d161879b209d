#include "cli/commands.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/fake_hostd.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SystemPtp : public ::testing::Test {
 protected:
  // Runs a `system ptp set` that must succeed in silence; returns what was asked.
  v1::UpdatePtpRequest Set(const std::string& options) {
    const CallResult result = hostd_.Run("system ptp set " + options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "");
    return hostd_.update_ptp.value_or(v1::UpdatePtpRequest());
  }
  // Runs a `system ptp set` that must be refused before hostd is asked.
  std::string UsageError(const std::string& options) {
    const CallResult result = hostd_.Run("system ptp set " + options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(hostd_.calls, 0);
    EXPECT_THAT(result.err, HasSubstr("\n\nUsage: hostctl system ptp set [cmd options]\n"));
    return result.err.substr(0, result.err.find('\n'));
  }

  FakeHostd hostd_;
};

TEST_F(SystemPtp, SetSendsExactlyWhatWasGiven) {
  const v1::UpdatePtpRequest request = Set("--enable --interface vmk0");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("enabled", "interface"));
  EXPECT_TRUE(request.config().enabled());
  EXPECT_EQ(request.config().interface(), "vmk0");
  EXPECT_FALSE(request.reset_to_defaults());
  EXPECT_FALSE(request.validate_only());
  EXPECT_EQ(hostd_.calls, 1);
}

TEST_F(SystemPtp, SetUnderstandsEveryWayToTurnItOff) {
  for (const char* options : {"--disable", "-d", "--enabled=false", "--enabled no"}) {
    const v1::UpdatePtpRequest request = Set(options);
    EXPECT_THAT(request.update_mask().paths(), ElementsAre("enabled")) << options;
    EXPECT_FALSE(request.config().enabled()) << options;
  }
  EXPECT_TRUE(Set("--enabled=1").config().enabled());
}

TEST_F(SystemPtp, SetSendsTheOtherFields) {
  const v1::UpdatePtpRequest request = Set("--domain 255 --read-only yes --step-policy never");
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("domain_number", "read_only", "step_policy"));
  EXPECT_EQ(request.config().domain_number(), 255U);
  EXPECT_TRUE(request.config().read_only());
  EXPECT_EQ(request.config().step_policy(), v1::STEP_POLICY_NEVER);
  EXPECT_EQ(Set("--step-policy first-lock").config().step_policy(), v1::STEP_POLICY_FIRST_LOCK);
  EXPECT_EQ(Set("--step-policy always").config().step_policy(), v1::STEP_POLICY_ALWAYS);
}

TEST_F(SystemPtp, SetSendsHowTheClockIsEstimated) {
  const v1::UpdatePtpRequest request =
      Set("--servo pi --delay-asymmetry -120 --ingress-latency=300 --egress-latency 40 "
          "--holdover-limit 7200");
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("servo", "delay_asymmetry_ns", "ingress_latency_ns", "egress_latency_ns",
                          "holdover_limit"));
  EXPECT_EQ(request.config().servo(), "pi");
  EXPECT_EQ(request.config().delay_asymmetry_ns(), -120);
  EXPECT_EQ(request.config().ingress_latency_ns(), 300);
  EXPECT_EQ(request.config().egress_latency_ns(), 40);
  EXPECT_EQ(request.config().holdover_limit().seconds(), 7200);
  EXPECT_EQ(request.config().holdover_limit().nanos(), 0);
  EXPECT_TRUE(Set("--holdover-limit 0").config().has_holdover_limit()) << "0 is not the default";
}

TEST_F(SystemPtp, SetSendsWhatTakesOver) {
  const v1::UpdatePtpRequest request =
      Set("--fallback ntp --fallback-after 120 --fallback-return-after=10 --disable-events=true");
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("fallback", "fallback_after", "fallback_return_after", "disable_events"));
  EXPECT_EQ(request.config().fallback(), v1::FALLBACK_NTP);
  EXPECT_EQ(request.config().fallback_after().seconds(), 120);
  EXPECT_EQ(request.config().fallback_return_after().seconds(), 10);
  EXPECT_TRUE(request.config().disable_events());
  EXPECT_EQ(Set("--fallback none").config().fallback(), v1::FALLBACK_NONE);
}

TEST_F(SystemPtp, SetSendsTheInterfacesToWatchAndAnEmptyOneClearsThem) {
  const v1::UpdatePtpRequest request = Set("--watch-interface vmk1 --watch-interface=eth2");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("watch_interfaces"));
  EXPECT_THAT(request.config().watch_interfaces(), ElementsAre("vmk1", "eth2"));
  const v1::UpdatePtpRequest cleared = Set("--watch-interface=");
  EXPECT_THAT(cleared.update_mask().paths(), ElementsAre("watch_interfaces"));
  EXPECT_EQ(cleared.config().watch_interfaces_size(), 0);
}

TEST_F(SystemPtp, SetTakesSeveralInterfacesAsTheFirstAndFurtherOnes) {
  const v1::UpdatePtpRequest request = Set("-i vmk0 --interface vmk1 --watch-interface vmk2");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("interface", "watch_interfaces"));
  EXPECT_EQ(request.config().interface(), "vmk0");
  EXPECT_THAT(request.config().watch_interfaces(), ElementsAre("vmk1", "vmk2"));
  EXPECT_THAT(Set("-i vmk0").update_mask().paths(), ElementsAre("interface"))
      << "those watched before stay";
}

TEST_F(SystemPtp, SetSendsAnEmptyMaskWithAReset) {
  const v1::UpdatePtpRequest request = Set("--reset");
  EXPECT_TRUE(request.reset_to_defaults());
  EXPECT_EQ(request.update_mask().paths_size(), 0);
}

TEST_F(SystemPtp, SetShowsInADryRunWhatWouldChange) {
  v1::Change* enabled = hostd_.updated_ptp.add_changes();
  enabled->set_subject("ptp.enabled");
  enabled->set_before("false");
  enabled->set_after("true");
  v1::Change* interface = hostd_.updated_ptp.add_changes();
  interface->set_subject("ptp.interface");
  interface->set_after("vmk0");
  const CallResult result = hostd_.Run("system ptp set --enable -i vmk0 --dry-run");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "ptp.enabled: false -> true\n"
            "ptp.interface: (none) -> vmk0\n");
  EXPECT_TRUE(hostd_.update_ptp->validate_only());

  const CallResult csv = hostd_.Run("--formatter=csv system ptp set --enable -i vmk0 --dry-run");
  EXPECT_EQ(csv.out, "subject,before,after\nptp.enabled,false,true\nptp.interface,,vmk0\n");
}

TEST_F(SystemPtp, SetSaysInADryRunThatNothingWouldChange) {
  EXPECT_EQ(hostd_.Run("system ptp set --disable --dry-run").out, "Nothing would change.\n");
}

TEST_F(SystemPtp, SetNotesOnStandardErrorWhatStandsInTheWay) {
  v1::Condition* down = hostd_.updated_ptp.mutable_ptp()->mutable_runtime()->add_conditions();
  down->set_code("INTERFACE_DOWN");
  down->set_message("vmk0 (eth0) is down");
  down->set_remedy("ip link set eth0 up");
  const CallResult result = hostd_.Run("system ptp set --enable --interface vmk0");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "Note: vmk0 (eth0) is down\n  Do: ip link set eth0 up\n");
}

TEST_F(SystemPtp, SetRefusesBadInputBeforeAskingHostd) {
  EXPECT_EQ(UsageError("--enable --disable"),
            "Error: Only one of --enable, --disable can be given");
  EXPECT_EQ(UsageError("--dry-run"),
            "Error: Nothing to set. Expecting at least one option that sets something");
  EXPECT_EQ(UsageError("--servo ntp"),
            "Error: While processing '--servo'. Expecting one of adaptive, pi, linreg, none. Got "
            "'ntp'");
  EXPECT_EQ(UsageError("--egress-latency 1000000001"),
            "Error: While processing '--egress-latency'. Value out of range. Expecting -1000000000 "
            "to 1000000000. Got '1000000001'");
  EXPECT_EQ(UsageError("--holdover-limit -1"),
            "Error: While processing '--holdover-limit'. Value out of range. Expecting 0 to "
            "2592000. Got '-1'");
  EXPECT_EQ(UsageError("--servo pi --servo linreg"), "Error: Duplicated option --servo");
  EXPECT_EQ(UsageError("--domain 256"),
            "Error: While processing '--domain'. Value out of range. Expecting 0 to 255. Got "
            "'256'");
  EXPECT_EQ(UsageError("--domain -1"),
            "Error: While processing '--domain'. Value out of range. Expecting 0 to 255. Got '-1'");
  EXPECT_EQ(UsageError("--domain abc"),
            "Error: While processing '--domain'. Argument type mismatch. Expecting integer value. "
            "Got 'abc'");
}

TEST_F(SystemPtp, GetShowsConfigurationRunningStateAndRemedies) {
  v1::PtpConfig& config = *hostd_.ptp.mutable_config();
  config.set_enabled(true);
  config.set_interface("vmk0");
  config.set_servo("adaptive");
  config.set_delay_asymmetry_ns(-120);
  config.set_ingress_latency_ns(300);
  config.set_egress_latency_ns(40);
  config.mutable_holdover_limit()->set_seconds(3600);
  config.add_watch_interfaces("vmk1");
  config.add_watch_interfaces("eth2");
  config.set_profile("default-e2e");
  config.mutable_protocol()->set_priority1(10);
  config.mutable_protocol()->set_log_sync_interval(-3);
  config.add_acceptable_masters()->set_identity("001b21fffe030405");
  v1::PtpProtocol& effective = *hostd_.ptp.mutable_effective_protocol();
  effective.set_role(v1::CLOCK_ROLE_AUTO);
  effective.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV4);
  effective.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  v1::PtpRuntime& runtime = *hostd_.ptp.mutable_runtime();
  runtime.set_service_state(v1::SERVICE_STATE_RUNNING);
  runtime.set_engine_pid(4242);
  runtime.set_device("eth0");
  runtime.set_ipv4_address("192.0.2.2");
  runtime.set_ruleset_enabled(false);
  runtime.set_port_state(v1::PORT_STATE_LISTENING);
  runtime.set_reason(v1::PORT_REASON_NO_ANNOUNCE);
  runtime.set_state_reason("No Announce heard yet");
  v1::Condition* closed = runtime.add_conditions();
  closed->set_code("RULESET_CLOSED");
  closed->set_message("The firewall ruleset ptpd is closed");
  closed->set_remedy("hostctl network firewall ruleset set -r ptpd -e true");
  const CallResult result = hostd_.Run("system ptp get");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out,
            "   Enabled: true\n"
            "   Interface: vmk0\n"
            "   Domain: 0\n"
            "   Read Only: false\n"
            "   Step Policy: first-lock\n"
            "   Servo: adaptive\n"
            "   Delay Asymmetry: -120 ns\n"
            "   Ingress Latency: 300 ns\n"
            "   Egress Latency: 40 ns\n"
            "   Holdover Limit: 3600 s\n"
            "   Watch Interfaces: vmk1, eth2\n"
            "   Profile: default-e2e\n"
            "   Single Values: log-sync-interval -3 (8/s), priority1 10\n"
            "   Role: auto\n"
            "   Transport: udp4\n"
            "   Delay Mechanism: e2e\n"
            "   Unicast Masters: none\n"
            "   Acceptable Masters: 001b21fffe030405\n"
            "   PTP Management: GET\n"
            "   Authentication: none\n"
            "   Disable Events: false\n"
            "   Fallback: none\n"
            "   Service State: RUNNING\n"
            "   Engine PID: 4242\n"
            "   Engine Restarts: 0\n"
            "   Device: eth0\n"
            "   IPv4 Address: 192.0.2.2\n"
            "   Firewall Ruleset Enabled: false\n"
            "   Port State: LISTENING\n"
            "   Reason: NO_ANNOUNCE\n"
            "   State Reason: No Announce heard yet\n"
            "   Conditions:\n"
            "      RULESET_CLOSED\n"
            "         Message: The firewall ruleset ptpd is closed\n"
            "         Do: hostctl network firewall ruleset set -r ptpd -e true\n");
}

TEST_F(SystemPtp, GetTellsHowMessagesAreAuthenticated) {
  v1::PtpAuthentication& authentication = *hostd_.ptp.mutable_config()->mutable_authentication();
  authentication.set_association_file("/etc/hostctl/ptp-keys");
  EXPECT_THAT(
      hostd_.Run("system ptp get").out,
      HasSubstr("   Authentication: spp 0, newest valid key, of /etc/hostctl/ptp-keys\n"));
  authentication.set_security_parameter_pointer(3);
  authentication.set_active_key_id(7);
  authentication.set_allow_unauthenticated(true);
  EXPECT_THAT(
      hostd_.Run("system ptp get").out,
      HasSubstr("   Authentication: spp 3, key 7, of /etc/hostctl/ptp-keys, not required\n"));
}

TEST_F(SystemPtp, GetTellsWhoKeepsTheClockAndUntilWhen) {
  v1::PtpConfig& config = *hostd_.ptp.mutable_config();
  config.set_fallback(v1::FALLBACK_NTP);
  config.mutable_fallback_after()->set_seconds(60);
  config.mutable_fallback_return_after()->set_seconds(30);
  v1::FallbackStatus& status = *hostd_.ptp.mutable_runtime()->mutable_fallback();
  status.set_reason("PTP has lost its master and holds the clock over");
  status.mutable_changes_in()->set_seconds(48);
  EXPECT_THAT(hostd_.Run("system ptp get").out,
              HasSubstr("   Fallback: ntp\n"
                        "   Fallback After: 60 s\n"
                        "   Fallback Return After: 30 s\n"
                        "   In Fallback: false\n"
                        "   NTP Takes Over In: 48 s\n"
                        "   Fallback Reason: PTP has lost its master and holds the clock over\n"
                        "   Fallbacks: 0\n"));
  status.set_in_fallback(true);
  status.mutable_since()->set_seconds(1'800'000'000);
  status.set_times(1);
  EXPECT_THAT(hostd_.Run("system ptp get").out,
              HasSubstr("   In Fallback: true\n"
                        "   In Fallback Since: 2027-01-15T08:00:00Z\n"
                        "   PTP Returns In: 48 s\n"));
}

TEST_F(SystemPtp, GetSaysThatEthernetNeedsNoRuleset) {
  hostd_.ptp.mutable_effective_protocol()->set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_THAT(hostd_.Run("system ptp get").out,
              HasSubstr("   Firewall Ruleset Enabled: false (not needed over Ethernet)\n"));
}

TEST_F(SystemPtp, GetGivesProgramsTheWholeAnswer) {
  hostd_.ptp.mutable_config()->set_domain_number(3);
  hostd_.ptp.mutable_config()->mutable_holdover_limit()->set_seconds(7200);
  hostd_.ptp.mutable_config()->add_watch_interfaces("vmk1");
  hostd_.ptp.set_etag("e1");
  const auto json = nlohmann::json::parse(hostd_.Run("--formatter=json system ptp get").out);
  EXPECT_EQ(json["config"]["domain_number"], 3);
  EXPECT_EQ(json["config"]["holdover_limit"]["seconds"], 7200);
  EXPECT_EQ(json["config"]["watch_interfaces"], nlohmann::json::array({"vmk1"}));
  EXPECT_EQ(json["runtime"]["service_state"], "UNSPECIFIED");
  EXPECT_EQ(json["etag"], "e1");
}

TEST_F(SystemPtp, StatsGetIsATableOfMetrics) {
  hostd_.stats = SampleStats();
  const CallResult result = hostd_.Run("system ptp stats get");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, StartsWith("Metric              Value\n"
                                     "------------------  -----\n"
                                     "Announce received   21\n"
                                     "Best master ID      ae0686fffed5d425(unknown)/1\n"
                                     "Best master IP      192.0.2.1\n"));
  EXPECT_THAT(result.out,
              HasSubstr("\nOffset from Master  -0.000053647 s, mean -0.000082227 s, dev  "
                        "0.000141358 s\n"));
}

TEST_F(SystemPtp, StatsGetGivesProgramsTypedNumbersWithUnits) {
  hostd_.stats = SampleStats();
  const auto json = nlohmann::json::parse(hostd_.Run("system ptp stats get --formatter=json").out);
  EXPECT_EQ(json["offset_from_master_ns"]["last"], -53647.0);
  EXPECT_EQ(json["port_state"], "SLAVE");
  EXPECT_EQ(json["local_time"], "2021-06-17T17:09:55.000000000Z");
  EXPECT_EQ(json["messages"]["sync_received"], 33);
  EXPECT_EQ(json.size(), static_cast<size_t>(v1::PtpStats::descriptor()->field_count()));
}

TEST_F(SystemPtp, StatsGetSaysWhenPtpIsOff) {
  hostd_.status = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "PTP is not enabled");
  const CallResult result = hostd_.Run("system ptp stats get");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "Error: PTP is not enabled\n");
}

}  // namespace
}  // namespace hostctl::cli
