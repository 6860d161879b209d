// See event_watch.h.
#include "service/rpc/event_watch.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/event/resume_token.h"
#include "service/reconcile/failure.h"
#include "service/rpc/errors.h"

namespace hostctl::rpc {

// At most one write is outstanding. Whoever finds that there is none, and something to
// write or a reason to end, does it: the log's thread, a completed write, an end.
class EventWatch final : public EventWatches::Reactor {
 public:
  EventWatch(EventWatches& all, event::EventLog& log, const event::EventLog::Start& start,
             EventWatches::Filter filter)
      : all_(all), log_(log), filter_(std::move(filter)), position_(start.position) {
    response_.set_missed(start.missed);
  }

  void Begin() {
    // First, so that no event is missed between the two.
    subscription_ = log_.Subscribe([this] { Go(); });
    const std::lock_guard<std::mutex> lock(mutex_);
    begun_ = true;
    Write();
  }

  void End(const grpc::Status& status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (last_.ok()) last_ = status;
    GoLocked();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    if (!ok && last_.ok()) last_ = grpc::Status::CANCELLED;
    GoLocked();
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    log_.Unsubscribe(subscription_);
    all_.Forget(this);
    delete this;
  }

 private:
  void Go() {
    const std::lock_guard<std::mutex> lock(mutex_);
    GoLocked();
  }

  void GoLocked() {
    if (!begun_ || writing_ || finished_) return;
    if (last_.ok()) WriteNext();
    if (last_.ok()) return;
    finished_ = true;
    Finish(last_);
  }

  // The next event that the client wants, if there is one; or sets `last_`.
  void WriteNext() {
    while (true) {
      event::EventLog::Next next = log_.After(position_.sequence);
      if (next.forgotten) {
        last_ = ToGrpcStatus(
            reconcile::Failure(absl::StatusCode::kDataLoss,
                               absl::StrCat("events after number ", position_.sequence,
                                            " were forgotten before they were read"),
                               {"EVENTS_FORGOTTEN", "", "watch again without a resume token"}));
      }
      if (!next.event.has_value()) return;
      position_.sequence = next.event->sequence();
      if (!filter_(*next.event)) continue;
      response_.Clear();
      *response_.mutable_event() = *std::move(next.event);
      Write();
      return;
    }
  }

  void Write() {
    response_.set_resume_token(event::ToToken(position_));
    writing_ = true;
    StartWrite(&response_);
  }

  EventWatches& all_;
  event::EventLog& log_;
  const EventWatches::Filter filter_;
  uint64_t subscription_ = 0;

  std::mutex mutex_;
  event::Position position_;          // everything up to here was written or not wanted
  v1::WatchEventsResponse response_;  // must stay while it is written
  grpc::Status last_;                 // not OK: to end with, once nothing is being written
  bool begun_ = false;
  bool writing_ = false;
  bool finished_ = false;
};

namespace {

class RefusedWatch final : public EventWatches::Reactor {
 public:
  explicit RefusedWatch(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

grpc::Status Ending() {
  return {grpc::StatusCode::UNAVAILABLE, "hostd is ending; connect again later"};
}

}  // namespace

EventWatches::EventWatches() = default;
EventWatches::~EventWatches() = default;

EventWatches::Reactor* EventWatches::Start(event::EventLog& log,
                                           const event::EventLog::Start& start, Filter filter) {
  auto watch = std::make_unique<EventWatch>(*this, log, start, std::move(filter));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return Refuse(Ending());
    open_.insert(watch.get());
  }
  watch->Begin();
  return watch.release();  // deletes itself in OnDone
}

EventWatches::Reactor* EventWatches::Refuse(const grpc::Status& status) {
  return new RefusedWatch(status);
}

void EventWatches::EndAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  for (EventWatch* watch : open_) watch->End(Ending());
}

void EventWatches::Forget(EventWatch* watch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(watch);
}

}  // namespace hostctl::rpc
