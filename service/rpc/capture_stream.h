// The streams of DiagnosticsService.Capture: each writes what its capture brings, one
// message at a time; meanwhile the rest waits in the capture's bounded queue.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <mutex>
#include <unordered_set>

#include "hostctl/v1/diagnostics.pb.h"
#include "service/capture/capture.h"

namespace hostctl::rpc {

class CaptureStream;

// All streams that are open. Thread-safe.
class CaptureStreams {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::CaptureResponse>;

  explicit CaptureStreams(capture::PointOpener open);
  // Every stream must have ended: the server has been shut down.
  ~CaptureStreams();

  // A stream of a new capture, or one that ends at once with why there is none. It owns
  // itself.
  Reactor* Start(const capture::CaptureSettings& settings);
  static Reactor* Refuse(const absl::Status& status);
  // Ends all streams with UNAVAILABLE, and each that starts later.
  void EndAll();

 private:
  friend class CaptureStream;
  void Forget(CaptureStream* stream);

  std::mutex mutex_;
  bool ended_ = false;
  std::unordered_set<CaptureStream*> open_;
  capture::Captures captures_;
};

}  // namespace hostctl::rpc
