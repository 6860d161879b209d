// A source of frames that a test fills.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <mutex>

#include "frames.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

// What has been put in and not yet taken; outlives the source. Thread-safe.
class FakeWire {
 public:
  FakeWire() : readable_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~FakeWire() { close(readable_); }
  FakeWire(const FakeWire&) = delete;
  FakeWire& operator=(const FakeWire&) = delete;

  void Put(Frame frame) {
    const std::lock_guard<std::mutex> lock(mutex_);
    frames_.push_back(std::move(frame));
    eventfd_write(readable_, 1);
  }
  std::optional<Frame> Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (frames_.empty()) {
      eventfd_t count = 0;
      eventfd_read(readable_, &count);
      return std::nullopt;
    }
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  bool empty() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return frames_.empty();
  }
  int fd() const { return readable_; }

  uint64_t dropped = 0;
  int open = 0;  // sources that listen

 private:
  const int readable_;
  std::mutex mutex_;
  std::deque<Frame> frames_;
};

class FakeSource final : public FrameSource {
 public:
  explicit FakeSource(FakeWire& wire) : wire_(wire) { ++wire_.open; }
  ~FakeSource() override { --wire_.open; }
  int fd() const override { return wire_.fd(); }
  std::optional<Frame> Next() override { return wire_.Take(); }
  uint64_t dropped() override { return wire_.dropped; }

 private:
  FakeWire& wire_;
};

}  // namespace hostctl::capture
