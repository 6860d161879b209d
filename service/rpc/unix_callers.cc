// See unix_callers.h.
#include "service/rpc/unix_callers.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hostctl::rpc {

UnixCallers::UnixCallers(grpc::ServerBuilder& builder, Role role, size_t most_connections)
    : most_connections_(most_connections), ended_fd_(epoll_create1(EPOLL_CLOEXEC)) {
  for (User& user : users_) {
    for (Acceptor& acceptor : user.processes) AddAcceptor(builder, role, acceptor);
    AddAcceptor(builder, role, user.others);
  }
  AddAcceptor(builder, role, strangers_.others);
}

UnixCallers::~UnixCallers() {
  for (const auto& [fd, connection] : connections_) close(fd);
  close(ended_fd_);
}

void UnixCallers::AddAcceptor(grpc::ServerBuilder& builder, Role role, Acceptor& acceptor) {
  using Type = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  acceptor.accepts = builder.experimental().AddExternalConnectionAcceptor(
      Type::FROM_FD, StampingCredentials(acceptor.peer, role));
}

UnixCallers::User& UnixCallers::UserOf(int64_t uid) {
  for (User& user : users_) {
    if (user.uid == kNobody) {
      user.uid = uid;
      user.others.peer->store({uid, 0});
    }
    if (user.uid == uid) return user;
  }
  return strangers_;
}

// The acceptors of a user are used in turn: a call that gRPC reads late, when its connection
// has already ended, is not taken for one of the next process.
UnixCallers::Acceptor* UnixCallers::FreeAcceptor(User& user) {
  if (&user == &strangers_) return nullptr;
  for (size_t i = 0; i < kProcesses; ++i) {
    const size_t index = (user.next + i) % kProcesses;
    if (user.processes[index].taken) continue;
    user.next = (index + 1) % kProcesses;
    return &user.processes[index];
  }
  return nullptr;
}

bool UnixCallers::Accept(int fd, int listener_fd) {
  Collect();
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    close(fd);
    return false;
  }
  User& user = UserOf(peer.uid);
  const int watched = user.connections < most_connections_ ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
  epoll_event ended{};
  ended.events = EPOLLHUP;
  ended.data.fd = watched;
  if (watched < 0 || epoll_ctl(ended_fd_, EPOLL_CTL_ADD, watched, &ended) != 0) {
    if (watched >= 0) close(watched);
    close(fd);
    return false;
  }
  Acceptor* const own = FreeAcceptor(user);
  if (own != nullptr) {
    own->taken = true;
    own->peer->store({peer.uid, peer.pid});
  }
  ++user.connections;
  connections_[watched] = {&user, own};
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.listener_fd = listener_fd;
  connection.fd = fd;
  (own != nullptr ? *own : user.others).accepts->HandleNewConnection(&connection);
  return true;
}

void UnixCallers::Collect() {
  std::array<epoll_event, 64> ended{};
  while (true) {
    const int count = epoll_wait(ended_fd_, ended.data(), static_cast<int>(ended.size()), 0);
    if (count <= 0) return;
    for (int i = 0; i < count; ++i) {
      const int fd = ended[static_cast<size_t>(i)].data.fd;
      const Connection connection = connections_.at(fd);
      connections_.erase(fd);
      // By hand: gRPC may still have the connection open, and then closing does not do it.
      epoll_ctl(ended_fd_, EPOLL_CTL_DEL, fd, nullptr);
      close(fd);
      --connection.user->connections;
      if (connection.acceptor != nullptr) connection.acceptor->taken = false;
    }
  }
}

}  // namespace hostctl::rpc
