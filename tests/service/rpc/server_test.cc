// The services as a client sees them.
#include "service/rpc/server.h"

#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/sync_stream.h>

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class ServerTest : public ServedHost {
 protected:
  void ExpectError(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const std::string& field = "") {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_NE(status.error_message(), "");
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.domain, "hostctl");
    EXPECT_EQ(details.reason, reason);
    EXPECT_EQ(details.field, field);
  }

  v1::Ptp GetPtp() {
    v1::Ptp ptp;
    const grpc::Status status =
        Call(*ptp_, &v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return ptp;
  }
};

TEST_F(ServerTest, EnableThenGetShowsItRunning) {
  host_.engine.stats.set_port_state(v1::PORT_STATE_SLAVE);
  host_.engine.stats.set_state_reason("locked to 192.0.2.1");
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  const v1::Ptp ptp = GetPtp();
  EXPECT_TRUE(ptp.config().enabled());
  EXPECT_EQ(ptp.config().interface(), "vmk0");
  EXPECT_EQ(ptp.config().step_policy(), v1::STEP_POLICY_FIRST_LOCK);
  EXPECT_EQ(ptp.runtime().service_state(), v1::SERVICE_STATE_RUNNING);
  EXPECT_EQ(ptp.runtime().device(), "eth0");
  EXPECT_EQ(ptp.runtime().port_state(), v1::PORT_STATE_SLAVE);
  EXPECT_EQ(ptp.runtime().state_reason(), "locked to 192.0.2.1");
  EXPECT_TRUE(ptp.runtime().ruleset_enabled());
  EXPECT_EQ(ptp.etag(), updated_.ptp().etag());
}

TEST_F(ServerTest, EachErrorOfUpdatePtpHasItsCodeReasonAndField) {
  using grpc::StatusCode;
  v1::UpdatePtpRequest request = Enable("vmk0");
  request.mutable_update_mask()->add_paths("colour");
  ExpectError(Update(request), StatusCode::INVALID_ARGUMENT, "FIELD_MASK_INVALID", "update_mask");

  request = Enable("vmk0");
  request.mutable_config()->set_domain_number(256);
  request.mutable_update_mask()->add_paths("domain_number");
  ExpectError(Update(request), StatusCode::INVALID_ARGUMENT, "DOMAIN_OUT_OF_RANGE",
              "config.domain_number");

  ExpectError(Update(Enable("")), StatusCode::INVALID_ARGUMENT, "INTERFACE_REQUIRED",
              "config.interface");
  ExpectError(Update(Enable("lo")), StatusCode::INVALID_ARGUMENT, "INTERFACE_IS_LOOPBACK",
              "config.interface");
  ExpectError(Update(Enable("vmk7")), StatusCode::NOT_FOUND, "INTERFACE_NOT_FOUND",
              "config.interface");

  request = Enable("vmk0");
  request.mutable_config()->set_step_policy(static_cast<v1::StepPolicy>(9));
  request.mutable_update_mask()->add_paths("step_policy");
  ExpectError(Update(request), StatusCode::INVALID_ARGUMENT, "STEP_POLICY_INVALID",
              "config.step_policy");

  request = Enable("vmk0");
  request.set_etag("0123456789abcdef");
  ExpectError(Update(request), StatusCode::ABORTED, "ETAG_MISMATCH", "etag");

  host_.engine.next_start = absl::NotFoundError("cannot start ptpd");
  ExpectError(Update(Enable("vmk0")), StatusCode::FAILED_PRECONDITION, "ENGINE_START_FAILED");

  host_.clock_adjustable = false;
  ExpectError(Update(Enable("vmk0")), StatusCode::FAILED_PRECONDITION, "CLOCK_NOT_ADJUSTABLE",
              "config.read_only");
  host_.clock_adjustable = true;

  host_.firewall.FailNextApply(absl::PermissionDeniedError("Operation not permitted"));
  ExpectError(Update(Enable("vmk0")), StatusCode::PERMISSION_DENIED, "FIREWALL_NOT_PERMITTED");
  host_.firewall.FailNextApply(absl::InternalError("netlink: No buffer space available"));
  ExpectError(Update(Enable("vmk0")), StatusCode::INTERNAL, "FIREWALL_FAILED");

  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  ExpectError(Update(Enable("vmk0")), StatusCode::INTERNAL, "STATE_NOT_STORED");

  EXPECT_FALSE(GetPtp().config().enabled()) << "none of them left a trace";
  EXPECT_EQ(host_.engine.pid(), 0);
}

TEST_F(ServerTest, TheEtagOfAReadAllowsExactlyOneOfTwoWriters) {
  v1::UpdatePtpRequest first = Enable("vmk0");
  first.set_etag(GetPtp().etag());
  v1::UpdatePtpRequest second = Enable("vmk1");
  second.set_etag(first.etag());
  EXPECT_TRUE(Update(first).ok());
  ExpectError(Update(second), grpc::StatusCode::ABORTED, "ETAG_MISMATCH", "etag");
  EXPECT_EQ(GetPtp().config().interface(), "vmk0");
}

