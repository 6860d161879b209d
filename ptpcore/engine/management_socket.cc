#include "ptpcore/engine/management_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::engine {
namespace {

constexpr int kMaxAtOnce = 8;

absl::Status Failed(const std::string& path, const char* what) {
  return absl::UnavailableError(
      absl::StrCat("management socket ", path, ": ", what, ": ", std::strerror(errno)));
}

std::optional<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// Makes way for a new socket file.
absl::Status ClearPath(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return absl::OkStatus();
  if (!S_ISSOCK(status.st_mode)) {
    return absl::AlreadyExistsError(absl::StrCat(path, " exists and is not a socket"));
  }
  const net::FileDescriptor probe(socket(AF_UNIX, SOCK_DGRAM, 0));
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return absl::AlreadyExistsError(
        absl::StrCat("management socket ", path, ": another program listens there"));
  }
  return unlink(path.c_str()) == 0 ? absl::OkStatus() : Failed(path, "unlink");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ManagementSocket>> ManagementSocket::Bind(const std::string& path) {
  const std::optional<sockaddr_un> address = AddressOf(path);
  if (!address) {
    return absl::InvalidArgumentError(absl::StrCat("management socket '", path,
                                                   "': a path of 1 to ",
                                                   sizeof(sockaddr_un::sun_path) - 1, " octets"));
  }
  if (absl::Status s = ClearPath(path, *address); !s.ok()) return s;
  net::FileDescriptor fd(socket(AF_UNIX, SOCK_DGRAM, 0));
  if (!fd) return Failed(path, "socket");
  if (!net::MakeQuiet(fd.get())) return Failed(path, "fcntl");
  const mode_t umask_before = umask(0117);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address));
  umask(umask_before);
  if (bound != 0) return Failed(path, "bind");
  return std::unique_ptr<ManagementSocket>(new ManagementSocket(path, std::move(fd)));
}

ManagementSocket::ManagementSocket(std::string path, net::FileDescriptor fd)
    : path_(std::move(path)), fd_(std::move(fd)) {}

ManagementSocket::~ManagementSocket() {
  unlink(path_.c_str());
}

void ManagementSocket::AppendPollFds(std::vector<pollfd>& fds) const {
  fds.push_back({fd_.get(), POLLIN, 0});
}

void ManagementSocket::HandleReady(absl::Span<const pollfd> fds, Sink sink) {
  bool ready = false;
  for (const pollfd& entry : fds) ready = ready || (entry.fd == fd_.get() && entry.revents != 0);
  if (!ready) return;
  std::array<uint8_t, wire::kMaxMessageSize> octets;
  for (int i = 0; i < kMaxAtOnce; ++i) {
    sockaddr_un from{};
    socklen_t size = sizeof(from);
    const ssize_t received = recvfrom(fd_.get(), octets.data(), octets.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &size);
    if (received < 0) return;
    // A name in the file system; neither unnamed nor abstract.
    constexpr size_t kPathStart = offsetof(sockaddr_un, sun_path);
    std::string path;
    if (size > kPathStart) path.assign(from.sun_path, strnlen(from.sun_path, size - kPathStart));
    sink(absl::MakeConstSpan(octets.data(), static_cast<size_t>(received)), path);
  }
}

void ManagementSocket::Send(absl::Span<const uint8_t> message, const std::string& to) {
  const std::optional<sockaddr_un> address = AddressOf(to);
  if (!address) return;
  sendto(fd_.get(), message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&*address),
         sizeof(*address));
}

}  // namespace ptpcore::engine
