// Server streams whose source is asked every period for something to write: it makes a message,
// which is written, and is asked again a period after that was taken. So a slow reader gets the
// latest state and never a growing queue.
//
//   PolledStreams<v1::TimeStatus> streams;
//   return streams.Start(std::chrono::seconds(1), [] { return StatusNow(); });
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>

namespace hostctl::rpc {

// All open streams of one call. Thread-safe.
template <typename Message>
class PolledStreams {
 public:
  using Reactor = grpc::ServerWriteReactor<Message>;
  // The next message; nothing when there is nothing to say. Called on gRPC's threads, one call
  // at a time for each stream.
  using Source = std::function<std::optional<Message>()>;

  // A stream that asks `source` at once and then every `period`. It owns itself.
  Reactor* Start(std::chrono::milliseconds period, Source source);
  // A stream that ends with `status` at once.
  static Reactor* Refuse(const grpc::Status& status) { return new Refused(status); }
  // Ends all streams with UNAVAILABLE, and each that starts later. When this is destroyed every
  // stream must have ended: the server has been shut down.
  void EndAll();

 private:
  class Stream;
  class Refused;
  static grpc::Status Ending() {
    return {grpc::StatusCode::UNAVAILABLE, "hostd is ending; connect again later"};
  }
  void Forget(Stream* stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_.erase(stream);
  }

  std::mutex mutex_;
  bool ended_ = false;
  std::unordered_set<Stream*> open_;
};

template <typename Message>
class PolledStreams<Message>::Refused final : public Reactor {
 public:
  explicit Refused(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

// Exactly one operation is outstanding at any time, a write or the alarm; whoever completes it
// either starts the next one or, when the stream is to end, finishes.
template <typename Message>
class PolledStreams<Message>::Stream final : public Reactor {
 public:
  Stream(PolledStreams& all, std::chrono::milliseconds period, Source source)
      : all_(all), period_(period), source_(std::move(source)) {}

  void WriteNext() {
    std::optional<Message> next = source_();
    if (!next) {
      Rest();
      return;
    }
    message_ = *std::move(next);
    this->StartWrite(&message_);
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
    if (!ok) End(grpc::Status::CANCELLED);
    Rest();
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    all_.Forget(this);
    delete this;
  }

 private:
  // Until the source is asked again.
  void Rest() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (ending_) {
      const grpc::Status last = last_;
      lock.unlock();
      this->Finish(last);  // `this` may be gone from here on
      return;
    }
    // A new one each time: the callback of the last may not have returned yet.
    alarm_ = std::make_shared<grpc::Alarm>();
    alarm_->Set(std::chrono::system_clock::now() + period_, [this](bool /*fired*/) { OnAlarm(); });
  }

  void OnAlarm() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!ending_) {
      lock.unlock();
      WriteNext();
      return;
    }
    const grpc::Status last = last_;
    lock.unlock();
    this->Finish(last);  // `this` may be gone from here on
  }

  PolledStreams& all_;
  const std::chrono::milliseconds period_;
  const Source source_;
  Message message_;  // must stay while it is written

  std::mutex mutex_;
  bool ending_ = false;
  grpc::Status last_;
  std::shared_ptr<grpc::Alarm> alarm_;
};

template <typename Message>
typename PolledStreams<Message>::Reactor* PolledStreams<Message>::Start(
    std::chrono::milliseconds period, Source source) {
  auto stream = std::make_unique<Stream>(*this, period, std::move(source));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return Refuse(Ending());
    open_.insert(stream.get());
  }
  stream->WriteNext();
  return stream.release();  // deletes itself in OnDone
}

template <typename Message>
void PolledStreams<Message>::EndAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  for (Stream* stream : open_) stream->End(Ending());
}

}  // namespace hostctl::rpc