TEST_F(ServerTest, ADryRunAnswersWithTheChangesAndMakesNone) {
  v1::UpdatePtpRequest request = Enable("vmk0");
  request.set_validate_only(true);
  ASSERT_TRUE(Update(request).ok());
  std::set<std::string> subjects;
  for (const v1::Change& change : updated_.changes()) subjects.insert(change.subject());
  EXPECT_THAT(subjects, ElementsAre("firewall.ruleset.ptpd.enabled", "ptp.enabled", "ptp.interface",
                                    "service.ptpd"));
  EXPECT_TRUE(updated_.ptp().config().enabled());
  EXPECT_FALSE(GetPtp().config().enabled());
  EXPECT_EQ(host_.engine.start_attempts, 0);
}

TEST_F(ServerTest, StatsCarryTheHostsNameOrTheReasonWhyThereAreNone) {
  v1::PtpStats stats;
  const auto get = [&] {
    return Call(*ptp_, &v1::PtpService::Stub::GetPtpStats, v1::GetPtpStatsRequest(), &stats);
  };
  ExpectError(get(), grpc::StatusCode::FAILED_PRECONDITION, "PTP_DISABLED");
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  host_.engine.stats.set_domain_number(24);
  host_.engine.stats.mutable_kernel_time()->set_seconds(1623949795);
  ASSERT_TRUE(get().ok());
  EXPECT_EQ(stats.domain_number(), 24u);
  EXPECT_EQ(stats.kernel_time().seconds(), 1623949795);
  EXPECT_NE(stats.host_name(), "");
  host_.engine.stats_status = absl::DeadlineExceededError("timed out");
  ExpectError(get(), grpc::StatusCode::UNAVAILABLE, "ENGINE_NOT_RUNNING");
}

TEST_F(ServerTest, ConditionsComeWithTheirRemedies) {
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices[1].ipv4.clear(); });
  ASSERT_TRUE(Update(Enable("eth0")).ok());
  const v1::Ptp ptp = GetPtp();
  ASSERT_EQ(ptp.runtime().conditions_size(), 1);
  EXPECT_EQ(ptp.runtime().conditions(0).code(), "INTERFACE_NO_ADDRESS");
  EXPECT_THAT(ptp.runtime().conditions(0).remedy(), HasSubstr("ip address add"));
}

TEST_F(ServerTest, TheFirewallAndTheInterfacesAreReported) {
  v1::Firewall firewall;
  ASSERT_TRUE(
      Call(*firewall_, &v1::FirewallService::Stub::GetFirewall, v1::GetFirewallRequest(), &firewall)
          .ok());
  EXPECT_EQ(firewall.default_action(), v1::DEFAULT_ACTION_PASS);
  EXPECT_TRUE(firewall.enabled());
  EXPECT_TRUE(firewall.loaded());
  EXPECT_EQ(firewall.backend(), "memory");
  v1::ListInterfacesResponse interfaces;
  ASSERT_TRUE(Call(*interfaces_, &v1::InterfaceService::Stub::ListInterfaces,
                   v1::ListInterfacesRequest(), &interfaces)
                  .ok());
  ASSERT_EQ(interfaces.interfaces_size(), 2);
  EXPECT_EQ(interfaces.interfaces(0).name(), "vmk0");
  EXPECT_EQ(interfaces.interfaces(0).device(), "eth0");
  EXPECT_EQ(interfaces.interfaces(0).ipv4_addresses(0).address(), "192.0.2.10");
  EXPECT_EQ(interfaces.interfaces(0).ipv4_addresses(0).prefix_length(), 24u);
  EXPECT_EQ(interfaces.interfaces(1).name(), "vmk1");
}

// Calls a method by name with bytes: health and reflection have no generated stubs here.
TEST_F(ServerTest, HealthSaysServing) {
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::Slice empty("", 0);  // the whole server
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel_.get(), method, &context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  grpc::Slice slice;
  ASSERT_TRUE(response.TrySingleSlice(&slice).ok());
  EXPECT_EQ(std::string(slice.begin(), slice.end()), std::string("\x08\x01", 2)) << "SERVING = 1";
}

TEST_F(ServerTest, ReflectionNamesTheServices) {
  const grpc::internal::RpcMethod method(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      grpc::internal::RpcMethod::BIDI_STREAMING);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  using Stream = grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;
  std::unique_ptr<Stream> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel_.get(), method, &context));
  const std::string list_services("\x3a\x01*", 3);  // field 7, list_services
  grpc::Slice slice(list_services);
  ASSERT_TRUE(stream->Write(grpc::ByteBuffer(&slice, 1)));
  grpc::ByteBuffer response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_TRUE(response.DumpToSingleSlice(&slice).ok());
  const std::string text(slice.begin(), slice.end());
  for (const char* name : {"hostctl.v1.PtpService", "hostctl.v1.FirewallService",
                           "hostctl.v1.InterfaceService", "grpc.health.v1.Health"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace hostctl::rpc
