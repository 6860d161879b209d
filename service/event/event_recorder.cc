// See event_recorder.h.
#include "service/event/event_recorder.h"

#include <google/protobuf/util/time_util.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace hostctl::event {
namespace {

// Far above what a host does while its disk is slow.
constexpr size_t kMostWaiting = 10000;

}  // namespace

EventRecorder::EventRecorder(EventLog& log, Options options)
    : log_(log),
      options_(std::move(options)),
      hold_down_(options_.limits),
      thread_([this] { Run(); }) {}

EventRecorder::~EventRecorder() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void EventRecorder::Record(v1::Event event) {
  if (!event.has_time()) {
    *event.mutable_time() =
        google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(options_.now()));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back({std::move(event), std::chrono::steady_clock::now()});
    } else {
      ++dropped_;
    }
  }
  woken_.notify_all();
}

void EventRecorder::Tell(v1::Event event) {
  options_.outlet(log_.Add(std::move(event)));
}

void EventRecorder::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    const auto something = [this] { return ending_ || !waiting_.empty(); };
    const auto due = hold_down_.due();
    if (due.has_value()) {
      woken_.wait_until(lock, *due, something);
    } else {
      woken_.wait(lock, something);
    }
    const std::deque<Waiting> batch = std::exchange(waiting_, {});
    const uint64_t dropped = std::exchange(dropped_, 0);
    const bool ending = ending_;
    lock.unlock();
    std::vector<v1::Event> told;
    const auto add = [&told](std::vector<v1::Event> more) {
      for (v1::Event& event : more) told.push_back(std::move(event));
    };
    for (const Waiting& waiting : batch) {
      add(hold_down_.Tick(waiting.at));
      add(hold_down_.Take(waiting.event, waiting.at));
    }
    add(ending ? hold_down_.Flush() : hold_down_.Tick(std::chrono::steady_clock::now()));
    for (v1::Event& event : told) Tell(std::move(event));
    if (dropped > 0) {
      Tell(MakeEvent(v1::EVENT_CODE_FLAPPING_ENDED, "events", "", absl::StrCat(dropped),
                     absl::StrCat(dropped,
                                  " events came faster than the disk took them and "
                                  "were not told")));
    }
    lock.lock();
    if (ending && waiting_.empty()) return;
  }
}

}  // namespace hostctl::event
