// What the sources that are sockets have in common.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace hostctl::capture {

// Closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

template <typename T>
bool SetOption(const Descriptor& fd, int level, int option, const T& value) {
  return setsockopt(fd.get(), level, option, &value, sizeof(value)) == 0;
}

// What errno `error` of `what` on `device` means to who asked for frames.
inline absl::Status CannotCapture(const std::string& device, const std::string& what, int error) {
  const std::string words =
      absl::StrCat("cannot capture on `", device, "`: ", what, ": ", std::strerror(error));
  if (error == EPERM || error == EACCES) {
    return absl::PermissionDeniedError(
        absl::StrCat(words, "; hostd needs CAP_NET_RAW and CAP_NET_ADMIN"));
  }
  if (error == ENODEV || error == ENXIO) return absl::NotFoundError(words);
  return absl::UnavailableError(words);
}

// Calls `take` with each piece of a message's control data that is of `level` and `type`
// and long enough for a T.
template <typename T, typename Take>
void ForEachControl(msghdr& message, int level, int type, Take take) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != level || c->cmsg_type != type || c->cmsg_len < CMSG_LEN(sizeof(T))) {
      continue;
    }
    T value{};
    std::memcpy(&value, CMSG_DATA(c), sizeof(value));
    take(value);
  }
}

// When the kernel saw the message, on a socket with SO_TIMESTAMPNS; else now.
inline absl::Time TimeOf(msghdr& message) {
  absl::Time time = absl::InfinitePast();
  ForEachControl<timespec>(message, SOL_SOCKET, SCM_TIMESTAMPNS,
                           [&](const timespec& stamp) { time = absl::TimeFromTimespec(stamp); });
  return time == absl::InfinitePast() ? absl::Now() : time;
}

}  // namespace hostctl::capture
