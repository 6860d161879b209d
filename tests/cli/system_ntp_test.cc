// system ntp get | set | config get | stats get
#include "cli/commands.h"
#include "cli/ntp_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::NtpServer Server(const std::string& text, bool pool = false) {
  v1::NtpServer server = ParseNtpServer(text).value_or(v1::NtpServer());
  server.set_pool(pool);
  return server;
}

v1::NtpStats SampleStats() {
  v1::NtpStats stats;
  stats.mutable_local_time()->set_seconds(1795382089);
  stats.set_synchronized(true);
  stats.set_reference("192.0.2.1");
  stats.set_stratum(4);
  stats.set_offset_ns(3190);
  stats.set_last_offset_ns(105);
  stats.set_rms_offset_ns(2719);
  stats.set_frequency_ppb(-123);
  stats.set_skew_ppb(448);
  stats.set_root_delay_ns(12720);
  stats.set_root_dispersion_ns(1877);
  stats.set_maximum_error_ns(11427);
  stats.set_update_interval_s(64.5);
  stats.set_leap_status("Normal");
  stats.mutable_reference_time()->set_seconds(1795382088);
  v1::NtpSource& good = *stats.add_sources();
  good.set_address("192.0.2.1");
  good.set_state(v1::NTP_SOURCE_STATE_SELECTED);
  good.set_stratum(3);
  good.set_poll(6);
  good.set_reach(0377);
  good.set_last_sample_age_s(12);
  good.set_offset_ns(156);
  good.set_error_bound_ns(6412);
  v1::NtpSource& silent = *stats.add_sources();
  silent.set_address("192.0.2.77");
  silent.set_state(v1::NTP_SOURCE_STATE_UNUSABLE);
  silent.set_poll(-2);
  return stats;
}

class SystemNtp : public ::testing::Test {
 protected:
  v1::UpdateNtpRequest Set(const std::string& options) {
    const CallResult result = hostd_.Run("system ntp set " + options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out + result.err, "");
    return hostd_.update_ntp.value_or(v1::UpdateNtpRequest());
  }

  FakeHostd hostd_;
};

TEST_F(SystemNtp, SetSendsExactlyWhatWasGiven) {
  const v1::UpdateNtpRequest request = Set("--enable --server 192.0.2.1 -s ntp.example.org");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("enabled", "servers"));
  EXPECT_TRUE(request.config().enabled());
  ASSERT_EQ(request.config().servers_size(), 2);
  EXPECT_EQ(request.config().servers(1).address(), "ntp.example.org");
  EXPECT_FALSE(Set("--disable").config().enabled());
  EXPECT_TRUE(Set("--enabled=true").config().enabled());
  EXPECT_THAT(Set("--disable").update_mask().paths(), ElementsAre("enabled"));
}

TEST_F(SystemNtp, SetSendsPoolsAndNtsForAllThatIsGiven) {
  const v1::UpdateNtpRequest request = Set("--pool pool.example.org --server a.example.org --nts");
  ASSERT_EQ(request.config().servers_size(), 2);
  EXPECT_EQ(request.config().servers(0).address(), "a.example.org");
  EXPECT_FALSE(request.config().servers(0).pool());
  EXPECT_TRUE(request.config().servers(1).pool());
  EXPECT_TRUE(request.config().servers(0).nts() && request.config().servers(1).nts());
}

TEST_F(SystemNtp, AnEmptyOneClearsTheList) {
  EXPECT_THAT(Set("--server=").update_mask().paths(), ElementsAre("servers"));
  EXPECT_EQ(Set("--server=").config().servers_size(), 0);
  EXPECT_EQ(Set("--directive=").config().directives_size(), 0);
  EXPECT_THAT(Set("--directive=").update_mask().paths(), ElementsAre("directives"));
}

TEST_F(SystemNtp, SetSendsTheOtherFields) {
  const v1::UpdateNtpRequest request =
      Set("--loglevel error --directive lock_all --disable-events yes --etag 7 --reset");
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("log_level", "directives", "disable_events"));
  EXPECT_EQ(request.config().log_level(), "error");
  EXPECT_THAT(request.config().directives(), ElementsAre("lock_all"));
  EXPECT_TRUE(request.config().disable_events());
  EXPECT_EQ(request.etag(), "7");
  EXPECT_TRUE(request.reset_to_defaults());
}

TEST(NtpText, AServerIsReadAndWrittenAsInChronyConf) {
  for (const char* text : {"192.0.2.1", "a nts prefer", "a port 1123 minpoll -6 maxpoll 24"}) {
    const auto server = ParseNtpServer(text);
    ASSERT_TRUE(server.has_value()) << text;
    EXPECT_EQ(NtpServerText(*server), text);
  }
  EXPECT_EQ(NtpServerText(Server("a nts", /*pool=*/true)), "pool a nts");
  for (const char* text : {"a b", "a port", "a port 0", "a port 65536", "a minpoll -7",
                           "a maxpoll 25", "a minpoll 1x", "a minpoll 99999999999"}) {
    EXPECT_FALSE(ParseNtpServer(text).has_value()) << text;
  }
}

