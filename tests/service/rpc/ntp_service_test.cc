// hostctl.v1.NtpService over a socket.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::NtpService::Stub;

class NtpServiceTest : public ServedHost {
 protected:
  grpc::Status Set(const v1::UpdateNtpRequest& request) {
    return Call(*ntp_, &Stub::UpdateNtp, request, &response_);
  }
  v1::Ntp Get() {
    v1::Ntp ntp;
    EXPECT_TRUE(Call(*ntp_, &Stub::GetNtp, v1::GetNtpRequest(), &ntp).ok());
    return ntp;
  }
  static v1::UpdateNtpRequest On() {
    v1::UpdateNtpRequest request;
    request.mutable_config()->set_enabled(true);
    v1::NtpServer& server = *request.mutable_config()->add_servers();
    server.set_address("ntp.example.org");
    server.set_pool(true);
    server.set_min_poll(0);
    request.mutable_update_mask()->add_paths("enabled");
    request.mutable_update_mask()->add_paths("servers");
    return request;
  }

  v1::UpdateNtpResponse response_;
};

TEST_F(NtpServiceTest, SetsAndShowsWhatWasSet) {
  EXPECT_FALSE(Get().config().enabled());
  EXPECT_EQ(Get().config().log_level(), "info");
  ASSERT_TRUE(Set(On()).ok());
  const v1::Ntp ntp = Get();
  EXPECT_TRUE(ntp.config().enabled());
  ASSERT_EQ(ntp.config().servers_size(), 1);
  EXPECT_EQ(ntp.config().servers(0).address(), "ntp.example.org");
  EXPECT_TRUE(ntp.config().servers(0).pool());
  EXPECT_EQ(ntp.config().servers(0).min_poll(), 0);
  EXPECT_FALSE(ntp.config().servers(0).has_max_poll());
  EXPECT_EQ(ntp.runtime().service_state(), v1::SERVICE_STATE_RUNNING);
  EXPECT_EQ(ntp.runtime().pid(), 501u);
  EXPECT_TRUE(ntp.runtime().ruleset_enabled());
  EXPECT_TRUE(ntp.runtime().in_control());
  EXPECT_EQ(ntp.etag(), response_.ntp().etag());
  EXPECT_GE(response_.changes_size(), 3) << "settings, ruleset, service";
}

TEST_F(NtpServiceTest, AMaskNamesWhatIsSet) {
  v1::UpdateNtpRequest request = On();
  request.mutable_config()->set_log_level("error");
  ASSERT_TRUE(Set(request).ok());
  EXPECT_EQ(Get().config().log_level(), "info") << "it was not named";
  request.mutable_update_mask()->add_paths("speed");
  EXPECT_EQ(DetailsOf(Set(request)).reason, "FIELD_MASK_INVALID");
}

TEST_F(NtpServiceTest, WhatIsWrongIsAnsweredWithReasonAndField) {
  v1::UpdateNtpRequest request = On();
  request.mutable_config()->mutable_servers(0)->set_port(70000);
  EXPECT_EQ(DetailsOf(Set(request)).reason, "NTP_SERVER_INVALID");
  request = On();
  request.set_etag("0");
  const grpc::Status stale = Set(request);
  EXPECT_EQ(stale.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(DetailsOf(stale).reason, "ETAG_MISMATCH");
  EXPECT_FALSE(Get().config().enabled());
}

TEST_F(NtpServiceTest, TheConfigurationIsShownAsChronydGetsIt) {
  ASSERT_TRUE(Set(On()).ok());
  v1::NtpConfiguration configuration;
  ASSERT_TRUE(
      Call(*ntp_, &Stub::GetNtpConfiguration, v1::GetNtpConfigurationRequest(), &configuration)
          .ok());
  EXPECT_EQ(configuration.path(), "/run/chrony.conf");
  EXPECT_THAT(configuration.lines(), Contains("pool ntp.example.org iburst minpoll 0"));
}

TEST_F(NtpServiceTest, StatsAreThoseOfChronyd) {
  v1::NtpStats stats;
  const grpc::Status off = Call(*ntp_, &Stub::GetNtpStats, v1::GetNtpStatsRequest(), &stats);
  EXPECT_EQ(off.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(off).reason, "NTP_DISABLED");
  ASSERT_TRUE(Set(On()).ok());
  host_.chrony.stats->set_reference("192.0.2.1");
  ASSERT_TRUE(Call(*ntp_, &Stub::GetNtpStats, v1::GetNtpStatsRequest(), &stats).ok());
  EXPECT_EQ(stats.reference(), "192.0.2.1");
}

}  // namespace
}  // namespace hostctl::rpc
