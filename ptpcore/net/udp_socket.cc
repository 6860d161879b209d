#include "ptpcore/net/udp_socket.h"

#include "absl/strings/str_cat.h"
#include "ptpcore/net/socket_calls.h"

namespace ptpcore::net {

absl::StatusOr<FileDescriptor> OpenUdpSocket(const std::string& name, int domain) {
  FileDescriptor fd(socket(domain, SOCK_DGRAM, 0));
  if (!fd) return Failed(name, "socket");
  if (!MakeQuiet(fd.get())) return Failed(name, "fcntl");
  if (!SetOption(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1)) return Failed(name, "SO_REUSEADDR");
  if (setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, name.c_str(),
                 static_cast<socklen_t>(name.size() + 1)) != 0) {
    return Failed(name, "SO_BINDTODEVICE");
  }
  return fd;
}

absl::Status BindUdpSocket(const std::string& name, int fd, const SocketAddress& any,
                           MessageClass which) {
  if (bind(fd, reinterpret_cast<const sockaddr*>(&any.storage), any.size) != 0) {
    return Failed(name, absl::StrCat("bind to UDP port ", UdpPort(which)));
  }
  return absl::OkStatus();
}

}  // namespace ptpcore::net
