#include "ptpcore/engine/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/engine/report.h"
#include "ptpcore/engine/seconds_report.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;

constexpr size_t kMaxPacketBytes = size_t{256} * 1024;

absl::Status Failed(const std::string& path, const char* what) {
  return absl::UnavailableError(
      absl::StrCat("control socket ", path, ": ", what, ": ", std::strerror(errno)));
}

// Makes way for a new socket file.
absl::Status ClearPath(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return absl::OkStatus();
  if (!S_ISSOCK(status.st_mode)) {
    return absl::AlreadyExistsError(absl::StrCat(path, " exists and is not a socket"));
  }
  const net::FileDescriptor probe(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return absl::AlreadyExistsError(absl::StrCat("another engine is listening at ", path));
  }
  return unlink(path.c_str()) == 0 ? absl::OkStatus() : Failed(path, "unlink");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ControlServer>> ControlServer::Listen(const std::string& path,
                                                                     std::string version) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("control socket '", path, "': a path of 1 to ",
                                                   sizeof(address.sun_path) - 1, " octets"));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (absl::Status s = ClearPath(path, address); !s.ok()) return s;

  net::FileDescriptor listener(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  if (!listener) return Failed(path, "socket");
  if (!net::MakeQuiet(listener.get())) return Failed(path, "fcntl");
  const mode_t umask_before = umask(0117);
  const int bound =
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  umask(umask_before);
  if (bound != 0) return Failed(path, "bind");
  if (listen(listener.get(), static_cast<int>(kMaxConnections)) != 0) return Failed(path, "listen");
  return std::unique_ptr<ControlServer>(
      new ControlServer(path, std::move(version), std::move(listener)));
}

ControlServer::ControlServer(std::string path, std::string version, net::FileDescriptor listener)
    : path_(std::move(path)), version_(std::move(version)), listener_(std::move(listener)) {}

ControlServer::~ControlServer() {
  unlink(path_.c_str());
}

void ControlServer::AppendPollFds(std::vector<pollfd>& fds) const {
  // Those that wait for a place stay in the kernel's queue.
  if (connections_.size() < kMaxConnections) fds.push_back({listener_.get(), POLLIN, 0});
  for (const net::FileDescriptor& c : connections_) fds.push_back({c.get(), POLLIN, 0});
}

void ControlServer::HandleReady(absl::Span<const pollfd> fds, PtpEngine& engine) {
  for (const pollfd& ready : fds) {
    if (ready.revents == 0) continue;
    if (ready.fd == listener_.get()) {
      Accept();
      continue;
    }
    const auto connection =
        std::find_if(connections_.begin(), connections_.end(),
                     [&](const net::FileDescriptor& c) { return c.get() == ready.fd; });
    if (connection != connections_.end() && !Serve(ready.fd, engine))
      connections_.erase(connection);
  }
}

void ControlServer::Accept() {
  net::FileDescriptor connection(accept(listener_.get(), nullptr, nullptr));
  if (connection && net::MakeQuiet(connection.get())) connections_.push_back(std::move(connection));
}

bool ControlServer::Serve(int fd, PtpEngine& engine) {
  buffer_.resize(kMaxPacketBytes);
  const ssize_t size = recv(fd, buffer_.data(), buffer_.size(), MSG_TRUNC);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  // Nothing means that the peer has gone; more than fits is not a request of ours.
  if (size == 0 || static_cast<size_t>(size) > buffer_.size()) return false;
  buffer_.resize(static_cast<size_t>(size));
  const std::string answer = Answer(buffer_, engine);
  if (answer.empty()) return false;
  return send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(answer.size());
}

std::string ControlServer::Answer(const std::string& packet, PtpEngine& engine) {
  v1::ControlRequest request;
  if (!request.ParseFromString(packet)) return "";
  v1::ControlResponse response;
  switch (request.request_case()) {
    case v1::ControlRequest::kHello: {
      v1::HelloResponse& hello = *response.mutable_hello();
      hello.set_version(version_);
      hello.set_pid(static_cast<uint32_t>(getpid()));
      if (engine.config() != nullptr) *hello.mutable_config() = *engine.config();
      break;
    }
    case v1::ControlRequest::kConfigure: {
      const absl::StatusOr<bool> changed = engine.Configure(request.configure().config());
      if (changed.ok()) {
        response.mutable_configure()->set_changed(*changed);
      } else {
        response.set_error(std::string(changed.status().message()));
      }
      break;
    }
    case v1::ControlRequest::kGetStats:
      *response.mutable_stats() = MakeReport(engine);
      break;
    case v1::ControlRequest::kGetSeconds:
      *response.mutable_seconds() = MakeSeconds(engine, request.get_seconds().after());
      break;
    case v1::ControlRequest::kShutdown:
      shutdown_requested_ = true;
      return "";
    case v1::ControlRequest::REQUEST_NOT_SET:
      response.set_error("this engine does not know the request; is hostd newer than ptpd?");
      break;
  }
  return response.SerializeAsString();
}

}  // namespace ptpcore::engine
