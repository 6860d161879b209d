#include "service/reconcile/protocol_update.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ProtocolUpdate Profile(const std::string& name) {
  ProtocolUpdate update;
  update.profile = name;
  return update;
}

ProtocolUpdate Value(const std::string& name, std::optional<int64_t> value) {
  ProtocolUpdate update;
  update.some_values[name] = value;
  return update;
}

class ProtocolUpdateTest : public ::testing::Test {
 protected:
  absl::Status Take(const ProtocolUpdate& update, bool names_domain = false) {
    return TakeProtocol(update, names_domain, ptp_);
  }

  store::PtpSettings ptp_;
};

TEST_F(ProtocolUpdateTest, AProfileBringsItsDomain) {
  ASSERT_TRUE(Take(Profile("g8275.1")).ok());
  EXPECT_EQ(ptp_.protocol.profile, "g8275.1");
  EXPECT_EQ(ptp_.domain_number, 24);
}

TEST_F(ProtocolUpdateTest, ADomainThatIsNamedStays) {
  ptp_.domain_number = 30;
  ASSERT_TRUE(Take(Profile("g8275.1"), /*names_domain=*/true).ok());
  EXPECT_EQ(ptp_.domain_number, 30);
}

TEST_F(ProtocolUpdateTest, AProfileTakesSingleValuesAway) {
  ASSERT_TRUE(Take(Value("priority1", 7)).ok());
  ASSERT_TRUE(Take(Profile("default-e2e")).ok());
  EXPECT_FALSE(ptp_.protocol.values.has_priority1());
}

TEST_F(ProtocolUpdateTest, AProfileAndAValueAtOnceLeaveThatValueAlone) {
  ptp_.protocol.values.set_priority2(9);
  ProtocolUpdate update = Profile("default-e2e");
  update.some_values["priority1"] = 7;
  ASSERT_TRUE(Take(update).ok());
  EXPECT_EQ(ptp_.protocol.values.priority1(), 7u);
  EXPECT_FALSE(ptp_.protocol.values.has_priority2());
}

TEST_F(ProtocolUpdateTest, AnEmptyNameIsTheDefaultProfile) {
  ptp_.protocol.profile = "default-e2e";
  ASSERT_TRUE(Take(Profile("")).ok());
  EXPECT_EQ(ptp_.protocol.profile, "slaveonly");
}

TEST_F(ProtocolUpdateTest, AValueWithoutOneIsTheProfilesAgain) {
  ASSERT_TRUE(Take(Value("priority1", 0)).ok());
  EXPECT_TRUE(ptp_.protocol.values.has_priority1());
  ASSERT_TRUE(Take(Value("priority1", std::nullopt)).ok());
  EXPECT_FALSE(ptp_.protocol.values.has_priority1());
}

TEST_F(ProtocolUpdateTest, AllValuesAnewReplaceThoseBefore) {
  ptp_.protocol.values.set_priority2(9);
  ProtocolUpdate update;
  update.values.emplace().set_priority1(7);
  ASSERT_TRUE(Take(update).ok());
  EXPECT_EQ(ptp_.protocol.values.priority1(), 7u);
  EXPECT_FALSE(ptp_.protocol.values.has_priority2());
}

TEST_F(ProtocolUpdateTest, MastersAndManagementAreTakenOver) {
  ProtocolUpdate update = Value("unicast_negotiation", 1);
  update.unicast_masters = {"192.0.2.1"};
  update.acceptable_masters.emplace().emplace_back().set_identity("001B21FFFE030405");
  update.management_enabled = false;
  update.management_allow_set = true;
  ASSERT_TRUE(Take(update).ok());
  EXPECT_THAT(ptp_.protocol.unicast_masters, ElementsAre("192.0.2.1"));
  EXPECT_EQ(ptp_.protocol.acceptable_masters.front().identity(), "001b21fffe030405");
  EXPECT_FALSE(ptp_.protocol.management_enabled);
  EXPECT_TRUE(ptp_.protocol.management_allow_set);
}

TEST_F(ProtocolUpdateTest, AuthenticationIsTakenOverByPart) {
  ProtocolUpdate update;
  update.authentication.association_file = "/etc/hostctl/ptp-keys";
  update.authentication.security_parameter_pointer = 3;
  update.authentication.allow_unauthenticated = true;
  ASSERT_TRUE(Take(update).ok());
  ProtocolUpdate key;
  key.authentication.active_key_id = 7;
  ASSERT_TRUE(Take(key).ok());
  const auto& authentication = ptp_.protocol.authentication;
  EXPECT_EQ(authentication.association_file(), "/etc/hostctl/ptp-keys");
  EXPECT_EQ(authentication.security_parameter_pointer(), 3U);
  EXPECT_EQ(authentication.active_key_id(), 7U);
  EXPECT_TRUE(authentication.allow_unauthenticated());
}

