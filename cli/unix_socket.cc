// The kernel says ECONNREFUSED for a regular file as well as for the socket of a
// dead process, and ENOENT for much; so the path itself is looked at.
#include "cli/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hostctl::cli {
namespace {

std::string KindOfFile(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  return "a device";
}

Failure NotReachable(const std::string& message, const std::string& remedy) {
  return {kExitNotReachable, message, {}, {remedy}};
}

// Why connect() on `path` failed with `error`.
Failure Diagnose(const std::string& path, int error) {
  struct stat status {};
  const bool found = stat(path.c_str(), &status) == 0;
  if (error == EACCES || error == EPERM || (!found && errno == EACCES)) {
    return {kExitRefused,
            "No permission to use the socket " + path,
            {},
            {"run hostctl with sudo, or become a member of the group that owns the socket: sudo "
             "usermod "
             "-aG hostctl USER, and log in again"}};
  }
  if (!found) {
    return NotReachable("hostd is not running: there is no socket " + path, StartRemedy());
  }
  if (!S_ISSOCK(status.st_mode)) {
    return NotReachable(path + " is " + KindOfFile(status.st_mode) + ", not hostd's socket",
                        "name hostd's socket with --socket");
  }
  if (error == ECONNREFUSED) {
    return NotReachable(
        "hostd is not running: nobody listens on the socket " + path + " that it left behind",
        StartRemedy());
  }
  if (error == EAGAIN) {
    return NotReachable("hostd does not accept connections on " + path + ": it is too busy",
                        "try again, or see what hostd logs");
  }
  return NotReachable("Cannot connect to " + path + ": " + std::strerror(error), StartRemedy());
}

}  // namespace

std::string StartRemedy() {
  return "start hostd ('systemctl start hostd', or 'hostd' as root, or 'hostd --sandbox' to try "
         "it), or name its socket with --socket";
}

SocketResult ConnectUnixSocket(const std::string& path, std::chrono::seconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return {-1, NotReachable("The socket path " + path + " has " + std::to_string(path.size()) +
                                 " bytes; a socket path has 1 to " +
                                 std::to_string(sizeof(address.sun_path) - 1),
                             "name a shorter path with --socket")};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return {-1, NotReachable(std::string("Cannot make a socket: ") + std::strerror(errno),
                             "try again")};
  const timeval limit{timeout.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const int error = errno;
    close(fd);
    return {-1, Diagnose(path, error)};
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return {fd, {}};
}

}  // namespace hostctl::cli
