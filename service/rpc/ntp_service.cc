#include "service/rpc/ntp_service.h"

#include <utility>

#include "service/rpc/configuration_events.h"
#include "service/rpc/convert.h"
#include "service/rpc/ntp_convert.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {

grpc::ServerUnaryReactor* NtpService::GetNtp(grpc::CallbackServerContext* context,
                                             const v1::GetNtpRequest* /*request*/,
                                             v1::Ntp* response) {
  *response = ToProto(reconciler_.Ntp());
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* NtpService::UpdateNtp(grpc::CallbackServerContext* context,
                                                const v1::UpdateNtpRequest* request,
                                                v1::UpdateNtpResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  const auto done = reconciler_.UpdateNtp(*update, request->validate_only());
  if (!done.ok()) return Finish(context, done.status());
  *response->mutable_ntp() = ToProto(done->ntp);
  for (const reconcile::Change& change : done->changes) *response->add_changes() = ToProto(change);
  return FinishSet(context, events_, absl::OkStatus(), *request, *response);
}

grpc::ServerUnaryReactor* NtpService::GetNtpConfiguration(
    grpc::CallbackServerContext* context, const v1::GetNtpConfigurationRequest* /*request*/,
    v1::NtpConfiguration* response) {
  const reconcile::NtpConfiguration configuration = reconciler_.ChronyConfiguration();
  response->set_path(configuration.path);
  for (const std::string& line : configuration.lines) response->add_lines(line);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* NtpService::GetNtpStats(grpc::CallbackServerContext* context,
                                                  const v1::GetNtpStatsRequest* /*request*/,
                                                  v1::NtpStats* response) {
  auto stats = reconciler_.NtpStats();
  if (stats.ok()) *response = *std::move(stats);
  return Finish(context, stats.status());
}

grpc::ServerWriteReactor<v1::TestProgress>* NtpService::TestNtp(
    grpc::CallbackServerContext* /*context*/, const v1::TestNtpRequest* /*request*/) {
  return tests_.Start([this](diagnose::Listener& listener) {
    if (tester_ == nullptr) return absl::UnimplementedError("this hostd has no tests");
    return tester_->Run(listener);
  });
}

}  // namespace hostctl::rpc
