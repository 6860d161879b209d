// Looks at the host's time once a second, on a thread of its own, and tells whoever
// wants to know: the fallback policy, the event log, precision clocks, watches.
//
//   Monitor monitor(sources);
//   monitor.Start();
//   const auto id = monitor.Subscribe([](const Observation& seen) { ... });
//   ...
//   monitor.Unsubscribe(id);       // from here on it is not called any more
//
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "service/host_time/known.h"
#include "service/host_time/observation.h"
#include "service/host_time/recent.h"

namespace hostctl::host_time {

// Where an observation comes from. Those that are empty tell nothing.
struct Sources {
  std::function<reconcile::PtpView()> ptp;              // required
  std::function<absl::StatusOr<v1::PtpStats>()> stats;  // required
  std::function<NtpView()> ntp;
  std::function<FallbackView()> fallback;
  std::function<std::string()> time_zone;
  std::string host_name;
  bool virtual_clock = false;
  std::function<absl::Time()> now = [] { return absl::Now(); };
  std::function<std::chrono::steady_clock::time_point()> steady = [] {
    return std::chrono::steady_clock::now();
  };
};

class Monitor {
 public:
  using Subscriber = std::function<void(const Observation&)>;
  using Id = uint64_t;

  static constexpr std::chrono::milliseconds kPeriod{1000};
  // So long an engine may be late with its report, on a loaded host, before it counts as silent.
  static constexpr std::chrono::seconds kLate{5};

  explicit Monitor(Sources sources, std::chrono::milliseconds period = kPeriod);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // Makes the first observation at once, then one every period. Once.
  void Start();
  // Ends it, after the observation and the calls it may be at.
  void Stop();

  // `subscriber` is called with each observation from the next one on, on the monitor's
  // thread, one at a time. What it takes delays the others and the next observation. It
  // must not call the monitor, but for Latest().
  Id Subscribe(Subscriber subscriber);
  // Waits for the call that may be going on.
  void Unsubscribe(Id id);

  // The newest observation; before the first one it is empty, its health UNSPECIFIED.
  Observation Latest() const;
  // One that was begun after this call: what was set just before is seen in it. The
  // newest when there is none within `patience`.
  Observation Fresh(std::chrono::milliseconds patience = std::chrono::seconds(3));

 private:
  Observation Observe();
  void Run();
  void Deliver(const Observation& seen);

  const Sources sources_;
  const std::chrono::milliseconds period_;

  // Fills in the last report of an engine that lives and is late with the next.
  void Bridge(std::chrono::steady_clock::time_point now, Known& known);

  // Of the monitor's thread alone.
  Recent recent_;
  std::optional<v1::PtpStats> last_stats_;
  pid_t last_pid_ = 0;
  std::chrono::steady_clock::time_point last_stats_at_;
  v1::TimeHealth health_ = v1::TIME_HEALTH_UNSPECIFIED;
  absl::Time since_;

  std::mutex delivering_;  // held while subscribers are called
  std::map<Id, Subscriber> subscribers_;
  Id next_id_ = 1;

  mutable std::mutex mutex_;
  std::condition_variable woken_;   // the thread: end, or look at once
  std::condition_variable looked_;  // those in Fresh()
  Observation latest_;
  uint64_t asked_ = 0;     // calls of Fresh()
  uint64_t answered_ = 0;  // of those, how many `latest_` is fresh for
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace hostctl::host_time
