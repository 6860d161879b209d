#include "cli/ptp_protocol_options.h"

#include <set>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProtocolOptionsTest : public ::testing::Test {
 protected:
  v1::UpdatePtpRequest Set(const std::string& options) {
    const CallResult result = hostd_.Run("system ptp set " + options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return hostd_.update_ptp.value_or(v1::UpdatePtpRequest());
  }
  std::string Error(const std::string& options) {
    const CallResult result = hostd_.Run("system ptp set " + options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(hostd_.calls, 0);
    return result.err.substr(0, result.err.find('\n'));
  }

  FakeHostd hostd_;
};

TEST_F(ProtocolOptionsTest, AProfileIsSet) {
  const v1::UpdatePtpRequest request = Set("--profile g8275.1");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("profile"));
  EXPECT_EQ(request.config().profile(), "g8275.1");
}

TEST_F(ProtocolOptionsTest, SingleValuesAreSetByTheirPaths) {
  const v1::UpdatePtpRequest request =
      Set("--role auto --transport udp6 --delay-mechanism p2p --priority1 0 --path-trace false "
          "--log-sync-interval -3");
  EXPECT_THAT(
      request.update_mask().paths(),
      ElementsAre("protocol.role", "protocol.network_protocol", "protocol.delay_mechanism",
                  "protocol.path_trace", "protocol.log_sync_interval", "protocol.priority1"));
  const v1::PtpProtocol& protocol = request.config().protocol();
  EXPECT_EQ(protocol.role(), v1::CLOCK_ROLE_AUTO);
  EXPECT_EQ(protocol.network_protocol(), v1::NETWORK_PROTOCOL_UDP_IPV6);
  EXPECT_EQ(protocol.delay_mechanism(), v1::DELAY_MECHANISM_P2P);
  EXPECT_TRUE(protocol.has_priority1()) << "0 is a value";
  EXPECT_TRUE(protocol.has_path_trace()) << "false too";
  EXPECT_EQ(protocol.log_sync_interval(), -3);
}

TEST_F(ProtocolOptionsTest, NumbersMayBeHexadecimalAsInTheStandardsTables) {
  const v1::UpdatePtpRequest request = Set("--clock-accuracy 0x21 --time-source=0x20");
  EXPECT_EQ(request.config().protocol().clock_accuracy(), 0x21u);
  EXPECT_EQ(request.config().protocol().time_source(), 0x20u);
}

TEST_F(ProtocolOptionsTest, EveryValueOfTheProtocolHasAnOptionThatSetsIt) {
  const google::protobuf::Descriptor& protocol = *v1::PtpProtocol::descriptor();
  std::set<std::string> reached;
  for (const Option& option : ProtocolOptions()) {
    if (option.type == ValueType::kList || option.long_name == "profile") continue;
    const std::vector<std::string> values =
        option.type == ValueType::kBoolean ? std::vector<std::string>{"true"}
        : option.type == ValueType::kString
            ? option.choices
            : std::vector<std::string>{std::to_string(option.min), std::to_string(option.max)};
    for (const std::string& value : values) {
      const v1::UpdatePtpRequest request = Set("--" + option.long_name + "=" + value);
      ASSERT_EQ(request.update_mask().paths_size(), 1) << option.long_name;
      const std::string& path = request.update_mask().paths(0);
      if (path.rfind("protocol.", 0) != 0) continue;
      reached.insert(path.substr(9));
      // What is shown is what was set.
      const std::vector<ProtocolValue> shown = ProtocolValues(request.config().protocol());
      ASSERT_EQ(shown.size(), 1u) << option.long_name;
      EXPECT_EQ(shown.front().option, option.long_name);
      if (option.type != ValueType::kInteger) {
        EXPECT_EQ(shown.front().text, value);
      }
    }
  }
  for (int i = 0; i < protocol.field_count(); ++i) {
    EXPECT_EQ(reached.count(protocol.field(i)->name()), 1u) << protocol.field(i)->name();
  }
}

TEST_F(ProtocolOptionsTest, EveryWordSetsItsOwnValue) {
  EXPECT_EQ(Set("--ipv6-scope global").config().protocol().ipv6_scope(), v1::IPV6_SCOPE_GLOBAL);
  EXPECT_EQ(Set("--ipv6-scope link-local").config().protocol().ipv6_scope(),
            v1::IPV6_SCOPE_LINK_LOCAL);
  EXPECT_EQ(Set("--timescale arb").config().protocol().timescale(), v1::TIMESCALE_ARB);
  EXPECT_EQ(Set("--timestamping software").config().protocol().timestamping(),
            v1::TIMESTAMPING_SOFTWARE);
  EXPECT_EQ(Set("--best-master-algorithm g8275").config().protocol().best_master_algorithm(),
            v1::BEST_MASTER_ALGORITHM_G8275);
}

TEST_F(ProtocolOptionsTest, AValueIsTheProfilesAgainWhenItIsUnset) {
  const v1::UpdatePtpRequest request = Set("--unset priority1 --unset transport");
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("protocol.priority1", "protocol.network_protocol"));
  EXPECT_FALSE(request.config().protocol().has_priority1());
}

TEST_F(ProtocolOptionsTest, OnlyAValueOfAProfileCanBeUnset) {
  EXPECT_THAT(Error("--unset profile"), HasSubstr("Expecting one of role, transport"));
}

