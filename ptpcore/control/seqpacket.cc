#include "ptpcore/control/seqpacket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::control {
namespace {

std::chrono::microseconds Remaining(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
      deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::microseconds(0));
}

std::string Words(int error) {
  return std::strerror(error);
}

absl::Status ConnectError(const std::string& path, int error) {
  const std::string what = absl::StrCat("cannot connect to ", path, ": ", Words(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(what);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(what);
    case EAGAIN:  // SO_SNDTIMEO ran out while the listener's queue was full
      return absl::DeadlineExceededError(what);
    default:
      return absl::UnavailableError(what);
  }
}

// Waits until `fd` is ready for `events`.
absl::Status WaitFor(int fd, short events, Deadline deadline, const char* doing) {
  while (true) {
    const auto left = Remaining(deadline);
    // Rounded up, so that the last millisecond is waited for and not spun through.
    const int timeout_ms = static_cast<int>((left.count() + 999) / 1000);
    pollfd entry{fd, events, 0};
    const int ready = poll(&entry, 1, timeout_ms);
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) {
      return absl::InternalError(absl::StrCat("poll while ", doing, ": ", Words(errno)));
    }
    if (ready == 0 && Remaining(deadline).count() == 0) {
      return absl::DeadlineExceededError(absl::StrCat("timed out while ", doing));
    }
  }
}

}  // namespace

absl::StatusOr<SeqPacket> SeqPacket::Connect(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("socket path '", path, "' has ", path.size(),
                                                   " bytes; 1 to ", sizeof(address.sun_path) - 1,
                                                   " are possible"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());

  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::InternalError(absl::StrCat("socket: ", Words(errno)));
  SeqPacket result(fd);
  // Room for the largest packet; the kernel's default may be smaller.
  const int room = static_cast<int>(kMaxPacketBytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  // A unix connect waits only while the listener's queue is full, and poll()
  // cannot wait for that; the send timeout can. Zero would mean forever.
  const auto left = std::max(Remaining(deadline), std::chrono::microseconds(1000));
  const timeval timeout{left.count() / 1000000, left.count() % 1000000};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
    return ConnectError(path, errno);
  }
  if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
    return absl::InternalError(absl::StrCat("fcntl(O_NONBLOCK): ", Words(errno)));
  }
  return result;
}

SeqPacket::SeqPacket(int fd) : fd_(fd) {}
SeqPacket::~SeqPacket() {
  Close();
}
SeqPacket::SeqPacket(SeqPacket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SeqPacket& SeqPacket::operator=(SeqPacket&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void SeqPacket::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

absl::Status SeqPacket::Send(const std::string& packet, Deadline deadline) {
  // An empty packet would read as the end of the connection.
  if (packet.empty() || packet.size() > kMaxPacketBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a packet of ", packet.size(),
                                                   " bytes cannot be sent; 1 to ", kMaxPacketBytes,
                                                   " are possible"));
  }
  while (true) {
    const ssize_t sent = send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return absl::OkStatus();
    if (errno == EPIPE || errno == ECONNRESET) {
      return absl::UnavailableError("the other end closed the connection");
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      return absl::InternalError(absl::StrCat("send of ", packet.size(), " bytes: ", Words(errno)));
    }
    absl::Status ready = WaitFor(fd_, POLLOUT, deadline, "sending");
    if (!ready.ok()) return ready;
  }
}

absl::StatusOr<std::string> SeqPacket::Receive(Deadline deadline) {
  while (true) {
    // MSG_PEEK with MSG_TRUNC gives the packet's true size before it is taken.
    const ssize_t size = recv(fd_, nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      absl::Status ready = WaitFor(fd_, POLLIN, deadline, "waiting for an answer");
      if (!ready.ok()) return ready;
      continue;
    }
    if (size == 0 || (size < 0 && errno == ECONNRESET)) {
      return absl::UnavailableError("the other end closed the connection");
    }
    if (size < 0) return absl::InternalError(absl::StrCat("recv: ", Words(errno)));
    if (static_cast<size_t>(size) > kMaxPacketBytes) {
      return absl::DataLossError(absl::StrCat("a packet of ", size, " bytes arrived; at most ",
                                              kMaxPacketBytes, " are allowed"));
    }
    std::string packet(static_cast<size_t>(size), '\0');
    const ssize_t taken = recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT);
    if (taken != size) return absl::InternalError(absl::StrCat("recv: ", Words(errno)));
    return packet;
  }
}

absl::StatusOr<pid_t> SeqPacket::PeerPid() const {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
    return absl::InternalError(absl::StrCat("getsockopt(SO_PEERCRED): ", Words(errno)));
  }
  if (peer.pid <= 0) {
    return absl::InternalError("the peer's process lives in another PID namespace");
  }
  return peer.pid;
}

}  // namespace ptpcore::control
