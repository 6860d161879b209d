#include "service/host_time/monitor.h"

#include <utility>

#include "service/host_time/time_status.h"
#include "service/host_time/timestamp.h"

namespace hostctl::host_time {

Monitor::Monitor(Sources sources, std::chrono::milliseconds period)
    : sources_(std::move(sources)), period_(period) {}

Monitor::~Monitor() {
  Stop();
}

void Monitor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Monitor::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  woken_.notify_all();
  looked_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Monitor::Id Monitor::Subscribe(Subscriber subscriber) {
  const std::lock_guard<std::mutex> lock(delivering_);
  subscribers_.emplace(next_id_, std::move(subscriber));
  return next_id_++;
}

void Monitor::Unsubscribe(Id id) {
  const std::lock_guard<std::mutex> lock(delivering_);
  subscribers_.erase(id);
}

Observation Monitor::Latest() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return latest_;
}

Observation Monitor::Fresh(std::chrono::milliseconds patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  const uint64_t mine = ++asked_;
  woken_.notify_all();
  looked_.wait_for(lock, patience, [&] { return answered_ >= mine || ending_; });
  return latest_;
}

Observation Monitor::Observe() {
  Known known;
  known.at = sources_.now();
  known.virtual_clock = sources_.virtual_clock;
  known.ptp = sources_.ptp();
  known.stats = sources_.stats();
  if (sources_.ntp) known.ntp = sources_.ntp();
  if (sources_.fallback) known.fallback = sources_.fallback();
  if (sources_.time_zone) known.time_zone = sources_.time_zone();
  known.host_name = sources_.host_name;

  Observation seen;
  seen.at = known.at;
  seen.steady = sources_.steady();
  Bridge(seen.steady, known);
  known.lately = recent_.Take(seen.steady, known);
  seen.status = StatusOf(known);
  seen.owner = OwnerOf(known);
  if (seen.status.health() != health_) {
    health_ = seen.status.health();
    since_ = seen.at;
  }
  *seen.status.mutable_since() = ToTimestamp(since_);
  seen.ptp = std::move(known.ptp);
  if (known.stats.ok()) seen.stats = *std::move(known.stats);
  if (known.ntp.stats.ok()) seen.ntp = *std::move(known.ntp.stats);
  return seen;
}

void Monitor::Bridge(std::chrono::steady_clock::time_point now, Known& known) {
  if (known.stats.ok()) {
    last_stats_ = *known.stats;
    last_stats_at_ = now;
    last_pid_ = known.ptp.engine_pid;
    return;
  }
  const bool lives = known.ptp.settings.enabled && last_pid_ != 0 &&
                     known.ptp.engine_pid == last_pid_ && absl::IsUnavailable(known.stats.status());
  if (lives && last_stats_ && now - last_stats_at_ <= kLate) known.stats = *last_stats_;
}

void Monitor::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    const uint64_t asked = asked_;
    lock.unlock();
    Observation seen = Observe();
    lock.lock();
    latest_ = seen;
    answered_ = asked;
    looked_.notify_all();
    lock.unlock();
    Deliver(seen);
    lock.lock();
    woken_.wait_for(lock, period_, [this] { return ending_ || asked_ > answered_; });
  }
}

void Monitor::Deliver(const Observation& seen) {
  const std::lock_guard<std::mutex> lock(delivering_);
  for (const auto& [id, subscriber] : subscribers_) subscriber(seen);
}

}  // namespace hostctl::host_time
