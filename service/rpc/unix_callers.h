// Hands connections of a unix socket to gRPC, so that each call is known to be of the
// process and the user who connected.
//
// gRPC does not say of which connection a call is, and its acceptors are made before the
// server starts. So there is a fixed number of acceptors. A user who is the first to call
// takes a group of them: one each for as many connections as are seldom exceeded, whose
// process is known, and one for all further connections of that user, whose is not. The last
// acceptor is for the users for whom no group is left, who are not told apart.
#pragma once

#include <grpcpp/server_builder.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <map>
#include <memory>

#include "service/rpc/caller.h"

namespace hostctl::rpc {

class UnixCallers {
 public:
  // Root and the members of the socket's group: seldom more.
  static constexpr size_t kUsers = 16;
  // Connections of one user at once whose processes are told apart.
  static constexpr size_t kProcesses = 4;

  // Adds the acceptors to a server that is to be built. Every caller has `role`, and each
  // user at most `most_connections` at once.
  UnixCallers(grpc::ServerBuilder& builder, Role role, size_t most_connections);
  ~UnixCallers();
  UnixCallers(const UnixCallers&) = delete;
  UnixCallers& operator=(const UnixCallers&) = delete;

  // Hands on the connection `fd`, which is not the caller's any more. False: its user has too
  // many, or nobody knows who that is, and it was closed. One thread at a time, as Collect().
  bool Accept(int fd, int listener_fd);

  // Readable when connections have ended, which Collect() takes note of.
  int ended_fd() const { return ended_fd_; }
  void Collect();

 private:
  struct Acceptor {
    std::shared_ptr<ConnectionPeer> peer = std::make_shared<ConnectionPeer>();
    std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> accepts;
    bool taken = false;
  };
  struct User {
    int64_t uid = kNobody;
    size_t connections = 0;
    size_t next = 0;  // of `processes`: the one that is free for the longest time
    std::array<Acceptor, kProcesses> processes;
    Acceptor others;
  };
  struct Connection {
    User* user = nullptr;
    Acceptor* acceptor = nullptr;  // null: one that many share
  };
  void AddAcceptor(grpc::ServerBuilder& builder, Role role, Acceptor& acceptor);
  User& UserOf(int64_t uid);
  Acceptor* FreeAcceptor(User& user);

  const size_t most_connections_;
  const int ended_fd_;  // an epoll of a second descriptor of each connection
  std::array<User, kUsers> users_;
  User strangers_;
  std::map<int, Connection> connections_;  // by the second descriptor
};

}  // namespace hostctl::rpc
