#include "ptpcore/profile/settings.h"

#include "gtest/gtest.h"

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;

Settings Of(const std::string& profile) {
  Settings settings;
  settings.profile = profile;
  return settings;
}

AcceptableMaster Master(const std::string& identity, uint32_t priority = 0) {
  AcceptableMaster master;
  master.set_identity(identity);
  master.set_alternate_priority1(priority);
  return master;
}

std::string ReasonOf(const Settings& settings, unsigned domain = 0) {
  const auto problem = Check(settings, domain);
  return problem.has_value() ? problem->reason : "";
}

TEST(Settings, TheDefaultsAreRight) {
  for (const unsigned domain : {0u, 127u, 255u}) EXPECT_EQ(ReasonOf({}, domain), "");
}

TEST(Settings, AProfileThatIsNotKnownIsNamedWithThoseThatAre) {
  const auto problem = Check(Of("g8275"), 0);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->reason, "PROFILE_UNKNOWN");
  EXPECT_EQ(problem->field, "profile");
  EXPECT_EQ(problem->message,
            "there is no profile 'g8275'; known are: slaveonly, default-e2e, default-p2p, g8275.1, "
            "g8275.2, g8265.1, gptp, smpte-2059-2, aes67, c37.238");
}

TEST(Settings, AValueOutOfItsRangeIsNamedWithTheRange) {
  Settings settings;
  settings.values.set_priority1(300);
  const auto problem = Check(settings, 0);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->reason, "PROTOCOL_VALUE_OUT_OF_RANGE");
  EXPECT_EQ(problem->field, "protocol.priority1");
  EXPECT_EQ(problem->message, "protocol.priority1 300 is not within 0 to 255");
}

TEST(Settings, ANumberThatIsNoWordIsRefused) {
  Settings settings;
  settings.values.set_role(static_cast<v1::ClockRole>(17));
  EXPECT_EQ(Check(settings, 0)->message, "protocol.role 17 is not one of client, server, auto");
}

TEST(Settings, TheDomainIsOneOfTheProfile) {
  EXPECT_EQ(ReasonOf(Of("g8275.1"), 43), "");
  EXPECT_EQ(ReasonOf(Of("g8275.1"), 44), "DOMAIN_NOT_OF_PROFILE");
  EXPECT_EQ(Check(Of("g8275.2"), 0)->message,
            "PTP domain 0 is not within 44 to 63, the domains of the profile g8275.2");
}

TEST(Settings, HybridDelayRequestsContradictPeerDelay) {
  Settings settings = Of("default-p2p");
  settings.values.set_hybrid_e2e(true);
  EXPECT_EQ(ReasonOf(settings), "PROTOCOL_CONTRADICTION");
  EXPECT_EQ(Check(settings, 0)->field, "protocol.hybrid_e2e");
  settings.values.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  EXPECT_EQ(ReasonOf(settings), "");
}

TEST(Settings, GeneralizedPtpNeedsEthernetAndPeerDelay) {
  Settings settings = Of("gptp");
  settings.values.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV4);
  EXPECT_EQ(Check(settings, 0)->message,
            "protocol.gptp (IEEE 802.1AS) needs network_protocol ethernet");
  settings = Of("gptp");
  settings.values.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  EXPECT_EQ(Check(settings, 0)->message, "protocol.gptp (IEEE 802.1AS) needs delay_mechanism p2p");
}

TEST(Settings, NegotiationContradictsPeerDelay) {
  Settings settings = Of("default-p2p");
  settings.values.set_unicast_negotiation(true);
  EXPECT_EQ(Check(settings, 0)->field, "protocol.unicast_negotiation");
}

TEST(Settings, UnicastMastersAreAskedByNegotiation) {
  Settings settings = Of("g8275.2");
  settings.unicast_masters = {"192.0.2.1", "192.0.2.2"};
  EXPECT_EQ(ReasonOf(settings, 44), "");
  settings.profile = "slaveonly";
  EXPECT_EQ(ReasonOf(settings), "UNICAST_MASTERS_INVALID");
  EXPECT_EQ(Check(settings, 0)->field, "unicast_masters");
}

TEST(Settings, UnicastMastersAreReachedByTheNetworkProtocol) {
  Settings settings;
  settings.values.set_unicast_negotiation(true);
  settings.unicast_masters = {"2001:db8::1"};
  EXPECT_EQ(Check(settings, 0)->message,
            "the unicast master 2001:db8::1 cannot be reached by network_protocol udp4");
  settings.values.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV6);
  EXPECT_EQ(ReasonOf(settings), "");
  settings.values.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_EQ(ReasonOf(settings), "UNICAST_MASTERS_INVALID");
  settings.unicast_masters = {"02:00:00:00:00:01"};
  EXPECT_EQ(ReasonOf(settings), "");
}

