#include "service/history/history_recorder.h"

#include <chrono>
#include <utility>

namespace hostctl::history {

void Collect(const SecondsSource& source, PtpHistory& history) {
  const auto response = source(history.newest());
  if (!response.ok()) return;
  for (const v1::PtpSecond& second : response->seconds()) history.Add(second);
}

HistoryRecorder::HistoryRecorder(PtpHistory& history, SecondsSource source)
    : history_(history), source_(std::move(source)), thread_([this] { Run(); }) {}

HistoryRecorder::~HistoryRecorder() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void HistoryRecorder::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    lock.unlock();
    Collect(source_, history_);
    lock.lock();
    woken_.wait_for(lock, std::chrono::seconds(1), [this] { return ending_; });
  }
}

}  // namespace hostctl::history
