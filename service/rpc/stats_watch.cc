#include "service/rpc/stats_watch.h"

#include <grpcpp/alarm.h>

#include <utility>

namespace hostctl::rpc {

// Exactly one operation is outstanding at any time, a write or the alarm; whoever
// completes it either starts the next one or, when the stream is to end, finishes.
class StatsWatch final : public StatsWatches::Reactor {
 public:
  StatsWatch(StatsWatches& all, std::chrono::milliseconds period, StatsWatches::Source source)
      : all_(all), period_(period), source_(std::move(source)) {}

  void WriteNext() {
    report_ = source_();
    StartWrite(&report_);
  }

  // Asks the stream to end. Any thread; `this` is alive while `all_` lists it.
  void End(const grpc::Status& status) {
    std::shared_ptr<grpc::Alarm> alarm;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!ending_) last_ = status;
      ending_ = true;
      alarm = alarm_;
    }
    if (alarm != nullptr) alarm->Cancel();  // its callback finishes
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!ok || ending_) {
      Finish(ok ? last_ : grpc::Status::CANCELLED);
      return;
    }
    // A new one each time: the callback of the last may not have returned yet.
    alarm_ = std::make_shared<grpc::Alarm>();
    alarm_->Set(std::chrono::system_clock::now() + period_, [this](bool /*fired*/) { OnAlarm(); });
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    all_.Forget(this);
    delete this;
  }

 private:
  void OnAlarm() {
    bool ending = false;
    grpc::Status last;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ending = ending_;
      last = last_;
    }
    if (!ending) {
      WriteNext();
      return;
    }
    Finish(last);  // `this` may be gone from here on
  }

  StatsWatches& all_;
  const std::chrono::milliseconds period_;
  const StatsWatches::Source source_;
  v1::WatchPtpStatsResponse report_;  // must stay while it is written

  std::mutex mutex_;
  bool ending_ = false;
  grpc::Status last_;
  std::shared_ptr<grpc::Alarm> alarm_;
};

namespace {

class RefusedWatch final : public StatsWatches::Reactor {
 public:
  explicit RefusedWatch(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

grpc::Status Ending() {
  return {grpc::StatusCode::UNAVAILABLE, "hostd is ending; connect again later"};
}

}  // namespace

StatsWatches::StatsWatches() = default;
StatsWatches::~StatsWatches() = default;

StatsWatches::Reactor* StatsWatches::Start(std::chrono::milliseconds period, Source source) {
  auto watch = std::make_unique<StatsWatch>(*this, period, std::move(source));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return Refuse(Ending());
    open_.insert(watch.get());
  }
  watch->WriteNext();
  return watch.release();  // deletes itself in OnDone
}

StatsWatches::Reactor* StatsWatches::Refuse(const grpc::Status& status) {
  return new RefusedWatch(status);
}

void StatsWatches::EndAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  for (StatsWatch* watch : open_) watch->End(Ending());
}

void StatsWatches::Forget(StatsWatch* watch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(watch);
}

}  // namespace hostctl::rpc
