// hostctl.v1.EventService over the event log.
#pragma once

#include "hostctl/v1/event.grpc.pb.h"
#include "service/event/event_log.h"
#include "service/rpc/event_watch.h"

namespace hostctl::rpc {

class EventService final : public v1::EventService::CallbackService {
 public:
  // `log` must outlive the service.
  explicit EventService(event::EventLog& log) : log_(log) {}

  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      grpc::CallbackServerContext* context, const v1::WatchEventsRequest* request) override;

  // Ends every watch, and each that comes later; before the server shuts down.
  void EndWatches() { watches_.EndAll(); }

 private:
  event::EventLog& log_;
  EventWatches watches_;
};

}  // namespace hostctl::rpc
