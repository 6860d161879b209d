// Fills the history from the engine, once a second, on a thread of its own. What
// the engine remembers bridges a collection that comes late.
//
//   HistoryRecorder recorder(history, [&](uint64_t after) { return engine.GetSeconds(after); });
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/statusor.h"
#include "hostctl/engine/v1/control.pb.h"
#include "service/history/ptp_history.h"

namespace hostctl::history {

// What the engine measured in each second after `after`; an error when none answers.
using SecondsSource =
    std::function<absl::StatusOr<hostctl::engine::v1::GetSecondsResponse>(uint64_t after)>;

// Adds what `source` has since the newest second in `history`. Without an engine
// nothing is added: that time is missing in the history.
void Collect(const SecondsSource& source, PtpHistory& history);

class HistoryRecorder {
 public:
  // Starts the thread; `history` must outlive the recorder.
  HistoryRecorder(PtpHistory& history, SecondsSource source);
  // Ends the thread, after the collection it may be at.
  ~HistoryRecorder();
  HistoryRecorder(const HistoryRecorder&) = delete;
  HistoryRecorder& operator=(const HistoryRecorder&) = delete;

 private:
  void Run();

  PtpHistory& history_;
  const SecondsSource source_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace hostctl::history
