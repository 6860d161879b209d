#include "service/rpc/time_service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/host_time/timestamp.h"
#include "service/reconcile/failure.h"
#include "service/rpc/caller.h"
#include "service/rpc/convert.h"
#include "service/rpc/unary.h"
#include "service/rpc/watch_period.h"

namespace hostctl::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often a watch looks for a change: it is told within so long after it was seen.
constexpr milliseconds kLookEvery{100};

// Nothing: only changes.
absl::StatusOr<std::optional<milliseconds>> PeriodOf(const v1::WatchTimeStatusRequest& request) {
  if (!request.has_period()) return std::nullopt;
  return WatchPeriod(request.period());
}

bool IsNews(const v1::TimeStatus& last, const v1::TimeStatus& next) {
  return last.health() != next.health() || last.protocol() != next.protocol() ||
         last.source() != next.source();
}

// What one watch has sent, and so what is next.
class Watch {
 public:
  Watch(host_time::Monitor& monitor, std::optional<milliseconds> period)
      : monitor_(monitor), period_(period) {}

  std::optional<v1::TimeStatus> Next() {
    const steady_clock::time_point now = steady_clock::now();
    if (!sent_) return Send(monitor_.Fresh().status, now);
    v1::TimeStatus latest = monitor_.Latest().status;
    const bool due = period_.has_value() && now - sent_at_ >= *period_;
    if (!due && !IsNews(*sent_, latest)) return std::nullopt;
    return Send(std::move(latest), now);
  }

 private:
  v1::TimeStatus Send(v1::TimeStatus status, steady_clock::time_point now) {
    sent_at_ = now;
    sent_ = status;
    return status;
  }

  host_time::Monitor& monitor_;
  const std::optional<milliseconds> period_;
  std::optional<v1::TimeStatus> sent_;
  steady_clock::time_point sent_at_;
};

}  // namespace

TimeService::TimeService(host_time::Monitor& monitor, host_time::HostClocks& clocks,
                         event::Sink sink)
    : monitor_(monitor), clocks_(clocks), sink_(std::move(sink)) {}

grpc::ServerUnaryReactor* TimeService::GetTimeStatus(grpc::CallbackServerContext* context,
                                                     const v1::GetTimeStatusRequest* /*request*/,
                                                     v1::TimeStatus* response) {
  *response = monitor_.Fresh().status;
  return Finish(context, absl::OkStatus());
}

grpc::ServerWriteReactor<v1::TimeStatus>* TimeService::WatchTimeStatus(
    grpc::CallbackServerContext* /*context*/, const v1::WatchTimeStatusRequest* request) {
  const auto period = PeriodOf(*request);
  if (!period.ok()) return watches_.Refuse(ToGrpcStatus(period.status()));
  const auto watch = std::make_shared<Watch>(monitor_, *period);
  return watches_.Start(kLookEvery, [watch] { return watch->Next(); });
}

grpc::ServerUnaryReactor* TimeService::GetTime(grpc::CallbackServerContext* context,
                                               const v1::GetTimeRequest* /*request*/,
                                               v1::SystemTime* response) {
  *response = clocks_.SystemTime();
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* TimeService::SetTime(grpc::CallbackServerContext* context,
                                               const v1::SetTimeRequest* request,
                                               v1::SetTimeResponse* response) {
  const auto changes = clocks_.SetSystemTime(host_time::FromTimestamp(request->time()),
                                             {request->force(), request->validate_only()});
  return Answer(context, changes, request->validate_only(), response);
}

grpc::ServerUnaryReactor* TimeService::GetHardwareClock(
    grpc::CallbackServerContext* context, const v1::GetHardwareClockRequest* /*request*/,
    v1::HardwareClock* response) {
  auto read = clocks_.HardwareTime();
  if (read.ok()) *response = *std::move(read);
  return Finish(context, read.status());
}

grpc::ServerUnaryReactor* TimeService::SetHardwareClock(grpc::CallbackServerContext* context,
                                                        const v1::SetHardwareClockRequest* request,
                                                        v1::SetHardwareClockResponse* response) {
  std::optional<absl::Time> time;
  if (request->has_time()) time = host_time::FromTimestamp(request->time());
  const auto changes = clocks_.SetHardwareTime(time, {request->force(), request->validate_only()});
  return Answer(context, changes, request->validate_only(), response);
}

grpc::ServerUnaryReactor* TimeService::ListTimeZones(grpc::CallbackServerContext* context,
                                                     const v1::ListTimeZonesRequest* /*request*/,
                                                     v1::ListTimeZonesResponse* response) {
  auto zones = clocks_.Zones();
  if (zones.ok()) *response = *std::move(zones);
  return Finish(context, zones.status());
}

grpc::ServerUnaryReactor* TimeService::SetTimeZone(grpc::CallbackServerContext* context,
                                                   const v1::SetTimeZoneRequest* request,
                                                   v1::SetTimeZoneResponse* response) {
  const auto changes = clocks_.SetZone(request->name(), request->validate_only());
  return Answer(context, changes, request->validate_only(), response);
}

template <typename Response>
grpc::ServerUnaryReactor* TimeService::Answer(grpc::CallbackServerContext* context,
                                              const host_time::HostClocks::Changes& changes,
                                              bool validate_only, Response* response) {
  if (!changes.ok()) return Finish(context, changes.status());
  for (const reconcile::Change& change : *changes) {
    *response->add_changes() = ToProto(change);
    if (validate_only) continue;
    v1::Event happened =
        event::MakeEvent(v1::EVENT_CODE_TIME_SET, change.subject, change.before, change.after,
                         absl::StrCat("was set from ", change.before, " to ", change.after));
    happened.set_actor(ActorOf(*context));
    sink_(std::move(happened));
  }
  return Finish(context, absl::OkStatus());
}

}  // namespace hostctl::rpc
