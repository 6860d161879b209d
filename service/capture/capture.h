// Captures: frames of one interface from several points at once, on their way to a client.
//
//   Captures captures(OpenPoint);
//   auto capture = captures.Start(settings, [&] { WakeTheWriter(); });
//   while (auto item = (*capture)->Take()) Write(*item);    // whenever there is something
//
// A capture is bounded in frames, time, and what waits for a slow reader: frames that find
// no room are dropped and counted.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hostctl/v1/diagnostics.pb.h"
#include "service/capture/frame_queue.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

struct CaptureSettings {
  std::string interface;  // as the user named it
  std::string device;     // its name in the kernel
  std::vector<v1::CapturePoint> points;
  FrameFilter filter = FrameFilter::kAll;
  uint32_t max_frames = 10000;
  std::chrono::milliseconds max_duration{60000};
  size_t snap_length = 65535;
};

// Opens a source at a point of a device.
using PointOpener = std::function<absl::StatusOr<std::unique_ptr<FrameSource>>(
    v1::CapturePoint point, const std::string& device, FrameFilter filter)>;

// Those of this host: packet_socket.h, ip_tap.h, ptp_socket.h.
absl::StatusOr<std::unique_ptr<FrameSource>> OpenPoint(v1::CapturePoint point,
                                                       const std::string& device,
                                                       FrameFilter filter);

// A capture that runs, on a thread of its own.
class Capture {
 public:
  using Item = v1::CaptureResponse;

  virtual ~Capture() = default;
  // What comes next: how it started, frames, how it ended; absent while there is nothing.
  // Of any thread, but of one at a time.
  virtual std::optional<Item> Take() = 0;
  // Ends it soon; then nothing more comes. Any thread.
  virtual void Cancel() = 0;
};

// The captures of this host. Thread-safe.
class Captures {
 public:
  static constexpr size_t kMost = 4;  // at once

  explicit Captures(PointOpener open);
  // Ends all.
  ~Captures();

  // Starts one; `on_item` is called on its thread when there is something to take, and not
  // after it has ended. FAILED_PRECONDITION TOO_MANY_CAPTURES, or as the opener fails, with
  // reason CAPTURE_NOT_PERMITTED where that is PERMISSION_DENIED.
  absl::StatusOr<std::shared_ptr<Capture>> Start(const CaptureSettings& settings,
                                                 std::function<void()> on_item);

 private:
  class Running;

  const PointOpener open_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Running>> running_;
};

}  // namespace hostctl::capture