TEST(Settings, UnicastMastersAreClocksNamedOnceAndNotTooMany) {
  Settings settings;
  settings.values.set_unicast_negotiation(true);
  for (const std::vector<std::string>& masters :
       {std::vector<std::string>{"grandmaster"},
        {"224.0.1.129"},
        {"192.0.2.1", "192.0.2.1"},
        std::vector<std::string>(kMaxUnicastMasters + 1, "192.0.2.1")}) {
    settings.unicast_masters = masters;
    EXPECT_EQ(ReasonOf(settings), "UNICAST_MASTERS_INVALID") << masters.front();
  }
  settings.unicast_masters = {"192.0.2.1"};
  settings.values.set_role(v1::CLOCK_ROLE_SERVER);
  EXPECT_EQ(ReasonOf(settings), "UNICAST_MASTERS_INVALID") << "a server follows nobody";
}

TEST(Settings, AcceptableMastersAreIdentitiesNamedOnce) {
  Settings settings;
  settings.acceptable_masters = {Master("001b21fffe030405"), Master("001b21fffe030405/2", 1)};
  EXPECT_EQ(ReasonOf(settings), "");
  settings.acceptable_masters.push_back(Master("00-1B-21-FF-FE-03-04-05"));
  EXPECT_EQ(Check(settings, 0)->message, "the acceptable master 001b21fffe030405 is named twice");
  settings.acceptable_masters = {Master("gm")};
  EXPECT_EQ(ReasonOf(settings), "ACCEPTABLE_MASTERS_INVALID");
  settings.acceptable_masters = {Master("001b21fffe030405", 256)};
  EXPECT_EQ(ReasonOf(settings), "ACCEPTABLE_MASTERS_INVALID");
  settings.acceptable_masters.assign(kMaxAcceptableMasters + 1, Master("001b21fffe030405"));
  EXPECT_EQ(ReasonOf(settings), "ACCEPTABLE_MASTERS_INVALID");
}

TEST(Settings, AcceptableMastersMayBeTiedToAnAddress) {
  Settings settings;
  AcceptableMaster here = Master("001b21fffe030405");
  here.set_address("192.0.2.1");
  AcceptableMaster anyone;
  anyone.set_address("2001:DB8::1");
  settings.acceptable_masters = {Master("001b21fffe030405"), here, anyone};
  EXPECT_EQ(ReasonOf(settings), "");
  EXPECT_EQ(Canonical(settings).acceptable_masters[2].address(), "2001:db8::1");
  settings.acceptable_masters.push_back(here);
  EXPECT_EQ(Check(settings, 0)->message,
            "the acceptable master 001b21fffe030405@192.0.2.1 is named twice");
  here.set_address("224.0.1.129");
  settings.acceptable_masters = {here};
  EXPECT_EQ(Check(settings, 0)->message,
            "the address '224.0.1.129' of an acceptable master is not an IPv4, IPv6 or MAC address "
            "of one clock");
  settings.acceptable_masters = {AcceptableMaster()};
  EXPECT_EQ(ReasonOf(settings), "ACCEPTABLE_MASTERS_INVALID");
}

TEST(Settings, KeysAreInAFileOfAnAbsolutePath) {
  Settings settings;
  settings.authentication.set_association_file("/etc/hostctl/ptp-keys");
  settings.authentication.set_security_parameter_pointer(255);
  EXPECT_EQ(ReasonOf(settings), "");
  settings.authentication.set_security_parameter_pointer(256);
  EXPECT_EQ(ReasonOf(settings), "AUTHENTICATION_INVALID");
  EXPECT_EQ(Check(settings, 0)->field, "authentication.security_parameter_pointer");
  settings.authentication.set_security_parameter_pointer(0);
  for (const char* path : {"keys", "./keys", "/etc/a\nb", "0123456789abcdef"}) {
    settings.authentication.set_association_file(path);
    EXPECT_EQ(ReasonOf(settings), "AUTHENTICATION_INVALID") << path;
    EXPECT_EQ(Check(settings, 0)->field, "authentication.association_file");
  }
}

TEST(Settings, HaveOneForm) {
  Settings settings = Of("");
  settings.values.set_role(v1::CLOCK_ROLE_UNSPECIFIED);
  settings.unicast_masters = {"2001:DB8::1", "nonsense"};
  settings.acceptable_masters = {Master("001B21FFFE030405")};
  Settings wanted;
  wanted.unicast_masters = {"2001:db8::1", "nonsense"};
  wanted.acceptable_masters = {Master("001b21fffe030405")};
  EXPECT_EQ(Canonical(settings), wanted);
  EXPECT_EQ(Canonical(settings).profile, "slaveonly");
  EXPECT_FALSE(Canonical(settings).values.has_role());
}

TEST(Settings, DifferWhereAnyValueDoes) {
  Settings settings;
  settings.values.set_priority1(0);
  EXPECT_FALSE(settings == Settings()) << "0 is not the same as the profile's";
  settings = Settings();
  settings.acceptable_masters = {Master("001b21fffe030405")};
  EXPECT_FALSE(settings == Settings());
  settings = Settings();
  settings.management_allow_set = true;
  EXPECT_FALSE(settings == Settings());
  settings = Settings();
  settings.authentication.set_active_key_id(1);
  EXPECT_FALSE(settings == Settings());
}

}  // namespace
}  // namespace ptpcore::profile
