#include "cli/stats_feed.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr std::chrono::seconds kPauseBeforeTryingAgain{1};

}  // namespace

StatsFeed::StatsFeed(Connection& connection, int64_t period_s)
    : connection_(connection),
      period_s_(period_s),
      ready_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

StatsFeed::~StatsFeed() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  ending_changed_.notify_all();
  cancellation_.Cancel();
  thread_.join();
  close(ready_fd_);
}

std::vector<StatsFeed::Item> StatsFeed::Take() {
  eventfd_t count = 0;
  eventfd_read(ready_fd_, &count);
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(items_, {});
}

void StatsFeed::Add(Item item) {
  const std::lock_guard<std::mutex> lock(mutex_);
  items_.push_back(std::move(item));
  eventfd_write(ready_fd_, 1);
}

void StatsFeed::Run() {
  v1::WatchPtpStatsRequest request;
  request.mutable_period()->set_seconds(period_s_);
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    lock.unlock();
    WatchResult result =
        connection_
            .Watch<v1::PtpService::Stub, v1::WatchPtpStatsRequest, v1::WatchPtpStatsResponse>(
                &v1::PtpService::Stub::WatchPtpStats, request, std::nullopt, &cancellation_,
                [this](const v1::WatchPtpStatsResponse& report) {
                  Add(report);
                  return true;
                });
    if (result.end == WatchResult::End::kFailed) Add(std::move(result.failure));
    lock.lock();
    ending_changed_.wait_for(lock, kPauseBeforeTryingAgain, [this] { return ending_; });
  }
}

}  // namespace hostctl::cli