TEST_F(SystemNtp, ADryRunShowsWhatWouldChange) {
  v1::Change& change = *hostd_.updated_ntp.add_changes();
  change.set_subject("ntp.enabled");
  change.set_before("false");
  change.set_after("true");
  const CallResult result = hostd_.Run("system ntp set --enable --dry-run");
  EXPECT_TRUE(hostd_.update_ntp->validate_only());
  EXPECT_THAT(result.out, HasSubstr("ntp.enabled"));
}

TEST_F(SystemNtp, GetLooksLikeEsxcliAndTellsMore) {
  v1::NtpConfig& config = *hostd_.ntp.mutable_config();
  config.set_enabled(true);
  config.set_log_level("warning");
  *config.add_servers() = Server("1.nl.pool.org");
  *config.add_servers() = Server("2.nl.pool.org nts", /*pool=*/true);
  v1::NtpRuntime& runtime = *hostd_.ntp.mutable_runtime();
  runtime.set_service_state(v1::SERVICE_STATE_RUNNING);
  runtime.set_pid(4711);
  runtime.set_ruleset_enabled(true);
  runtime.set_in_control(true);
  EXPECT_EQ(hostd_.Run("system ntp get").out,
            "   Enabled: true\n"
            "   Loglevel: warning\n"
            "   Servers: 1.nl.pool.org, pool 2.nl.pool.org nts\n"
            "   Directives: none\n"
            "   Disable Events: false\n"
            "   Service State: RUNNING\n"
            "   PID: 4711\n"
            "   Firewall Ruleset Enabled: true\n"
            "   In Control: true\n"
            "   Conditions: none\n");
  const auto json = nlohmann::json::parse(hostd_.Run("--formatter=json system ntp get").out);
  EXPECT_EQ(json["config"]["servers"][1]["nts"], true);
}

TEST_F(SystemNtp, ConfigGetShowsTheLinesAsTheyAre) {
  hostd_.ntp_configuration.set_path("/run/hostctl/chrony.conf");
  hostd_.ntp_configuration.add_lines("server 192.0.2.1 iburst");
  hostd_.ntp_configuration.add_lines("rtcsync");
  EXPECT_EQ(hostd_.Run("system ntp config get").out, "server 192.0.2.1 iburst\nrtcsync\n");
}

TEST_F(SystemNtp, StatsGetIsATableOfMetrics) {
  hostd_.ntp_stats = SampleStats();
  EXPECT_EQ(hostd_.Run("system ntp stats get").out,
            "Metric                Value\n"
            "--------------------  -----\n"
            "Frequency             -0.123 ppm, skew 0.448 ppm\n"
            "Last offset           0.000000105 s\n"
            "Leap status           Normal\n"
            "Local time            Sun Nov 22 21:14:49 UTC 2026\n"
            "Maximum error         +-11.4 us\n"
            "Offset from NTP time  0.000003190 s, rms 0.000002719 s\n"
            "Reference             192.0.2.1\n"
            "Reference time        Sun Nov 22 21:14:48 UTC 2026\n"
            "Root delay            0.000012720 s\n"
            "Root dispersion       0.000001877 s\n"
            "Stratum               4\n"
            "Synchronized          true\n"
            "Update interval       64.5 s\n"
            "Source 192.0.2.1      SELECTED, stratum 3, reach 377, offset 0.000000156 s "
            "+-0.000006412 s\n"
            "Source 192.0.2.77     UNUSABLE, never answered\n");
}

TEST_F(SystemNtp, ItsSourcesAreATableOfTheirOwn) {
  hostd_.ntp_stats = SampleStats();
  EXPECT_EQ(
      hostd_.Run("system ntp stats get --sources").out,
      "Address     State     Stratum  Poll    Reach  Last Sample  Offset         Error Bound\n"
      "----------  --------  -------  ------  -----  -----------  -------------  -----------\n"
      "192.0.2.1   SELECTED        3  64 s    377    12 s         0.000000156 s  +-6.41 us\n"
      "192.0.2.77  UNUSABLE        0  0.25 s  000    never\n");
  const auto json =
      nlohmann::json::parse(hostd_.Run("--formatter=json system ntp stats get --sources").out);
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["state"], "SELECTED");
  EXPECT_TRUE(json[1]["last_sample_age_s"].is_null());
}

TEST_F(SystemNtp, AClockThatFollowsNobodyHasNoBound) {
  hostd_.ntp_stats.set_leap_status("Not synchronised");
  const CallResult result = hostd_.Run("system ntp stats get");
  EXPECT_THAT(result.out, HasSubstr("unknown, no server is followed"));
  EXPECT_THAT(result.out, HasSubstr("Reference             none"));
}

}  // namespace
}  // namespace hostctl::cli
