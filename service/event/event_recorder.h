// The thread between those who know of events and the log: holds down what flaps, gives
// the log the rest, and the journal what the log has.
//
//   EventRecorder recorder(log, options);
//   recorder.Record(MakeEvent(...));       // a Sink
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "hostctl/v1/event.pb.h"
#include "service/event/event_log.h"
#include "service/event/event_sink.h"
#include "service/event/hold_down.h"

namespace hostctl::event {

class EventRecorder {
 public:
  struct Options {
    HoldDown::Limits limits;
    // What is done with every event that the log has; on the recorder's thread.
    std::function<void(const v1::Event&)> outlet = [](const v1::Event&) {};
    std::function<absl::Time()> now = absl::Now;
  };

  // Starts the thread. `log` must outlive the recorder, and be open before the first event.
  EventRecorder(EventLog& log, Options options);
  // Ends it, once everything is recorded; what is held down is told.
  ~EventRecorder();
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  // As a Sink is called: any thread, and the caller does not wait for the disk.
  void Record(v1::Event event);

 private:
  struct Waiting {
    v1::Event event;
    HoldDown::TimePoint at;
  };

  void Run();
  void Tell(v1::Event event);

  EventLog& log_;
  const Options options_;
  HoldDown hold_down_;  // of the thread

  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Waiting> waiting_;
  uint64_t dropped_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace hostctl::event
