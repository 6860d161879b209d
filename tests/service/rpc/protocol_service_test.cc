// How PTP speaks, over a real socket: profiles, single values, ports and masters.
#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

class ProtocolService : public ServedHost {
 protected:
  static v1::UpdatePtpRequest Profile(const std::string& name) {
    v1::UpdatePtpRequest request;
    request.mutable_config()->set_profile(name);
    request.mutable_update_mask()->add_paths("profile");
    return request;
  }

  std::vector<std::string> Changes() const {
    std::vector<std::string> changes;
    for (const v1::Change& change : updated_.changes()) {
      changes.push_back(change.subject() + ": " + change.before() + " -> " + change.after());
    }
    return changes;
  }
};

TEST_F(ProtocolService, ListsTheProfilesWithEveryValue) {
  v1::ListPtpProfilesResponse answer;
  ASSERT_TRUE(
      Call(*ptp_, &v1::PtpService::Stub::ListPtpProfiles, v1::ListPtpProfilesRequest(), &answer)
          .ok());
  ASSERT_THAT(answer.profiles(), SizeIs(10));
  EXPECT_EQ(answer.profiles(3).name(), "g8275.1");
  EXPECT_EQ(answer.profiles(3).domain_number(), 24u);
  EXPECT_EQ(answer.profiles(3).protocol().log_sync_interval(), -4);
  std::vector<const google::protobuf::FieldDescriptor*> set;
  const v1::PtpProtocol& protocol = answer.profiles(0).protocol();
  protocol.GetReflection()->ListFields(protocol, &set);
  EXPECT_EQ(static_cast<int>(set.size()), v1::PtpProtocol::descriptor()->field_count());
}

TEST_F(ProtocolService, SettingAProfileTellsWhatItComesTo) {
  ASSERT_TRUE(Update(Profile("g8275.1")).ok());
  const v1::Ptp& ptp = updated_.ptp();
  EXPECT_EQ(ptp.config().profile(), "g8275.1");
  EXPECT_EQ(ptp.config().domain_number(), 24u);
  EXPECT_FALSE(ptp.config().protocol().has_network_protocol()) << "only what was set by hand";
  EXPECT_EQ(ptp.effective_protocol().network_protocol(), v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_THAT(Changes(), Contains("ptp.domain_number: 0 -> 24"));
  EXPECT_THAT(Changes(),
              Contains("ptp.protocol.network_protocol: udp4 (profile) -> ethernet (profile)"));
}

TEST_F(ProtocolService, ASingleValueIsSetAndTakenBackByItsPath) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->mutable_protocol()->set_priority1(0);
  request.mutable_update_mask()->add_paths("protocol.priority1");
  ASSERT_TRUE(Update(request).ok());
  EXPECT_THAT(Changes(), Contains("ptp.protocol.priority1: 128 (profile) -> 0"));
  EXPECT_TRUE(updated_.ptp().config().protocol().has_priority1());
  request.mutable_config()->mutable_protocol()->clear_priority1();
  ASSERT_TRUE(Update(request).ok());
  EXPECT_FALSE(updated_.ptp().config().protocol().has_priority1());
}

TEST_F(ProtocolService, ADryRunTellsAndChangesNothing) {
  v1::UpdatePtpRequest request = Profile("default-p2p");
  request.set_validate_only(true);
  ASSERT_TRUE(Update(request).ok());
  EXPECT_THAT(Changes(), Contains("ptp.profile: slaveonly -> default-p2p"));
  v1::Ptp ptp;
  ASSERT_TRUE(Call(*ptp_, &v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp).ok());
  EXPECT_EQ(ptp.config().profile(), "slaveonly");
}

TEST_F(ProtocolService, WhatIsWrongIsAnErrorWithReasonFieldAndRemedy) {
  const grpc::Status status = Update(Profile("telecom"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).reason, "PROFILE_UNKNOWN");
  EXPECT_EQ(DetailsOf(status).field, "config.profile");
  EXPECT_EQ(DetailsOf(status).remedy, "hostctl system ptp profile list");
}

TEST_F(ProtocolService, PortsAndMastersAreThoseOfTheReport) {
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  v1::PtpStats report;
  report.add_ports()->set_interface("vmk0");
  report.add_foreign_master_list()->set_steps_removed(3);
  host_.engine.stats = report;
  v1::ListPtpPortsResponse ports;
  ASSERT_TRUE(
      Call(*ptp_, &v1::PtpService::Stub::ListPtpPorts, v1::ListPtpPortsRequest(), &ports).ok());
  ASSERT_THAT(ports.ports(), SizeIs(1));
  EXPECT_EQ(ports.ports(0).interface(), "vmk0");
  v1::ListPtpMastersResponse masters;
  ASSERT_TRUE(
      Call(*ptp_, &v1::PtpService::Stub::ListPtpMasters, v1::ListPtpMastersRequest(), &masters)
          .ok());
  ASSERT_THAT(masters.masters(), SizeIs(1));
  EXPECT_EQ(masters.masters(0).steps_removed(), 3u);
}

TEST_F(ProtocolService, WithoutPtpThereAreNoPortsAndTheErrorSaysWhy) {
  v1::ListPtpPortsResponse ports;
  const grpc::Status status =
      Call(*ptp_, &v1::PtpService::Stub::ListPtpPorts, v1::ListPtpPortsRequest(), &ports);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(status).reason, "PTP_DISABLED");
}

}  // namespace
}  // namespace hostctl::rpc
