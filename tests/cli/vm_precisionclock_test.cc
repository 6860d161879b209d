#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hostctl/v1/precision_clock.grpc.pb.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Answers what a test sets.
class FakeService final : public v1::PrecisionClockService::Service {
 public:
  grpc::Status CheckPrecisionClock(grpc::ServerContext* /*context*/,
                                   const v1::CheckPrecisionClockRequest* request,
                                   v1::PrecisionClockAnswer* response) override {
    asked = *request;
    *response = answer;
    return status;
  }
  grpc::Status ListPrecisionClocks(grpc::ServerContext* /*context*/,
                                   const v1::ListPrecisionClocksRequest* /*request*/,
                                   v1::ListPrecisionClocksResponse* response) override {
    *response = clocks;
    return status;
  }

  grpc::Status status;
  v1::PrecisionClockAnswer answer;
  v1::ListPrecisionClocksResponse clocks;
  std::optional<v1::CheckPrecisionClockRequest> asked;
};

class VmPrecisionclock : public ::testing::Test {
 protected:
  VmPrecisionclock() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + folder_.path("socket"), grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    v1::PrecisionClockAnswer& answer = service_.answer;
    answer.set_reason(v1::PRECISION_CLOCK_REASON_FALLBACK);
    answer.set_message("Precision clock wants PTP; host esxi-01 provides NTP");
    answer.set_provided(v1::TIME_PROTOCOL_NTP);
    answer.set_health(v1::TIME_HEALTH_FALLBACK);
    answer.set_maximum_error_ns(1.25e6);
    answer.mutable_since()->set_seconds(1795381500);
    answer.set_host_name("esxi-01");
  }
  ~VmPrecisionclock() override { server_->Shutdown(std::chrono::system_clock::now()); }

  CallResult Run(const std::string& line) { return RunHostctl(folder_.path("socket"), line); }

  TemporaryFolder folder_;
  FakeService service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(VmPrecisionclock, CheckSaysWhyNotAndEndsWithFour) {
  const CallResult checked = Run("vm precisionclock check --protocol ptp --max-error 10us");
  EXPECT_EQ(checked.exit_code, kExitNotSynchronized);
  EXPECT_EQ(checked.out,
            "   Compatible: false\n"
            "   Reason: FALLBACK\n"
            "   Message: Precision clock wants PTP; host esxi-01 provides NTP\n"
            "   Provided: ntp\n"
            "   Health: FALLBACK\n"
            "   Maximum Error: +-1.25 ms\n"
            "   Since: 2026-11-22 21:05:00\n"
            "   Host Name: esxi-01\n");
  EXPECT_EQ(checked.err, "");
  EXPECT_EQ(service_.asked->protocol(), v1::TIME_PROTOCOL_PTP);
  EXPECT_EQ(service_.asked->maximum_error().seconds(), 0);
  EXPECT_EQ(service_.asked->maximum_error().nanos(), 10000);
}

TEST_F(VmPrecisionclock, CheckOfAHostThatServesItEndsWithZero) {
  service_.answer.Clear();
  service_.answer.set_compatible(true);
  service_.answer.set_reason(v1::PRECISION_CLOCK_REASON_NONE);
  const CallResult checked = Run("vm precisionclock check --protocol any --max-error 1.5s");
  EXPECT_EQ(checked.exit_code, kExitDone);
  EXPECT_THAT(checked.out, StartsWith("   Compatible: true\n   Reason: NONE\n"));
  EXPECT_THAT(checked.out, HasSubstr("   Maximum Error: unknown\n"));
  EXPECT_EQ(service_.asked->protocol(), v1::TIME_PROTOCOL_ANY);
  EXPECT_EQ(service_.asked->maximum_error().seconds(), 1);
  EXPECT_EQ(service_.asked->maximum_error().nanos(), 500000000);
}

TEST_F(VmPrecisionclock, CheckGivesProgramsEveryField) {
  EXPECT_EQ(Run("--formatter=csv vm precisionclock check --protocol=NTP").out,
            "compatible,reason,message,provided,health,maximum_error_ns,since,host_name\n"
            "false,FALLBACK,Precision clock wants PTP; host esxi-01 provides NTP,NTP,FALLBACK,"
            "1250000,2026-11-22T21:05:00.000000000Z,esxi-01\n");
  EXPECT_EQ(service_.asked->protocol(), v1::TIME_PROTOCOL_NTP);
  EXPECT_FALSE(service_.asked->has_maximum_error());
  EXPECT_EQ(Run("--formatter=keyvalue --fields=message vm precisionclock check -p ntp").out,
            "PrecisionClockAnswer.message.string=Precision clock wants PTP; host esxi-01 provides "
            "NTP\n")
      << "what the libvirt hook reads";
}

TEST_F(VmPrecisionclock, ADemandThatIsNoneIsNotAsked) {
  for (const char* line : {"vm precisionclock check", "vm precisionclock check --protocol gps",
                           "vm precisionclock check --protocol ptp --max-error 10",
                           "vm precisionclock check --protocol ptp --max-error 2h"}) {
    EXPECT_EQ(Run(line).exit_code, kExitUsage) << line;
  }
  EXPECT_FALSE(service_.asked.has_value());
}

TEST_F(VmPrecisionclock, WhatHostdRefusesIsAnError) {
  service_.status = {grpc::StatusCode::INVALID_ARGUMENT, "no"};
  EXPECT_EQ(Run("vm precisionclock check --protocol ptp").exit_code, kExitFailed);
}

TEST_F(VmPrecisionclock, ListShowsWhatGuestsCanReadAndWhyNot) {
  v1::PrecisionClock* kvm = service_.clocks.add_clocks();
  kvm->set_name("kvm-clock");
  kvm->set_description("Counts evenly");
  kvm->set_available(true);
  v1::PrecisionClock* ptp = service_.clocks.add_clocks();
  ptp->set_name("ptp_kvm");
  ptp->set_description("The host's clock");
  ptp->set_available(true);
  ptp->add_serves(v1::TIME_PROTOCOL_PTP);
  ptp->add_serves(v1::TIME_PROTOCOL_ANY);
  const CallResult listed = Run("vm precisionclock list");
  EXPECT_EQ(listed.out,
            "Name       Available  Serves    Description\n"
            "---------  ---------  --------  -----------\n"
            "kvm-clock       true            Counts evenly\n"
            "ptp_kvm         true  ptp, any  The host's clock\n");
  EXPECT_EQ(listed.err, "");
  ptp->set_available(false);
  ptp->set_trouble("there is no /dev/kvm");
  EXPECT_EQ(Run("vm precisionclock list").err, "Note: ptp_kvm: there is no /dev/kvm\n");
  EXPECT_EQ(Run("vm precisionclock list --formatter=csv --fields=name,serves").out,
            "name,serves\nkvm-clock,\nptp_kvm,PTP;ANY\n");
}

}  // namespace
}  // namespace hostctl::cli
