#include "service/capture/capture.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/capture/frame_summary.h"
#include "service/capture/ip_tap.h"
#include "service/capture/packet_socket.h"
#include "service/capture/ptp_frame.h"
#include "service/capture/ptp_socket.h"
#include "service/capture/socket_parts.h"
#include "service/reconcile/failure.h"

namespace hostctl::capture {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFramesAtOnce = 64;  // of each point

struct OpenedPoint {
  v1::CapturePoint point;
  std::unique_ptr<FrameSource> source;
};

v1::CapturedFrame ToProto(const Frame& frame, v1::CapturePoint point, size_t snap_length) {
  const DecodedFrame decoded = DecodeFrame(frame);
  v1::CapturedFrame proto;
  const absl::Duration since_epoch = frame.time - absl::UnixEpoch();
  const int64_t seconds = absl::ToInt64Seconds(since_epoch);
  proto.mutable_time()->set_seconds(seconds);
  proto.mutable_time()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(since_epoch - absl::Seconds(seconds))));
  proto.set_point(point);
  proto.set_direction(frame.direction == Direction::kSent ? v1::CAPTURE_DIRECTION_SENT
                                                          : v1::CAPTURE_DIRECTION_RECEIVED);
  proto.set_data(frame.data.data(), std::min(frame.data.size(), snap_length));
  proto.set_original_length(static_cast<uint32_t>(frame.original_length));
  proto.set_summary(SummaryOf(decoded));
  proto.set_malformed(decoded.malformed);
  return proto;
}

absl::Status NotOpened(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kPermissionDenied) {
    return reconcile::Failure(
        status.code(), std::string(status.message()),
        {"CAPTURE_NOT_PERMITTED", "", "run hostd with CAP_NET_RAW and CAP_NET_ADMIN"});
  }
  return reconcile::Failure(status.code(), std::string(status.message()),
                            {"CAPTURE_UNAVAILABLE", "points", ""});
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrameSource>> OpenPoint(v1::CapturePoint point,
                                                       const std::string& device,
                                                       FrameFilter filter) {
  switch (point) {
    case v1::CAPTURE_POINT_IP:
      return OpenIpTap(device, filter);
    case v1::CAPTURE_POINT_SOCKET:
      return OpenPtpSocket(device);
    default:
      return OpenPacketSocket(device, filter);
  }
}

class Captures::Running final : public Capture {
 public:
  // `wake`: an eventfd.
  Running(const CaptureSettings& settings, std::vector<OpenedPoint> points,
          std::function<void()> on_item, Descriptor wake)
      : settings_(settings),
        points_(std::move(points)),
        on_item_(std::move(on_item)),
        wake_(std::move(wake)),
        thread_([this] { Run(); }) {}
  ~Running() override {
    Running::Cancel();
    thread_.join();
  }

  std::optional<Item> Take() override {
    Item item;
    const bool first = !started_taken_;
    started_taken_ = true;
    if (first) {
      item.mutable_started()->set_interface(settings_.interface);
      item.mutable_started()->set_device(settings_.device);
      for (const v1::CapturePoint point : settings_.points)
        item.mutable_started()->add_points(point);
      return item;
    }
    // Read before the queue: what comes last is not overtaken by the end.
    const bool over = over_;
    if (std::optional<v1::CapturedFrame> frame = queue_.Pop()) {
      *item.mutable_frame() = *std::move(frame);
      return item;
    }
    if (!over || end_taken_) return std::nullopt;
    end_taken_ = true;
    *item.mutable_ended() = ended_;
    return item;
  }

  void Cancel() override {
    cancelled_ = true;
    eventfd_write(wake_.get(), 1);
  }

  // Nothing is captured any more, and the sources are closed.
  bool over() const { return over_; }

 private:
  void Run() {
    const Clock::time_point deadline = Clock::now() + settings_.max_duration;
    const char* limit = "";
    while (!cancelled_) {
      if (ended_.frames() >= settings_.max_frames) {
        limit = "max_frames";
        break;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) {
        limit = "max_duration";
        break;
      }
      if (Wait(static_cast<int>(left) + 1) && !cancelled_) TakeFrames();
    }
    uint64_t dropped = queue_.dropped();
    for (const OpenedPoint& point : points_) dropped += point.source->dropped();
    points_.clear();
    ended_.set_limit(limit);
    ended_.set_dropped(dropped);
    over_ = true;
    if (!cancelled_) on_item_();
  }

  // Whether frames may be there.
  bool Wait(int milliseconds) {
    std::vector<pollfd> entries = {{wake_.get(), POLLIN, 0}};
    for (const OpenedPoint& point : points_) entries.push_back({point.source->fd(), POLLIN, 0});
    return poll(entries.data(), entries.size(), milliseconds) > 0;
  }

  // A frame of each point in turn, so that one that is busy does not fill the queue alone; and
  // not more than the reader is then told of at once.
  void TakeFrames() {
    bool more = true;
    for (int round = 0; more && round < kFramesAtOnce; ++round) {
      more = false;
      for (const OpenedPoint& point : points_) {
        if (ended_.frames() >= settings_.max_frames) break;
        const std::optional<Frame> frame = point.source->Next();
        if (!frame) continue;
        more = true;
        const bool taken = queue_.Push(ToProto(*frame, point.point, settings_.snap_length));
        ended_.set_frames(ended_.frames() + (taken ? 1 : 0));
      }
    }
    on_item_();
  }

  const CaptureSettings settings_;
  std::vector<OpenedPoint> points_;
  const std::function<void()> on_item_;
  FrameQueue queue_;
  v1::CaptureEnded ended_;  // of the thread until `over_`
  std::atomic<bool> over_{false};
  std::atomic<bool> cancelled_{false};
  bool started_taken_ = false;
  bool end_taken_ = false;
  const Descriptor wake_;  // readable when it is cancelled
  std::thread thread_;
};

Captures::Captures(PointOpener open) : open_(std::move(open)) {}
Captures::~Captures() = default;

absl::StatusOr<std::shared_ptr<Capture>> Captures::Start(const CaptureSettings& settings,
                                                         std::function<void()> on_item) {
  const std::lock_guard<std::mutex> lock(mutex_);
  running_.erase(std::remove_if(running_.begin(), running_.end(),
                                [](const auto& running) { return running->over(); }),
                 running_.end());
  if (running_.size() >= kMost) {
    return reconcile::Failure(absl::StatusCode::kFailedPrecondition,
                              absl::StrCat(kMost, " captures run already, the most there may be"),
                              {"TOO_MANY_CAPTURES", "", "end one of them, or wait"});
  }
  std::vector<OpenedPoint> points;
  for (const v1::CapturePoint point : settings.points) {
    auto source = open_(point, settings.device, settings.filter);
    if (!source.ok()) return NotOpened(source.status());
    points.push_back({point, *std::move(source)});
  }
  Descriptor wake(eventfd(0, EFD_CLOEXEC));
  if (wake.get() < 0) return NotOpened(CannotCapture(settings.device, "eventfd", errno));
  running_.push_back(
      std::make_shared<Running>(settings, std::move(points), std::move(on_item), std::move(wake)));
  return running_.back();
}

}  // namespace hostctl::capture
