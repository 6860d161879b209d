#include "service/rpc/event_service.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/event/resume_token.h"
#include "service/reconcile/failure.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

constexpr uint32_t kMostEvents = 100000;

// What both requests may ask for.
template <typename Request>
EventWatches::Filter FilterOf(const Request& request) {
  const std::set<int> codes(request.codes().begin(), request.codes().end());
  return [codes, severity = request.minimum_severity()](const v1::Event& event) {
    return event.severity() >= severity && (codes.empty() || codes.count(event.code()) > 0);
  };
}

}  // namespace

grpc::ServerUnaryReactor* EventService::ListEvents(grpc::CallbackServerContext* context,
                                                   const v1::ListEventsRequest* request,
                                                   v1::ListEventsResponse* response) {
  if (request->limit() > kMostEvents) {
    return Finish(context, reconcile::Failure(absl::StatusCode::kInvalidArgument,
                                              absl::StrCat("the limit of ", request->limit(),
                                                           " events is more than ", kMostEvents),
                                              {"EVENT_LIMIT_OUT_OF_RANGE", "limit", ""}));
  }
  // What is added meanwhile comes with the token.
  const event::Position end = log_.End();
  const auto wanted = FilterOf(*request);
  std::vector<v1::Event> events;
  for (v1::Event& event : log_.Events()) {
    if (event.sequence() > end.sequence || !wanted(event)) continue;
    if (request->has_since() && event.time() < request->since()) continue;
    events.push_back(std::move(event));
  }
  const size_t skipped = request->limit() == 0 || events.size() <= request->limit()
                             ? 0
                             : events.size() - request->limit();
  for (size_t i = skipped; i < events.size(); ++i) *response->add_events() = std::move(events[i]);
  response->set_resume_token(event::ToToken(end));
  return Finish(context, absl::OkStatus());
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* EventService::WatchEvents(
    grpc::CallbackServerContext* /*context*/, const v1::WatchEventsRequest* request) {
  std::optional<event::EventLog::Start> start = event::EventLog::Start{log_.End(), false};
  if (!request->resume_token().empty()) start = log_.Resume(request->resume_token());
  if (!start.has_value()) {
    return EventWatches::Refuse(ToGrpcStatus(reconcile::Failure(
        absl::StatusCode::kInvalidArgument, "the resume token is not one that hostd has given out",
        {"RESUME_TOKEN_INVALID", "resume_token", "watch without one"})));
  }
  return watches_.Start(log_, *start, FilterOf(*request));
}

}  // namespace hostctl::rpc
