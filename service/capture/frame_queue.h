// Frames that wait for a reader: bounded in number and octets, never blocks who brings
// them. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "hostctl/v1/diagnostics.pb.h"

namespace hostctl::capture {

class FrameQueue {
 public:
  static constexpr size_t kMostFrames = 1024;
  static constexpr size_t kMostOctets = size_t{4} << 20;

  // Takes a frame, or drops and counts it where there is no room; whether it was taken.
  bool Push(v1::CapturedFrame frame) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t octets = frame.data().size();
    if (frames_.size() >= kMostFrames || octets_ + octets > kMostOctets) {
      ++dropped_;
      return false;
    }
    octets_ += octets;
    frames_.push_back(std::move(frame));
    return true;
  }

  std::optional<v1::CapturedFrame> Pop() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (frames_.empty()) return std::nullopt;
    v1::CapturedFrame frame = std::move(frames_.front());
    frames_.pop_front();
    octets_ -= frame.data().size();
    return frame;
  }

  uint64_t dropped() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return dropped_;
  }

 private:
  std::mutex mutex_;
  std::deque<v1::CapturedFrame> frames_;
  size_t octets_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace hostctl::capture