TEST_F(ProtocolOptionsTest, MastersAreListsThatReplaceOrClear) {
  const v1::UpdatePtpRequest request =
      Set("--unicast-master 192.0.2.1 --unicast-master=2001:db8::1 "
          "--acceptable-master 001b21fffe030405=10 --acceptable-master 001b21fffe030406/1 "
          "--acceptable-master 001b21fffe030407@2001:db8::1=9 --acceptable-master @192.0.2.1");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("unicast_masters", "acceptable_masters"));
  EXPECT_THAT(request.config().unicast_masters(), ElementsAre("192.0.2.1", "2001:db8::1"));
  ASSERT_EQ(request.config().acceptable_masters_size(), 4);
  EXPECT_EQ(request.config().acceptable_masters(0).identity(), "001b21fffe030405");
  EXPECT_EQ(request.config().acceptable_masters(0).alternate_priority1(), 10u);
  EXPECT_EQ(AcceptableMasterText(request.config().acceptable_masters(0)), "001b21fffe030405=10");
  EXPECT_EQ(AcceptableMasterText(request.config().acceptable_masters(1)), "001b21fffe030406/1");
  EXPECT_EQ(request.config().acceptable_masters(2).address(), "2001:db8::1");
  EXPECT_EQ(AcceptableMasterText(request.config().acceptable_masters(2)),
            "001b21fffe030407@2001:db8::1=9");
  EXPECT_EQ(request.config().acceptable_masters(3).identity(), "");
  EXPECT_EQ(AcceptableMasterText(request.config().acceptable_masters(3)), "@192.0.2.1");
  const v1::UpdatePtpRequest cleared = Set("--unicast-master= --acceptable-master=");
  EXPECT_THAT(cleared.update_mask().paths(), ElementsAre("unicast_masters", "acceptable_masters"));
  EXPECT_EQ(cleared.config().unicast_masters_size(), 0);
  EXPECT_EQ(cleared.config().acceptable_masters_size(), 0);
}

TEST_F(ProtocolOptionsTest, APriorityThatIsNoneIsRefused) {
  for (const char* master : {"001b21fffe030405=", "001b21fffe030405=256", "001b21fffe030405=a"}) {
    EXPECT_THAT(
        Error(std::string("--acceptable-master ") + master),
        HasSubstr("Expecting IDENTITY, IDENTITY@ADDRESS or @ADDRESS, and =PRIORITY behind it, "
                  "the priority 0 to 255. Got '" +
                  std::string(master) + "'"));
  }
}

TEST_F(ProtocolOptionsTest, AuthenticationIsSetByPart) {
  const v1::UpdatePtpRequest request =
      Set("--authentication-file /etc/hostctl/ptp-keys --authentication-spp 3 "
          "--authentication-key 4294967295 --allow-unauthenticated true");
  EXPECT_THAT(
      request.update_mask().paths(),
      ElementsAre("authentication.association_file", "authentication.security_parameter_pointer",
                  "authentication.active_key_id", "authentication.allow_unauthenticated"));
  const v1::PtpAuthentication& authentication = request.config().authentication();
  EXPECT_EQ(authentication.association_file(), "/etc/hostctl/ptp-keys");
  EXPECT_EQ(authentication.security_parameter_pointer(), 3U);
  EXPECT_EQ(authentication.active_key_id(), 4294967295U);
  EXPECT_TRUE(authentication.allow_unauthenticated());
  const v1::UpdatePtpRequest off = Set("--authentication-file=");
  EXPECT_THAT(off.update_mask().paths(), ElementsAre("authentication.association_file"));
  EXPECT_EQ(off.config().authentication().association_file(), "");
}

TEST_F(ProtocolOptionsTest, ManagementIsAllowedByPart) {
  const v1::UpdatePtpRequest request = Set("--management-set true");
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("management.allow_set"));
  EXPECT_TRUE(request.config().management().allow_set());
  EXPECT_FALSE(Set("--management false").config().management().enabled());
}

TEST_F(ProtocolOptionsTest, WhatIsOutOfRangeIsRefusedBeforeHostdIsAsked) {
  EXPECT_EQ(Error("--priority1 256"),
            "Error: While processing '--priority1'. Value out of range. Expecting 0 to 255. Got "
            "'256'");
  EXPECT_EQ(Error("--transport ipx"),
            "Error: While processing '--transport'. Expecting one of udp4, udp6, ethernet. Got "
            "'ipx'");
  EXPECT_EQ(Error("--log-sync-interval -8"),
            "Error: While processing '--log-sync-interval'. Value out of range. Expecting -7 to 4. "
            "Got '-8'");
}

TEST(ProtocolValues, AreShownWithWhatTheyMean) {
  v1::PtpProtocol protocol;
  protocol.set_log_sync_interval(-4);
  protocol.set_clock_accuracy(0xfe);
  protocol.set_current_utc_offset_s(37);
  protocol.set_neighbor_propagation_delay_threshold_ns(800);
  protocol.set_role(static_cast<v1::ClockRole>(9));
  EXPECT_EQ(ProtocolValueText(protocol, "log-sync-interval"), "-4 (16/s)");
  EXPECT_EQ(ProtocolValueText(protocol, "clock-accuracy"), "0xfe");
  EXPECT_EQ(ProtocolValueText(protocol, "current-utc-offset"), "37 s");
  EXPECT_EQ(ProtocolValueText(protocol, "neighbor-propagation-delay-threshold"), "800 ns");
  EXPECT_EQ(ProtocolValueText(protocol, "role"), "9") << "a value that this program does not know";
  EXPECT_EQ(ProtocolValueText(protocol, "priority1"), "") << "it is not set";
}

}  // namespace
}  // namespace hostctl::cli
