// The streams of WatchEvents: each reads the log at its own pace and is woken when there
// is more. Nothing is queued for it: who reads so slowly that the log forgets what it has
// not read yet is told, and ended.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <mutex>
#include <unordered_set>

#include "hostctl/v1/event.pb.h"
#include "service/event/event_log.h"

namespace hostctl::rpc {

class EventWatch;

// All streams that are open. Thread-safe.
class EventWatches {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::WatchEventsResponse>;
  // Whether the client wants this event.
  using Filter = std::function<bool(const v1::Event&)>;

  EventWatches();
  // Every watch must have ended: the server has been shut down.
  ~EventWatches();

  // A stream of the events of `log` after `start`. It owns itself.
  Reactor* Start(event::EventLog& log, const event::EventLog::Start& start, Filter filter);
  // A stream that ends with `status` at once.
  static Reactor* Refuse(const grpc::Status& status);
  // Ends all streams with UNAVAILABLE, and each that starts later.
  void EndAll();

 private:
  friend class EventWatch;
  void Forget(EventWatch* watch);

  std::mutex mutex_;
  bool ended_ = false;
  std::unordered_set<EventWatch*> open_;
};

}  // namespace hostctl::rpc
