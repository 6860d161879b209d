#include "ptpcore/profile/profiles.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/profile/protocol_field.h"
#include "ptpcore/profile/settings.h"

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;
using ::testing::ElementsAre;

TEST(Profiles, TheDefaultIsWhatRunsWithoutAnySetting) {
  const PtpProtocol protocol = Effective("", {});
  EXPECT_EQ(protocol.role(), v1::CLOCK_ROLE_CLIENT);
  EXPECT_EQ(protocol.network_protocol(), v1::NETWORK_PROTOCOL_UDP_IPV4);
  EXPECT_EQ(protocol.delay_mechanism(), v1::DELAY_MECHANISM_E2E);
  EXPECT_EQ(protocol.announce_receipt_timeout(), 3u);
  EXPECT_EQ(protocol.time_to_live(), 1u);
  EXPECT_FALSE(protocol.unicast_negotiation());
  EXPECT_EQ(FindProfile("")->name(), "slaveonly");
  EXPECT_EQ(FindProfile("")->domain_number(), 0u);
}

TEST(Profiles, AreThese) {
  std::vector<std::string> names;
  for (const PtpProfile& profile : Profiles()) names.push_back(profile.name());
  EXPECT_THAT(names, ElementsAre("slaveonly", "default-e2e", "default-p2p", "g8275.1", "g8275.2",
                                 "g8265.1", "gptp", "smpte-2059-2", "aes67", "c37.238"));
}

TEST(Profiles, EachSetsEveryValueWithinItsRangeAndContradictsNothing) {
  for (const PtpProfile& profile : Profiles()) {
    for (const ProtocolField& field : ProtocolFields()) {
      EXPECT_TRUE(field.has(profile.protocol())) << profile.name() << " " << field.name;
    }
    Settings settings;
    settings.profile = profile.name();
    settings.values = profile.protocol();
    for (const uint32_t domain : {profile.domain_number(), profile.domain_number_minimum(),
                                  profile.domain_number_maximum()}) {
      const auto problem = Check(settings, domain);
      EXPECT_FALSE(problem.has_value()) << profile.name() << ": " << problem->message;
    }
    EXPECT_FALSE(profile.description().empty());
    EXPECT_THAT(profile.profile_identifier(),
                ::testing::MatchesRegex("([0-9a-f][0-9a-f]-){5}[0-9a-f][0-9a-f]"));
  }
}

TEST(Profiles, TelecomPhaseWithFullSupportIsEthernetWithTheAlternateAlgorithm) {
  const PtpProfile& profile = *FindProfile("g8275.1");
  EXPECT_EQ(profile.domain_number(), 24u);
  EXPECT_EQ(profile.domain_number_maximum(), 43u);
  EXPECT_EQ(profile.protocol().network_protocol(), v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_EQ(profile.protocol().best_master_algorithm(), v1::BEST_MASTER_ALGORITHM_G8275);
  EXPECT_EQ(profile.protocol().log_announce_interval(), -3);
  EXPECT_EQ(profile.protocol().log_sync_interval(), -4);
  EXPECT_EQ(profile.protocol().log_min_delay_req_interval(), -4);
}

TEST(Profiles, TheOtherTelecomProfilesNegotiateUnicast) {
  for (const char* name : {"g8275.2", "g8265.1"}) {
    EXPECT_TRUE(FindProfile(name)->protocol().unicast_negotiation()) << name;
    EXPECT_EQ(FindProfile(name)->protocol().network_protocol(), v1::NETWORK_PROTOCOL_UDP_IPV4);
  }
  EXPECT_EQ(FindProfile("g8275.2")->domain_number(), 44u);
  EXPECT_EQ(FindProfile("g8265.1")->domain_number(), 4u);
}

TEST(Profiles, GeneralizedPtpHasItsOwnSdo) {
  const PtpProtocol& protocol = FindProfile("gptp")->protocol();
  EXPECT_TRUE(protocol.gptp());
  EXPECT_EQ(protocol.sdo_id(), 0x100u);
  EXPECT_EQ(protocol.delay_mechanism(), v1::DELAY_MECHANISM_P2P);
  EXPECT_EQ(protocol.priority1(), 248u);
  EXPECT_EQ(protocol.log_sync_interval(), -3);
  EXPECT_TRUE(protocol.path_trace());
}

TEST(Profiles, MediaAndPowerHaveTheirDomainsAndRates) {
  const PtpProfile& smpte = *FindProfile("smpte-2059-2");
  EXPECT_EQ(smpte.domain_number(), 127u);
  EXPECT_EQ(smpte.protocol().log_announce_interval(), -2);
  EXPECT_EQ(smpte.protocol().log_sync_interval(), -3);
  const PtpProfile& aes = *FindProfile("aes67");
  EXPECT_EQ(aes.domain_number(), 0u);
  EXPECT_EQ(aes.protocol().log_announce_interval(), 1);
  EXPECT_EQ(aes.protocol().log_sync_interval(), -3);
  EXPECT_EQ(aes.protocol().dscp_event(), 46u);
  const PtpProfile& power = *FindProfile("c37.238");
  EXPECT_EQ(power.domain_number(), 254u);
  EXPECT_EQ(power.protocol().network_protocol(), v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_EQ(power.protocol().delay_mechanism(), v1::DELAY_MECHANISM_P2P);
  EXPECT_EQ(power.protocol().log_announce_interval(), 0);
}

TEST(Profiles, OnlyProfilesWhoseEndStationsMayBeMasterLetThisOneBecomeIt) {
  std::set<std::string> automatic;
  for (const PtpProfile& profile : Profiles()) {
    if (profile.protocol().role() == v1::CLOCK_ROLE_AUTO) automatic.insert(profile.name());
  }
  EXPECT_THAT(automatic, ElementsAre("default-e2e", "default-p2p", "gptp"));
}

TEST(Profiles, SingleValuesGoOnTop) {
  PtpProtocol overrides;
  overrides.set_priority2(7);
  overrides.set_path_trace(false);
  const PtpProtocol protocol = Effective("gptp", overrides);
  EXPECT_EQ(protocol.priority2(), 7u);
  EXPECT_FALSE(protocol.path_trace()) << "a value that is its type's zero counts too";
  EXPECT_EQ(protocol.priority1(), 248u);
}

TEST(Profiles, ANameThatIsNotKnownIsNoProfile) {
  for (const char* name : {"g8275", "G8275.1", " gptp"}) {
    EXPECT_EQ(FindProfile(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace ptpcore::profile
