// One rtnetlink request and its answer.
//
//   absl::StatusOr<NetlinkSocket> socket = NetlinkSocket::Open();
//   absl::Status done = socket->Command(request, "give `eth0` an MTU of 9000");
#pragma once

#include <libmnl/libmnl.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/host/netlink_bytes.h"

namespace hostctl::host {

class NetlinkSocket {
 public:
  // `flags`: of socket(2), such as SOCK_NONBLOCK.
  static absl::StatusOr<NetlinkSocket> Open(int flags = 0);

  // Sends a request for a list, and hands every message of the answer to `take`, until
  // that fails. ABORTED when changes overtook the list; `what` is listed.
  absl::Status List(nlmsghdr* request, const std::string& what,
                    const std::function<absl::Status(Bytes message)>& take);

  // Sends a request to change something and waits for the acknowledgement. An error
  // says `cannot <task>`, errno's meaning, and what the kernel says of it; its code is
  // errno's.
  absl::Status Command(nlmsghdr* request, const std::string& task);

  // Subscribes to a group (RTNLGRP_LINK, ...).
  absl::Status Join(int group);

  int fd() const { return mnl_socket_get_fd(socket_.get()); }

 private:
  struct Closer {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  explicit NetlinkSocket(mnl_socket* socket) : socket_(socket) {}
  int Exchange(nlmsghdr* request, mnl_cb_t callback, void* data, std::string* complaint);

  std::unique_ptr<mnl_socket, Closer> socket_;
};

}  // namespace hostctl::host
