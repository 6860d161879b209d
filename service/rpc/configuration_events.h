// Every change that a call makes is an event: what, from what to what, and by whom.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "hostctl/v1/change.pb.h"
#include "service/event/event_sink.h"
#include "service/rpc/caller.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {

// One CONFIGURATION_CHANGED for each of `changes`.
void TellChanges(const event::Sink& events, const std::string& actor,
                 const google::protobuf::RepeatedPtrField<v1::Change>& changes);

// As Finish(), for calls that change something: tells what `response` says was changed,
// unless it failed or was a dry run.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* FinishSet(grpc::CallbackServerContext* context, const event::Sink& events,
                                    const absl::Status& status, const Request& request,
                                    const Response& response) {
  if (status.ok() && !request.validate_only() && !response.changes().empty()) {
    TellChanges(events, ActorOf(*context), response.changes());
  }
  return Finish(context, status);
}

}  // namespace hostctl::rpc
