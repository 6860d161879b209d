// Hands connections of the unix socket to gRPC, so that each call is known to be of the
// user who connected.
//
// gRPC does not say of which connection a call is, and its acceptors are made before the
// server starts. So there is a fixed number of acceptors, each for the connections of one
// user: the first user to call takes the first, and so on. The last is for all further
// users, who are not told apart.
#pragma once

#include <grpcpp/server_builder.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <memory>

#include "service/rpc/actor.h"

namespace hostctl::rpc {

class UnixCallers {
 public:
  // Root and the members of the socket's group: seldom more.
  static constexpr size_t kUsers = 16;

  // Adds the acceptors to a server that is to be built.
  explicit UnixCallers(grpc::ServerBuilder& builder);

  // Hands on the connection `fd`, which gRPC owns from here. One thread at a time.
  void Accept(int fd, int listener_fd);

 private:
  struct Group {
    std::shared_ptr<ConnectionUser> user = std::make_shared<ConnectionUser>(kNobody);
    std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;
  };
  Group& GroupOf(int fd);

  std::array<Group, kUsers + 1> groups_;
};

}  // namespace hostctl::rpc
