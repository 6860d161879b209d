#include "service/rpc/capture_stream.h"

#include <optional>
#include <utility>

#include "service/rpc/errors.h"

namespace hostctl::rpc {

// Whoever holds the turn, and nobody else, starts the next operation of the stream: a write,
// whose completion has the turn then, or the last one, Finish. When there is nothing to
// write the turn lies idle, until the capture's thread or the end takes it.
class CaptureStream final : public CaptureStreams::Reactor {
 public:
  // What the capture's thread calls may outlive the stream, this does not.
  struct Link {
    std::mutex mutex;
    CaptureStream* stream = nullptr;  // null once it is gone
  };

  CaptureStream(CaptureStreams& all, std::shared_ptr<Link> link)
      : all_(all), link_(std::move(link)) {
    link_->stream = this;
  }

  // Begins to write; the turn is the caller's until then.
  void Run(std::shared_ptr<capture::Capture> capture) {
    capture_ = std::move(capture);
    Continue();
  }

  // The capture has something. On its thread.
  static void OnItem(const std::shared_ptr<Link>& link) {
    CaptureStream* stream = nullptr;
    {
      const std::lock_guard<std::mutex> lock(link->mutex);
      if (link->stream == nullptr) return;
      link->stream->more_ = true;
      if (link->stream->turn_taken_) return;
      link->stream->turn_taken_ = true;
      stream = link->stream;
    }
    stream->Continue();
  }

  // Asks the stream to end. Any thread; `this` is alive while `all_` lists it.
  void End(const grpc::Status& status) {
    {
      const std::lock_guard<std::mutex> lock(link_->mutex);
      if (!last_) last_ = status;
      if (turn_taken_) return;
      turn_taken_ = true;
    }
    Finish(*last_);  // `this` may be gone from here on
  }

  void OnWriteDone(bool ok) override {
    if (!ok) SetLast(grpc::Status::CANCELLED);
    if (ok && written_.has_ended()) SetLast(grpc::Status::OK);
    Continue();
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    all_.Forget(this);
    {
      const std::lock_guard<std::mutex> lock(link_->mutex);
      link_->stream = nullptr;
    }
    capture_->Cancel();
    delete this;
  }

 private:
  void SetLast(const grpc::Status& status) {
    const std::lock_guard<std::mutex> lock(link_->mutex);
    if (!last_) last_ = status;
  }

  // With the turn: writes the next, or finishes, or lets the turn lie.
  void Continue() {
    while (true) {
      {
        const std::lock_guard<std::mutex> lock(link_->mutex);
        more_ = false;
      }
      std::optional<v1::CaptureResponse> item = capture_->Take();
      {
        const std::lock_guard<std::mutex> lock(link_->mutex);
        if (last_) break;
        if (!item && more_) continue;
        turn_taken_ = item.has_value();
        if (!item) return;
      }
      written_ = *std::move(item);
      StartWrite(&written_);
      return;
    }
    Finish(*last_);  // `this` may be gone from here on
  }

  CaptureStreams& all_;
  const std::shared_ptr<Link> link_;
  std::shared_ptr<capture::Capture> capture_;
  v1::CaptureResponse written_;  // must stay while it is written

  // Guarded by link_->mutex.
  bool turn_taken_ = true;
  bool more_ = false;
  std::optional<grpc::Status> last_;  // how it is to end, once that is known
};

namespace {

class RefusedStream final : public CaptureStreams::Reactor {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

constexpr char kEnding[] = "hostd is ending; connect again later";

}  // namespace

CaptureStreams::CaptureStreams(capture::PointOpener open) : captures_(std::move(open)) {}
CaptureStreams::~CaptureStreams() = default;

CaptureStreams::Reactor* CaptureStreams::Start(const capture::CaptureSettings& settings) {
  auto link = std::make_shared<CaptureStream::Link>();
  auto stream = std::make_unique<CaptureStream>(*this, link);
  auto capture = captures_.Start(settings, [link] { CaptureStream::OnItem(link); });
  if (!capture.ok()) {
    const std::lock_guard<std::mutex> lock(link->mutex);
    link->stream = nullptr;
    return Refuse(capture.status());
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) {
      (*capture)->Cancel();
      const std::lock_guard<std::mutex> unlink(link->mutex);
      link->stream = nullptr;
      return Refuse(absl::UnavailableError(kEnding));
    }
    open_.insert(stream.get());
  }
  stream->Run(*std::move(capture));
  return stream.release();  // deletes itself in OnDone
}

CaptureStreams::Reactor* CaptureStreams::Refuse(const absl::Status& status) {
  return new RefusedStream(status);
}

void CaptureStreams::EndAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  for (CaptureStream* stream : open_) {
    stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, kEnding));
  }
}

void CaptureStreams::Forget(CaptureStream* stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(stream);
}

}  // namespace hostctl::rpc
