// Ends watches from another thread.
//
//   Cancellation cancellation;          // thread A: connection.Watch(..., &cancellation, ...)
//   cancellation.Cancel();              // thread B
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <utility>

namespace hostctl::cli {

class Cancellation {
 public:
  // Cancels the watches that run, and those that come. For good.
  void Cancel() {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    for (const std::function<void()>& cancel : cancels_) cancel();
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
      place_ = cancellation_->cancels_.insert(cancellation_->cancels_.end(), std::move(cancel));
    }
    ~Scope() {
      if (cancellation_ == nullptr) return;
      const std::lock_guard<std::mutex> lock(cancellation_->mutex_);
      cancellation_->cancels_.erase(place_);
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Cancellation* cancellation_;
    std::list<std::function<void()>>::iterator place_;
  };

 private:
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::list<std::function<void()>> cancels_;
};

}  // namespace hostctl::cli
