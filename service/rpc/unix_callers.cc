// See unix_callers.h.
#include "service/rpc/unix_callers.h"

#include <sys/socket.h>

namespace hostctl::rpc {

UnixCallers::UnixCallers(grpc::ServerBuilder& builder) {
  using Type = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  for (Group& group : groups_) {
    group.acceptor = builder.experimental().AddExternalConnectionAcceptor(
        Type::FROM_FD, StampingCredentials(group.user));
  }
}

UnixCallers::Group& UnixCallers::GroupOf(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return groups_.back();
  for (size_t i = 0; i < kUsers; ++i) {
    ConnectionUser& user = *groups_[i].user;
    if (user == kNobody) user = peer.uid;
    if (user == peer.uid) return groups_[i];
  }
  return groups_.back();
}

void UnixCallers::Accept(int fd, int listener_fd) {
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.listener_fd = listener_fd;
  connection.fd = fd;
  GroupOf(fd).acceptor->HandleNewConnection(&connection);
}

}  // namespace hostctl::rpc
