#include "service/rpc/precision_clock_service.h"

#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "service/precision_clock/host_clocks.h"
#include "service/precision_clock/judge.h"
#include "service/reconcile/failure.h"
#include "service/rpc/errors.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

// The host's time is observed once a second.
constexpr std::chrono::milliseconds kWatchPeriod{250};
constexpr int64_t kLongestErrorS = 3600;
constexpr int64_t kNsPerSecond = 1'000'000'000;

bool IsDemand(v1::TimeProtocol protocol) {
  return protocol == v1::TIME_PROTOCOL_PTP || protocol == v1::TIME_PROTOCOL_NTP ||
         protocol == v1::TIME_PROTOCOL_ANY;
}

// Nanoseconds; nothing when it is not within 1 ns to 1 h, or no proper duration.
std::optional<int64_t> ErrorNs(const google::protobuf::Duration& duration) {
  const bool proper = duration.seconds() >= 0 && duration.seconds() <= kLongestErrorS &&
                      duration.nanos() >= 0 && duration.nanos() < kNsPerSecond;
  const int64_t ns = proper ? duration.seconds() * kNsPerSecond + duration.nanos() : 0;
  if (ns < 1 || ns > kLongestErrorS * kNsPerSecond) return std::nullopt;
  return ns;
}

absl::StatusOr<precision_clock::Demand> DemandOf(const v1::CheckPrecisionClockRequest& request) {
  precision_clock::Demand demand{request.protocol(), {}};
  if (!IsDemand(demand.protocol)) {
    return reconcile::Failure(absl::StatusCode::kInvalidArgument,
                              "the protocol that the precision clock asks for is missing: PTP, "
                              "NTP or ANY",
                              {"PROTOCOL_REQUIRED", "protocol", ""});
  }
  if (!request.has_maximum_error()) return demand;
  const auto ns = ErrorNs(request.maximum_error());
  if (!ns) {
    return reconcile::Failure(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat("the maximum error of ", request.maximum_error().seconds(), " s and ",
                     request.maximum_error().nanos(), " ns is not within 1 ns to 1 h"),
        {"MAXIMUM_ERROR_OUT_OF_RANGE", "maximum_error", ""});
  }
  demand.maximum_error_ns = static_cast<double>(*ns);
  return demand;
}

}  // namespace

PrecisionClockService::PrecisionClockService(std::function<v1::TimeStatus()> status,
                                             store::FileSystem& files)
    : status_(status ? std::move(status) : [] { return v1::TimeStatus(); }), files_(files) {}

grpc::ServerUnaryReactor* PrecisionClockService::CheckPrecisionClock(
    grpc::CallbackServerContext* context, const v1::CheckPrecisionClockRequest* request,
    v1::PrecisionClockAnswer* response) {
  const auto demand = DemandOf(*request);
  if (demand.ok()) *response = precision_clock::Judge(status_(), *demand);
  return Finish(context, demand.status());
}

grpc::ServerWriteReactor<v1::PrecisionClockAnswer>* PrecisionClockService::WatchPrecisionClock(
    grpc::CallbackServerContext* /*context*/, const v1::CheckPrecisionClockRequest* request) {
  const auto demand = DemandOf(*request);
  if (!demand.ok()) return watches_.Refuse(ToGrpcStatus(demand.status()));
  return watches_.Start(
      kWatchPeriod,
      [this, wanted = *demand, told = std::optional<v1::PrecisionClockAnswer>()]() mutable
      -> std::optional<v1::PrecisionClockAnswer> {
        v1::PrecisionClockAnswer answer = precision_clock::Judge(status_(), wanted);
        if (told && precision_clock::SameVerdict(*told, answer)) return std::nullopt;
        told = answer;
        return answer;
      });
}

grpc::ServerUnaryReactor* PrecisionClockService::ListPrecisionClocks(
    grpc::CallbackServerContext* context, const v1::ListPrecisionClocksRequest* /*request*/,
    v1::ListPrecisionClocksResponse* response) {
  for (v1::PrecisionClock& clock : precision_clock::HostClocks(files_, status_())) {
    *response->add_clocks() = std::move(clock);
  }
  return Finish(context, absl::OkStatus());
}

}  // namespace hostctl::rpc
