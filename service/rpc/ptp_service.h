// hostctl.v1.PtpService over the reconciler and the history.
#pragma once

#include <string>

#include "hostctl/v1/ptp.grpc.pb.h"
#include "service/diagnose/run_test.h"
#include "service/event/event_sink.h"
#include "service/history/ptp_history.h"
#include "service/reconcile/reconciler.h"
#include "service/rpc/polled_streams.h"
#include "service/rpc/test_stream.h"

namespace hostctl::rpc {

class PtpService final : public v1::PtpService::CallbackService {
 public:
  // What is referred to must outlive the service. `host_name` goes into every report; who
  // changed what is left in `events`. Without a `tester` (null) TestPtp is UNIMPLEMENTED.
  PtpService(reconcile::Reconciler& reconciler, const history::PtpHistory& history,
             diagnose::Tester* tester, std::string host_name, event::Sink events);

  grpc::ServerUnaryReactor* GetPtp(grpc::CallbackServerContext* context,
                                   const v1::GetPtpRequest* request, v1::Ptp* response) override;
  grpc::ServerUnaryReactor* UpdatePtp(grpc::CallbackServerContext* context,
                                      const v1::UpdatePtpRequest* request,
                                      v1::UpdatePtpResponse* response) override;
  grpc::ServerUnaryReactor* GetPtpStats(grpc::CallbackServerContext* context,
                                        const v1::GetPtpStatsRequest* request,
                                        v1::PtpStats* response) override;
  grpc::ServerWriteReactor<v1::WatchPtpStatsResponse>* WatchPtpStats(
      grpc::CallbackServerContext* context, const v1::WatchPtpStatsRequest* request) override;

  grpc::ServerUnaryReactor* GetPtpHistory(grpc::CallbackServerContext* context,
                                          const v1::GetPtpHistoryRequest* request,
                                          v1::PtpHistory* response) override;

  grpc::ServerUnaryReactor* ListPtpProfiles(grpc::CallbackServerContext* context,
                                            const v1::ListPtpProfilesRequest* request,
                                            v1::ListPtpProfilesResponse* response) override;
  grpc::ServerUnaryReactor* ListPtpPorts(grpc::CallbackServerContext* context,
                                         const v1::ListPtpPortsRequest* request,
                                         v1::ListPtpPortsResponse* response) override;
  grpc::ServerUnaryReactor* ListPtpMasters(grpc::CallbackServerContext* context,
                                           const v1::ListPtpMastersRequest* request,
                                           v1::ListPtpMastersResponse* response) override;

  grpc::ServerWriteReactor<v1::TestProgress>* TestPtp(grpc::CallbackServerContext* context,
                                                      const v1::TestPtpRequest* request) override;

  // Ends every watch and test, and each that comes later; before the server shuts down.
  void EndWatches() {
    watches_.EndAll();
    tests_.EndAll();
  }

 private:
  absl::StatusOr<v1::PtpStats> Stats();
  void AddPortState(v1::Ptp& ptp);

  reconcile::Reconciler& reconciler_;
  const history::PtpHistory& history_;
  diagnose::Tester* const tester_;
  const std::string host_name_;
  const event::Sink events_;
  PolledStreams<v1::WatchPtpStatsResponse> watches_;
  TestStreams tests_;
};

}  // namespace hostctl::rpc
