// The streams of tests (TestPtp and the like): a test runs on a thread of its own and what it
// tells is written in order.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <mutex>
#include <unordered_set>

#include "absl/status/status.h"
#include "hostctl/v1/test.pb.h"
#include "service/diagnose/run_test.h"

namespace hostctl::rpc {

class TestStream;

// All streams that are open. Thread-safe.
class TestStreams {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::TestProgress>;
  // Runs the test; what it returns ends the stream.
  using Body = std::function<absl::Status(diagnose::Listener&)>;

  TestStreams();
  // Every stream must have ended: the server has been shut down.
  ~TestStreams();

  // A stream that owns itself. A client that goes ends its test soon.
  Reactor* Start(Body body);
  // Ends all tests with UNAVAILABLE, and each that starts later.
  void EndAll();

 private:
  friend class TestStream;
  void Forget(TestStream* stream);

  std::mutex mutex_;
  bool ended_ = false;
  std::unordered_set<TestStream*> open_;
};

}  // namespace hostctl::rpc
