// Ends a watch from another thread.
//
//   Cancellation cancellation;          // thread A: connection.Watch(..., &cancellation, ...)
//   cancellation.Cancel();              // thread B
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace hostctl::cli {

class Cancellation {
 public:
  // Cancels the watch that runs, or the next one. For good.
  void Cancel() {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    if (cancel_) cancel_();
  }

  bool cancelled() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return cancelled_;
  }

  // While it lives, Cancel() calls `cancel`; at once, if that has happened before.
  class Scope {
   public:
    // `cancellation` may be null: then nothing can happen.
    Scope(Cancellation* cancellation, std::function<void()> cancel) : cancellation_(cancellation) {
      if (cancellation_ == nullptr) return;
      const std::lock_guard<std::mutex> lock(cancellation_->mutex_);
      if (cancellation_->cancelled_) cancel();
      cancellation_->cancel_ = std::move(cancel);
    }
    ~Scope() {
      if (cancellation_ == nullptr) return;
      const std::lock_guard<std::mutex> lock(cancellation_->mutex_);
      cancellation_->cancel_ = nullptr;
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Cancellation* cancellation_;
  };

 private:
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::function<void()> cancel_;
};

}  // namespace hostctl::cli
