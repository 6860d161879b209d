#include "service/rpc/test_stream.h"

#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "service/rpc/errors.h"

namespace hostctl::rpc {

// The thread of the test puts what is told into the queue; one write at a time takes it out.
// The stream is finished when the test has ended and the queue is empty.
class TestStream final : public TestStreams::Reactor, public diagnose::Listener {
 public:
  TestStream(TestStreams& all, TestStreams::Body body) : all_(all), body_(std::move(body)) {}

  void Run() {
    // The test may end at once: it waits for this before it finishes the stream.
    const std::lock_guard<std::mutex> starting(mutex_);
    thread_ = std::thread([this] {
      const absl::Status status = body_(*this);
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!end_) end_ = ToGrpcStatus(status);
      FinishIfDone();
    });
  }

  // Asks the test to end. Any thread; `this` is alive while `all_` lists it.
  void End(const grpc::Status& status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    listens_ = false;
    queue_.clear();
    if (!end_) cut_short_ = status;
  }

  bool Listens() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return listens_;
  }

  void Tell(const v1::TestProgress& progress) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!listens_) return;
    queue_.push_back(progress);
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writes_ = false;
    if (!ok) {
      listens_ = false;
      queue_.clear();
    }
    WriteNext();
    FinishIfDone();
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    all_.Forget(this);
    thread_.join();  // it has called Finish(), or is about to return
    delete this;
  }

 private:
  // Both with the lock held.
  void WriteNext() {
    if (writes_ || queue_.empty()) return;
    writing_ = std::move(queue_.front());
    queue_.pop_front();
    writes_ = true;
    StartWrite(&writing_);
  }
  void FinishIfDone() {
    if (!end_ || writes_ || !queue_.empty() || finished_) return;
    finished_ = true;
    Finish(cut_short_.value_or(*end_));
  }

  TestStreams& all_;
  const TestStreams::Body body_;
  std::thread thread_;

  std::mutex mutex_;
  bool listens_ = true;
  std::deque<v1::TestProgress> queue_;
  bool writes_ = false;
  v1::TestProgress writing_;  // must stay while it is written
  std::optional<grpc::Status> cut_short_;
  std::optional<grpc::Status> end_;  // the test has ended
  bool finished_ = false;
};

namespace {

class RefusedTest final : public TestStreams::Reactor {
 public:
  explicit RefusedTest(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

grpc::Status Ending() {
  return {grpc::StatusCode::UNAVAILABLE, "hostd is ending; test again later"};
}

}  // namespace

TestStreams::TestStreams() = default;
TestStreams::~TestStreams() = default;

TestStreams::Reactor* TestStreams::Start(Body body) {
  auto stream = std::make_unique<TestStream>(*this, std::move(body));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return new RefusedTest(Ending());
    open_.insert(stream.get());
  }
  TestStream* const started = stream.release();  // deletes itself in OnDone
  started->Run();
  return started;
}

void TestStreams::EndAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  for (TestStream* stream : open_) stream->End(Ending());
}

void TestStreams::Forget(TestStream* stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(stream);
}

}  // namespace hostctl::rpc
