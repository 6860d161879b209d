#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

class SystemPtpProfile : public ::testing::Test {
 protected:
  SystemPtpProfile() {
    v1::PtpProfile& profile = *hostd_.profiles.add_profiles();
    profile.set_name("g8275.1");
    profile.set_description("ITU-T G.8275.1 telecom profile");
    profile.set_profile_identifier("00-19-a7-01-02-03");
    profile.set_domain_number(24);
    profile.set_domain_number_minimum(24);
    profile.set_domain_number_maximum(43);
    v1::PtpProtocol& protocol = *profile.mutable_protocol();
    protocol.set_role(v1::CLOCK_ROLE_CLIENT);
    protocol.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
    protocol.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
    protocol.set_log_announce_interval(-3);
    protocol.set_log_sync_interval(-4);
    protocol.set_unicast_negotiation(false);
  }

  FakeHostd hostd_;
};

TEST_F(SystemPtpProfile, ListShowsWhatTellsThemApart) {
  EXPECT_EQ(
      hostd_.Run("system ptp profile list").out,
      "Name     Domain  Domains  Role    Transport  Delay  Announce  Sync  Unicast  Description\n"
      "-------  ------  -------  ------  ---------  -----  --------  ----  -------  -----------\n"
      "g8275.1      24  24-43    client  ethernet   e2e    8/s       16/s    false  ITU-T G.8275.1 "
      "telecom profile\n");
}

TEST_F(SystemPtpProfile, GetShowsEveryValueUnderItsOption) {
  EXPECT_EQ(hostd_.Run("system ptp profile get --profile g8275.1").out,
            "   Name: g8275.1\n"
            "   Description: ITU-T G.8275.1 telecom profile\n"
            "   Profile Identifier: 00-19-a7-01-02-03\n"
            "   Domain: 24\n"
            "   Domains: 24-43\n"
            "   Sets:\n"
            "      options of system ptp set\n"
            "         role: client\n"
            "         transport: ethernet\n"
            "         delay-mechanism: e2e\n"
            "         log-announce-interval: -3 (8/s)\n"
            "         log-sync-interval: -4 (16/s)\n"
            "         unicast-negotiation: false\n");
}

TEST_F(SystemPtpProfile, ProgramsGetTheValuesTyped) {
  const auto json =
      nlohmann::json::parse(hostd_.Run("--formatter=json system ptp profile get -p g8275.1").out);
  EXPECT_EQ(json["name"], "g8275.1");
  EXPECT_EQ(json["protocol"]["log_sync_interval"], -4);
  EXPECT_EQ(json["protocol"]["network_protocol"], "ETHERNET");
}

TEST_F(SystemPtpProfile, OneThatIsNotThereIsAnErrorWithWhereToLook) {
  const CallResult result = hostd_.Run("system ptp profile get --profile g8275");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err,
            "Error: There is no profile 'g8275'\n"
            "  Do: hostctl system ptp profile list\n");
}

}  // namespace
}  // namespace hostctl::cli