TEST_F(ProtocolUpdateTest, WhatIsWrongIsNamedWithItsFieldAndWhatToDo) {
  struct Case {
    ProtocolUpdate update;
    const char* reason;
    const char* field;
    const char* remedy;
  };
  ProtocolUpdate hybrid = Profile("default-p2p");
  hybrid.some_values["hybrid_e2e"] = 1;
  ProtocolUpdate masters;
  masters.unicast_masters = {"192.0.2.1"};
  ProtocolUpdate acceptable;
  acceptable.acceptable_masters.emplace().emplace_back().set_identity("gm");
  ProtocolUpdate keys;
  keys.authentication.association_file = "keys";
  for (const Case& wrong : std::vector<Case>{
           {keys, "AUTHENTICATION_INVALID", "config.authentication.association_file",
            "hostctl system ptp set --authentication-file /etc/hostctl/ptp-keys "
            "--authentication-spp 0, or --authentication-file '' for none"},
           {Profile("telecom"), "PROFILE_UNKNOWN", "config.profile",
            "hostctl system ptp profile list"},
           {Value("priority1", 256), "PROTOCOL_VALUE_OUT_OF_RANGE", "config.protocol.priority1",
            "hostctl system ptp set --help"},
           {hybrid, "PROTOCOL_CONTRADICTION", "config.protocol.hybrid_e2e",
            "hostctl system ptp profile get --profile default-p2p"},
           {masters, "UNICAST_MASTERS_INVALID", "config.unicast_masters",
            "hostctl system ptp set --unicast-negotiation true --unicast-master ADDRESS, or "
            "--unicast-master '' for none"},
           {acceptable, "ACCEPTABLE_MASTERS_INVALID", "config.acceptable_masters",
            "hostctl system ptp set --acceptable-master IDENTITY, see hostctl system ptp master "
            "list"}}) {
    ptp_ = store::PtpSettings();
    const absl::Status status = Take(wrong.update);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(DetailOf(status).reason, wrong.reason);
    EXPECT_EQ(DetailOf(status).field, wrong.field);
    EXPECT_EQ(DetailOf(status).remedy, wrong.remedy);
  }
}

TEST_F(ProtocolUpdateTest, ADomainThatTheProfileDoesNotHaveIsRefused) {
  ptp_.domain_number = 5;
  const absl::Status status = Take(Profile("g8275.1"), /*names_domain=*/true);
  EXPECT_EQ(DetailOf(status).reason, "DOMAIN_NOT_OF_PROFILE");
  EXPECT_EQ(DetailOf(status).field, "config.domain_number");
  EXPECT_EQ(DetailOf(status).remedy, "hostctl system ptp set --profile g8275.1 --domain 24");
}

TEST(ProtocolChanges, TellWhereAValueComesFrom) {
  ptpcore::profile::Settings before;
  before.values.set_priority2(9);
  ptpcore::profile::Settings after;
  after.profile = "default-e2e";
  after.values.set_priority1(128);
  EXPECT_THAT(ProtocolChanges(before, after),
              ElementsAre(Change{"ptp.profile", "slaveonly", "default-e2e"},
                          Change{"ptp.protocol.role", "client (profile)", "auto (profile)"},
                          Change{"ptp.protocol.priority1", "128 (profile)", "128"},
                          Change{"ptp.protocol.priority2", "9", "128 (profile)"}));
}

TEST(ProtocolChanges, TellMastersAndManagement) {
  ptpcore::profile::Settings after;
  after.unicast_masters = {"192.0.2.1", "192.0.2.2"};
  after.acceptable_masters.emplace_back().set_identity("001b21fffe030405");
  after.acceptable_masters.emplace_back().set_identity("001b21fffe030406");
  after.acceptable_masters.back().set_alternate_priority1(10);
  after.acceptable_masters.back().set_address("192.0.2.1");
  after.authentication.set_association_file("/etc/hostctl/ptp-keys");
  after.authentication.set_security_parameter_pointer(3);
  after.authentication.set_active_key_id(7);
  after.authentication.set_allow_unauthenticated(true);
  after.management_enabled = false;
  after.management_allow_set = true;
  EXPECT_THAT(
      ProtocolChanges({}, after),
      ElementsAre(
          Change{"ptp.unicast_masters", "", "192.0.2.1, 192.0.2.2"},
          Change{"ptp.acceptable_masters", "", "001b21fffe030405, 001b21fffe030406@192.0.2.1=10"},
          Change{"ptp.management.enabled", "true", "false"},
          Change{"ptp.management.allow_set", "false", "true"},
          Change{"ptp.authentication.association_file", "", "/etc/hostctl/ptp-keys"},
          Change{"ptp.authentication.security_parameter_pointer", "0", "3"},
          Change{"ptp.authentication.active_key_id", "0", "7"},
          Change{"ptp.authentication.allow_unauthenticated", "false", "true"}));
  EXPECT_THAT(ProtocolChanges(after, after), IsEmpty());
  EXPECT_NE(FingerprintText(after), FingerprintText({}));
}

}  // namespace
}  // namespace hostctl::reconcile
