#include <grpcpp/support/status.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Stub = v1::HostServiceService::Stub;

class HostServiceTest : public ServedHost {
 protected:
  v1::ListServicesResponse List(const std::string& key = "") {
    v1::ListServicesRequest request;
    request.set_key(key);
    v1::ListServicesResponse response;
    const grpc::Status status = Call(*services_, &Stub::ListServices, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status Start(const std::string& key, bool validate_only = false) {
    v1::StartServiceRequest request;
    request.set_key(key);
    request.set_validate_only(validate_only);
    return Call(*services_, &Stub::StartService, request, &started_);
  }

  static void ExpectError(const grpc::Status& status, grpc::StatusCode code,
                          const std::string& reason, const std::string& field = "") {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, reason);
    EXPECT_EQ(details.field, field);
  }

  v1::StartServiceResponse started_;
};

TEST_F(HostServiceTest, ListsBothWithEverythingThatIsKnown) {
  host_.services.chronyd.last_exit = "ended with exit code 1";
  host_.services.chronyd.restarts = 3;
  host_.services.chronyd.log = {"one", "two"};
  ASSERT_TRUE(Start("chronyd").ok());
  const v1::ListServicesResponse listed = List();
  ASSERT_EQ(listed.services_size(), 2);
  const v1::HostService& chronyd = listed.services(0);
  EXPECT_EQ(chronyd.key(), "chronyd");
  EXPECT_EQ(chronyd.label(), "NTP Daemon");
  EXPECT_TRUE(chronyd.running());
  EXPECT_EQ(chronyd.state(), v1::SERVICE_STATE_RUNNING);
  EXPECT_EQ(chronyd.policy(), v1::SERVICE_POLICY_OFF);
  EXPECT_FALSE(chronyd.required());
  EXPECT_EQ(chronyd.ruleset(), "ntpClient");
  EXPECT_EQ(chronyd.pid(), 501u);
  EXPECT_EQ(chronyd.since().seconds(), 1800000000);
  EXPECT_EQ(chronyd.last_exit(), "ended with exit code 1");
  EXPECT_EQ(chronyd.restarts(), 3u);
  EXPECT_EQ(chronyd.reason(), "");
  EXPECT_TRUE(chronyd.installed());
  EXPECT_EQ(chronyd.manager(), "fake");
  EXPECT_THAT(chronyd.recent_log(), ElementsAre("one", "two"));
  const v1::HostService& ptpd = listed.services(1);
  EXPECT_EQ(ptpd.key(), "ptpd");
  EXPECT_FALSE(ptpd.running());
  EXPECT_FALSE(ptpd.has_since());
  EXPECT_EQ(ptpd.policy(), v1::SERVICE_POLICY_ON);
  EXPECT_EQ(ptpd.ruleset(), "ptpd");
  EXPECT_EQ(ptpd.reason(), "PTP is not enabled");
}

TEST_F(HostServiceTest, ListsOneServiceByItsKey) {
  const v1::ListServicesResponse listed = List("ptpd");
  ASSERT_EQ(listed.services_size(), 1);
  EXPECT_EQ(listed.services(0).key(), "ptpd");
}

TEST_F(HostServiceTest, StopStartAndRestartAnswerWithWhatChanged) {
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  v1::StopServiceRequest stop;
  stop.set_key("ptpd");
  v1::StopServiceResponse stopped;
  ASSERT_TRUE(Call(*services_, &Stub::StopService, stop, &stopped).ok());
  EXPECT_FALSE(stopped.service().running());
  ASSERT_EQ(stopped.changes_size(), 2);
  EXPECT_EQ(stopped.changes(0).subject(), "firewall.ruleset.ptpd.enabled");
  EXPECT_EQ(stopped.changes(1).subject(), "service.ptpd");
  EXPECT_EQ(stopped.changes(1).after(), "stopped");

  ASSERT_TRUE(Start("ptpd").ok());
  EXPECT_TRUE(started_.service().running());
  EXPECT_EQ(started_.changes_size(), 2);
  ASSERT_TRUE(Start("ptpd").ok());
  EXPECT_EQ(started_.changes_size(), 0) << "it runs already";

  v1::RestartServiceRequest restart;
  restart.set_key("ptpd");
  v1::RestartServiceResponse restarted;
  ASSERT_TRUE(Call(*services_, &Stub::RestartService, restart, &restarted).ok());
  ASSERT_EQ(restarted.changes_size(), 1);
  EXPECT_EQ(restarted.changes(0).after(), "restarted");
  EXPECT_EQ(host_.engine.starts, 3);
}

TEST_F(HostServiceTest, APolicyIsSetAndADryRunSetsNone) {
  v1::UpdateServiceRequest request;
  request.mutable_service()->set_key("chronyd");
  request.mutable_service()->set_policy(v1::SERVICE_POLICY_ON);
  request.set_validate_only(true);
  v1::UpdateServiceResponse updated;
  ASSERT_TRUE(Call(*services_, &Stub::UpdateService, request, &updated).ok());
  EXPECT_EQ(updated.changes_size(), 2);
  EXPECT_EQ(List("chronyd").services(0).policy(), v1::SERVICE_POLICY_OFF);
  request.set_validate_only(false);
  request.mutable_update_mask()->add_paths("policy");
  ASSERT_TRUE(Call(*services_, &Stub::UpdateService, request, &updated).ok());
  EXPECT_EQ(List("chronyd").services(0).policy(), v1::SERVICE_POLICY_ON);
  EXPECT_TRUE(List("chronyd").services(0).running());
}

TEST_F(HostServiceTest, EachErrorHasItsReason) {
  using grpc::StatusCode;
  ExpectError(Start("ntpd"), StatusCode::NOT_FOUND, "SERVICE_NOT_FOUND", "key");
  ExpectError(Start(""), StatusCode::NOT_FOUND, "SERVICE_NOT_FOUND", "key");
  ExpectError(Start("ptpd"), StatusCode::FAILED_PRECONDITION, "PTP_DISABLED");
  host_.services.next_start = absl::UnavailableError("it ended, saying: no configuration");
  const grpc::Status failed = Start("chronyd");
  ExpectError(failed, StatusCode::FAILED_PRECONDITION, "SERVICE_START_FAILED");
  EXPECT_THAT(failed.error_message(), HasSubstr("no configuration"));
  host_.services.next_start = absl::PermissionDeniedError("not allowed");
  ExpectError(Start("chronyd"), StatusCode::PERMISSION_DENIED, "SERVICE_START_FAILED");
  host_.services.chronyd.installed = false;
  ExpectError(Start("chronyd"), StatusCode::FAILED_PRECONDITION, "SERVICE_NOT_INSTALLED");
  host_.services.chronyd.installed = true;
  host_.services.chronyd.steers_clock = true;
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  ExpectError(Start("chronyd"), StatusCode::FAILED_PRECONDITION, "CLOCK_HAS_OWNER");

  v1::ListServicesRequest list;
  list.set_key("ntpd");
  v1::ListServicesResponse listed;
  ExpectError(Call(*services_, &Stub::ListServices, list, &listed), StatusCode::NOT_FOUND,
              "SERVICE_NOT_FOUND", "key");
  v1::UpdateServiceRequest update;
  update.mutable_service()->set_key("ptpd");
  v1::UpdateServiceResponse updated;
  ExpectError(Call(*services_, &Stub::UpdateService, update, &updated),
              StatusCode::INVALID_ARGUMENT, "SERVICE_POLICY_INVALID", "service.policy");
  update.mutable_update_mask()->add_paths("label");
  ExpectError(Call(*services_, &Stub::UpdateService, update, &updated),
              StatusCode::INVALID_ARGUMENT, "FIELD_MASK_INVALID", "update_mask");
}

TEST_F(HostServiceTest, AServiceThatDoesNotStopIsSaid) {
  ASSERT_TRUE(Start("chronyd").ok());
  host_.services.next_stop = absl::DeadlineExceededError("process 501 cannot be ended");
  v1::StopServiceRequest stop;
  stop.set_key("chronyd");
  v1::StopServiceResponse stopped;
  ExpectError(Call(*services_, &Stub::StopService, stop, &stopped),
              grpc::StatusCode::FAILED_PRECONDITION, "SERVICE_STOP_FAILED");
  EXPECT_TRUE(List("chronyd").services(0).running());
}

}  // namespace
}  // namespace hostctl::rpc
