#include "service/diagnose/observer.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::diagnose {
namespace {

// A host full of containers has hundreds of devices.
constexpr size_t kMostDevices = 16;
// So that a flood does not keep us from looking at the time.
constexpr int kMostFramesAtOnce = 1000;

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

TakenAt Now() {
  const double monotonic = Seconds(CLOCK_MONOTONIC);
  return {monotonic, Seconds(CLOCK_REALTIME) - monotonic};
}

}  // namespace

Observer::Observer(const std::string& device, const std::vector<std::string>& others)
    : device_(device) {
  std::vector<std::string> devices = {device};
  for (const std::string& other : others) {
    if (other != device && devices.size() < kMostDevices) devices.push_back(other);
  }
  for (const std::string& name : devices) {
    auto frames = capture::OpenPacketSocket(name, capture::FrameFilter::kPtpAndMembership);
    if (frames.ok()) {
      wires_.push_back({name, *std::move(frames)});
    } else if (name == device) {
      no_wire_ = std::string(frames.status().message());
    }
  }
  auto trace = firewall::DropTrace::Start(device);
  if (trace.ok()) {
    trace_ = *std::move(trace);
  } else {
    no_trace_ = std::string(trace.status().message());
  }
}

void Observer::SetOwn(const v1::PortIdentity& own) {
  counter_.SetOwn(absl::StrCat(own.clock_identity(), "/", own.port_number()));
}

void Observer::Watch(std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + time;
  std::vector<pollfd> entries;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return;
    entries.clear();
    for (const Wire& wire : wires_) entries.push_back({wire.frames->fd(), POLLIN, 0});
    if (trace_ != nullptr) entries.push_back({trace_->fd(), POLLIN, 0});
    if (poll(entries.data(), entries.size(), static_cast<int>(left.count())) < 0) continue;
    for (size_t i = 0; i < wires_.size(); ++i) {
      if (entries[i].revents != 0) TakeFrames(wires_[i]);
    }
    if (trace_ != nullptr && entries.back().revents != 0) trace_->Drain();
  }
}

void Observer::TakeFrames(Wire& wire) {
  for (int i = 0; i < kMostFramesAtOnce; ++i) {
    const std::optional<capture::Frame> frame = wire.frames->Next();
    if (!frame) return;
    counter_.Add(wire.device, *frame, Now());
  }
}

bool Observer::HearsPtp() const {
  const auto& talkers = counter_.traffic().talkers;
  return std::any_of(talkers.begin(), talkers.end(), [this](const Talker& talker) {
    return !talker.own && talker.device == device_;
  });
}

void Observer::Describe(Facts& facts) {
  uint64_t lost = 0;
  for (const Wire& wire : wires_) lost += wire.frames->dropped();
  counter_.SetFramesLost(lost);
  facts.wire.available = no_wire_.empty();
  facts.wire.unavailable = no_wire_;
  facts.wire.traffic = counter_.traffic();
  facts.firewall.traced = trace_ != nullptr;
  facts.firewall.not_traced = no_trace_;
  if (trace_ != nullptr) facts.firewall.drops = trace_->Drops();
}

}  // namespace hostctl::diagnose
