// The streams of WatchPtpStats: each makes a report, writes it, waits for its
// period, and makes the next one only when the last has been taken: a slow
// reader gets the latest values and never a growing queue.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "hostctl/v1/ptp.pb.h"

namespace hostctl::rpc {

class StatsWatch;

// All streams that are open. Thread-safe.
class StatsWatches {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::WatchPtpStatsResponse>;
  // Makes the next report; called on gRPC's threads.
  using Source = std::function<v1::WatchPtpStatsResponse()>;

  StatsWatches();
  // Every watch must have ended: the server has been shut down.
  ~StatsWatches();

  // A stream that writes at once and then every `period`. It owns itself.
  Reactor* Start(std::chrono::milliseconds period, Source source);
  // A stream that ends with `status` at once.
  static Reactor* Refuse(const grpc::Status& status);
  // Ends all streams with UNAVAILABLE, and each that starts later.
  void EndAll();

 private:
  friend class StatsWatch;
  void Forget(StatsWatch* watch);

  std::mutex mutex_;
  bool ended_ = false;
  std::unordered_set<StatsWatch*> open_;
};

}  // namespace hostctl::rpc
