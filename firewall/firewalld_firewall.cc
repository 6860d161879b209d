#include "firewall/firewalld_firewall.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hostctl::firewall {
namespace {

class FirewalldFirewall final : public Firewall {
 public:
  FirewalldFirewall(std::unique_ptr<Firewall> own, std::unique_ptr<Firewalld> firewalld)
      : own_(std::move(own)),
        firewalld_(std::move(firewalld)),
        wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        all_fd_(epoll_create1(EPOLL_CLOEXEC)) {
    Watch(own_->change_fd());
    Watch(wake_fd_);
  }
  ~FirewalldFirewall() override {
    close(all_fd_);
    close(wake_fd_);
  }
  FirewalldFirewall(const FirewalldFirewall&) = delete;
  FirewalldFirewall& operator=(const FirewalldFirewall&) = delete;

  absl::Status Apply(const Wanted& wanted) override {
    absl::Status done = own_->Apply(wanted);
    if (!done.ok()) return done;
    done = Tell(wanted);
    if (done.ok()) {
      applied_ = wanted;
    } else if (applied_ && !(*applied_ == wanted)) {
      (void)own_->Apply(*applied_);  // was in force a moment ago
      // Whoever does not answer would only keep the caller waiting once more.
      if (!absl::IsUnavailable(done)) (void)Tell(*applied_);
    }
    WatchFirewalld();
    return done;
  }

  absl::StatusOr<bool> Matches(const Wanted& wanted) override {
    absl::StatusOr<bool> matches = own_->Matches(wanted);
    if (matches.ok() && *matches) matches = FirewalldMatches(wanted);
    WatchFirewalld();
    return matches;
  }

  absl::StatusOr<std::vector<RuleCount>> Counters() override { return own_->Counters(); }
  absl::StatusOr<std::vector<ForeignDrop>> ForeignDrops(const Wanted& wanted) override {
    return own_->ForeignDrops(wanted);
  }
  int change_fd() const override { return all_fd_; }

  void DrainChanges() override {
    eventfd_t ignored = 0;
    (void)eventfd_read(wake_fd_, &ignored);  // EAGAIN: there was nothing to drain
    own_->DrainChanges();
    if (firewalld_->TakeChanges()) known_.reset();
  }

  std::string backend_name() const override {
    return own_->backend_name() + (running_ ? ", firewalld" : "");
  }

 private:
  // Does all that firewalld lacks of `wanted`.
  absl::Status Tell(const Wanted& wanted) {
    known_.reset();
    running_ = firewalld_->Running();
    if (!running_) return absl::OkStatus();
    const absl::StatusOr<FirewalldState> state = firewalld_->Read();
    if (!state.ok()) return state.status();
    for (const FirewalldStep& step : StepsTo(wanted, *state)) {
      absl::Status done = firewalld_->Do(step);
      if (!done.ok()) return done;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> FirewalldMatches(const Wanted& wanted) {
    running_ = firewalld_->Running();
    if (firewalld_->TakeChanges() || !running_) known_.reset();
    if (!running_ || (known_ && *known_ == wanted)) return true;
    const absl::StatusOr<FirewalldState> state = firewalld_->Read();
    if (!state.ok()) return state.status();
    if (!StepsTo(wanted, *state).empty()) return false;
    known_ = wanted;
    return true;
  }

  // What was heard while firewalld was spoken to is in nobody's queue any more:
  // wakes the caller for it.
  void WatchFirewalld() {
    if (firewalld_->TakeChanges()) {
      known_.reset();
      (void)eventfd_write(wake_fd_, 1);
    }
    Watch(firewalld_->change_fd());
  }

  // EEXIST: is watched already. The kernel forgets a descriptor that is closed.
  void Watch(int fd) const {
    if (fd < 0) return;
    epoll_event readable{};
    readable.events = EPOLLIN;
    (void)epoll_ctl(all_fd_, EPOLL_CTL_ADD, fd, &readable);
  }

  const std::unique_ptr<Firewall> own_;
  const std::unique_ptr<Firewalld> firewalld_;
  const int wake_fd_;
  const int all_fd_;
  bool running_ = false;
  std::optional<Wanted> applied_;  // by the last Apply() that succeeded
  std::optional<Wanted> known_;    // what firewalld holds; nothing when that has to be read
};

}  // namespace

std::unique_ptr<Firewall> WithFirewalld(std::unique_ptr<Firewall> own,
                                        std::unique_ptr<Firewalld> firewalld) {
  return std::make_unique<FirewalldFirewall>(std::move(own), std::move(firewalld));
}

}  // namespace hostctl::firewall
