// hostctl.v1.NtpService over the reconciler and the test of NTP.
#pragma once

#include <utility>

#include "hostctl/v1/ntp.grpc.pb.h"
#include "service/diagnose/ntp/run_ntp_test.h"
#include "service/event/event_sink.h"
#include "service/reconcile/reconciler.h"
#include "service/rpc/test_stream.h"

namespace hostctl::rpc {

class NtpService final : public v1::NtpService::CallbackService {
 public:
  // All must outlive the service. Who changed what is left in `events`. Without a `tester`
  // (null) TestNtp is UNIMPLEMENTED.
  NtpService(reconcile::Reconciler& reconciler, event::Sink events, diagnose::NtpTester* tester)
      : reconciler_(reconciler), events_(std::move(events)), tester_(tester) {}

  grpc::ServerUnaryReactor* GetNtp(grpc::CallbackServerContext* context,
                                   const v1::GetNtpRequest* request, v1::Ntp* response) override;
  grpc::ServerUnaryReactor* UpdateNtp(grpc::CallbackServerContext* context,
                                      const v1::UpdateNtpRequest* request,
                                      v1::UpdateNtpResponse* response) override;
  grpc::ServerUnaryReactor* GetNtpConfiguration(grpc::CallbackServerContext* context,
                                                const v1::GetNtpConfigurationRequest* request,
                                                v1::NtpConfiguration* response) override;
  grpc::ServerUnaryReactor* GetNtpStats(grpc::CallbackServerContext* context,
                                        const v1::GetNtpStatsRequest* request,
                                        v1::NtpStats* response) override;
  grpc::ServerWriteReactor<v1::TestProgress>* TestNtp(grpc::CallbackServerContext* context,
                                                      const v1::TestNtpRequest* request) override;

  // Ends every test, and each that comes later; before the server shuts down.
  void EndTests() { tests_.EndAll(); }

 private:
  reconcile::Reconciler& reconciler_;
  const event::Sink events_;
  diagnose::NtpTester* const tester_;
  TestStreams tests_;
};

}  // namespace hostctl::rpc
