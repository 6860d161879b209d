// hostctl.v1.NtpService over the reconciler.
#pragma once

#include <utility>

#include "hostctl/v1/ntp.grpc.pb.h"
#include "service/event/event_sink.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class NtpService final : public v1::NtpService::CallbackService {
 public:
  // `reconciler` must outlive the service; who changed what is left in `events`.
  NtpService(reconcile::Reconciler& reconciler, event::Sink events)
      : reconciler_(reconciler), events_(std::move(events)) {}

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

 private:
  reconcile::Reconciler& reconciler_;
  const event::Sink events_;
};

}  // namespace hostctl::rpc
