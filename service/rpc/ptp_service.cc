#include "service/rpc/ptp_service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/profile/profiles.h"
#include "service/reconcile/failure.h"
#include "service/rpc/configuration_events.h"
#include "service/rpc/convert.h"
#include "service/rpc/unary.h"
#include "service/rpc/watch_period.h"

namespace hostctl::rpc {
namespace {

using std::chrono::milliseconds;

absl::StatusOr<milliseconds> PeriodOf(const v1::WatchPtpStatsRequest& request) {
  if (!request.has_period()) return milliseconds(1000);
  return WatchPeriod(request.period());
}

absl::Status Validate(const v1::GetPtpHistoryRequest& request) {
  for (const int period : request.periods()) {
    if (period != v1::HISTORY_PERIOD_UNSPECIFIED && v1::HistoryPeriod_IsValid(period)) continue;
    return reconcile::Failure(absl::StatusCode::kInvalidArgument,
                              absl::StrCat("there is no history period ", period),
                              {"HISTORY_PERIOD_INVALID", "periods", ""});
  }
  if (request.last() <= history::PtpHistory::kSeconds) return absl::OkStatus();
  return reconcile::Failure(absl::StatusCode::kInvalidArgument,
                            absl::StrCat("the newest ", request.last(), " are more than the ",
                                         history::PtpHistory::kSeconds, " that are kept"),
                            {"HISTORY_LAST_OUT_OF_RANGE", "last", ""});
}

}  // namespace

PtpService::PtpService(reconcile::Reconciler& reconciler, const history::PtpHistory& history,
                       diagnose::Tester* tester, std::string host_name, event::Sink events)
    : reconciler_(reconciler),
      history_(history),
      tester_(tester),
      host_name_(std::move(host_name)),
      events_(std::move(events)) {}

absl::StatusOr<v1::PtpStats> PtpService::Stats() {
  auto stats = reconciler_.Stats();
  if (stats.ok()) stats->set_host_name(host_name_);
  return stats;
}

void PtpService::AddPortState(v1::Ptp& ptp) {
  const auto stats = reconciler_.Stats();
  // A port without an engine does nothing: DISABLED, IEEE 1588-2019 table 20.
  ptp.mutable_runtime()->set_port_state(stats.ok() ? stats->port_state() : v1::PORT_STATE_DISABLED);
  ptp.mutable_runtime()->set_state_reason(stats.ok() ? stats->state_reason()
                                                     : std::string(stats.status().message()));
  if (stats.ok()) ptp.mutable_runtime()->set_reason(stats->reason());
}

grpc::ServerUnaryReactor* PtpService::GetPtp(grpc::CallbackServerContext* context,
                                             const v1::GetPtpRequest* /*request*/,
                                             v1::Ptp* response) {
  *response = ToProto(reconciler_.Ptp());
  AddPortState(*response);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* PtpService::UpdatePtp(grpc::CallbackServerContext* context,
                                                const v1::UpdatePtpRequest* request,
                                                v1::UpdatePtpResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  const auto done = reconciler_.UpdatePtp(*update, request->validate_only());
  if (!done.ok()) return Finish(context, done.status());
  *response->mutable_ptp() = ToProto(done->ptp);
  AddPortState(*response->mutable_ptp());
  for (const reconcile::Change& change : done->changes) *response->add_changes() = ToProto(change);
  return FinishSet(context, events_, absl::OkStatus(), *request, *response);
}

grpc::ServerUnaryReactor* PtpService::GetPtpStats(grpc::CallbackServerContext* context,
                                                  const v1::GetPtpStatsRequest* /*request*/,
                                                  v1::PtpStats* response) {
  auto stats = Stats();
  if (stats.ok()) *response = *std::move(stats);
  return Finish(context, stats.status());
}

grpc::ServerWriteReactor<v1::WatchPtpStatsResponse>* PtpService::WatchPtpStats(
    grpc::CallbackServerContext* /*context*/, const v1::WatchPtpStatsRequest* request) {
  const auto period = PeriodOf(*request);
  if (!period.ok()) return watches_.Refuse(ToGrpcStatus(period.status()));
  return watches_.Start(*period, [this] {
    v1::WatchPtpStatsResponse response;
    auto stats = Stats();
    if (stats.ok()) {
      *response.mutable_stats() = *std::move(stats);
    } else {
      const reconcile::FailureDetail detail = reconcile::DetailOf(stats.status());
      *response.mutable_unavailable() = ToProto(reconcile::Condition{
          detail.reason, std::string(stats.status().message()), detail.remedy});
    }
    return response;
  });
}

grpc::ServerUnaryReactor* PtpService::GetPtpHistory(grpc::CallbackServerContext* context,
                                                    const v1::GetPtpHistoryRequest* request,
                                                    v1::PtpHistory* response) {
  const absl::Status valid = Validate(*request);
  if (valid.ok()) *response = history_.Get(*request);
  return Finish(context, valid);
}

grpc::ServerUnaryReactor* PtpService::ListPtpProfiles(grpc::CallbackServerContext* context,
                                                      const v1::ListPtpProfilesRequest* /*request*/,
                                                      v1::ListPtpProfilesResponse* response) {
  const auto& profiles = ptpcore::profile::Profiles();
  *response->mutable_profiles() = {profiles.begin(), profiles.end()};
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* PtpService::ListPtpPorts(grpc::CallbackServerContext* context,
                                                   const v1::ListPtpPortsRequest* /*request*/,
                                                   v1::ListPtpPortsResponse* response) {
  auto stats = Stats();
  if (stats.ok()) *response->mutable_ports() = std::move(*stats->mutable_ports());
  return Finish(context, stats.status());
}

grpc::ServerUnaryReactor* PtpService::ListPtpMasters(grpc::CallbackServerContext* context,
                                                     const v1::ListPtpMastersRequest* /*request*/,
                                                     v1::ListPtpMastersResponse* response) {
  auto stats = Stats();
  if (stats.ok()) *response->mutable_masters() = std::move(*stats->mutable_foreign_master_list());
  return Finish(context, stats.status());
}

grpc::ServerWriteReactor<v1::TestProgress>* PtpService::TestPtp(
    grpc::CallbackServerContext* /*context*/, const v1::TestPtpRequest* request) {
  std::optional<absl::Duration> observe;
  if (request->has_observe()) {
    observe =
        absl::Seconds(request->observe().seconds()) + absl::Nanoseconds(request->observe().nanos());
  }
  return tests_.Start([this, observe](diagnose::Listener& listener) {
    if (tester_ == nullptr) return absl::UnimplementedError("this hostd has no tests");
    return tester_->Run(observe, listener);
  });
}

}  // namespace hostctl::rpc
