// The stream of status reports on a thread of its own, so that its reader can wait
// for keys and reports at once. A stream that breaks is opened again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "cli/cancellation.h"
#include "cli/connection.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

class StatsFeed {
 public:
  // A report, or why none comes.
  using Item = std::variant<v1::WatchPtpStatsResponse, Failure>;

  // Starts the thread; only it uses `connection` from here on. Reports come every `period_s`.
  StatsFeed(Connection& connection, int64_t period_s);
  // Ends the stream and the thread.
  ~StatsFeed();
  StatsFeed(const StatsFeed&) = delete;
  StatsFeed& operator=(const StatsFeed&) = delete;

  // Readable when there is something to take. Owned by this object.
  int fd() const { return ready_fd_; }
  // What came since the last call.
  std::vector<Item> Take();

 private:
  void Run();
  void Add(Item item);

  Connection& connection_;
  const int64_t period_s_;
  const int ready_fd_;  // an eventfd
  Cancellation cancellation_;
  std::mutex mutex_;
  std::condition_variable ending_changed_;
  bool ending_ = false;
  std::vector<Item> items_;
  std::thread thread_;
};

}  // namespace hostctl::cli
