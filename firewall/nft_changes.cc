#include "firewall/nft_changes.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace hostctl::firewall {

void NftChanges::Close::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

NftChanges::NftChanges()
    : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
  if (!socket_) return;
  int group = NFNLGRP_NFTABLES;
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0 ||
      mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
    socket_.reset();
  }
}

int NftChanges::fd() const {
  return socket_ ? mnl_socket_get_fd(socket_.get()) : -1;
}

void NftChanges::Drain() {
  if (!socket_) return;
  std::array<char, 8192> ignored;
  // ENOBUFS says once that notifications were lost, and reading goes on.
  while (recv(fd(), ignored.data(), ignored.size(), 0) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
}

}  // namespace hostctl::firewall
