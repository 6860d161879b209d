#include "service/host/netlink_socket.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

namespace hostctl::host {
namespace {

// The kernel fills dump messages up to this size when the reader offers as much.
constexpr size_t kReceiveBuffer = size_t{32} * 1024;
// The kernel answers at once; this only keeps a lost answer from hanging us.
constexpr timeval kAnswerTimeout{5, 0};

Bytes BytesOf(const nlmsghdr* message) {
  return {reinterpret_cast<const uint8_t*>(message), message->nlmsg_len};
}

struct ListResult {
  const std::function<absl::Status(Bytes)>& take;
  absl::Status status;
};

int OnListed(const nlmsghdr* message, void* data) {
  auto* result = static_cast<ListResult*>(data);
  result->status = result->take(BytesOf(message));
  return result->status.ok() ? MNL_CB_OK : MNL_CB_ERROR;
}

}  // namespace

absl::StatusOr<NetlinkSocket> NetlinkSocket::Open(int flags) {
  NetlinkSocket socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | flags));
  if (socket.socket_ == nullptr) return absl::ErrnoToStatus(errno, "cannot open a netlink socket");
  if (mnl_socket_bind(socket.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return absl::ErrnoToStatus(errno, "cannot bind a netlink socket");
  }
  // Without these it works too, only the kernel is less talkative.
  for (int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK}) {
    int on = 1;
    static_cast<void>(mnl_socket_setsockopt(socket.socket_.get(), option, &on, sizeof on));
  }
  static_cast<void>(
      setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout));
  return socket;
}

// Hands every message of the answer to `callback`, up to the end of a list or the
// acknowledgement. Returns 0 or an errno; EINTR means that a list was overtaken by
// changes (NLM_F_DUMP_INTR).
int NetlinkSocket::Exchange(nlmsghdr* request, mnl_cb_t callback, void* data,
                            std::string* complaint) {
  request->nlmsg_seq = 1;
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) return errno;
  std::vector<char> buffer(kReceiveBuffer);
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;  // a signal, not a change
    if (size < 0) return errno;
    if (complaint != nullptr) {
      *complaint =
          ComplaintOf({reinterpret_cast<const uint8_t*>(buffer.data()), static_cast<size_t>(size)});
    }
    more = mnl_cb_run(buffer.data(), static_cast<size_t>(size), request->nlmsg_seq,
                      mnl_socket_get_portid(socket_.get()), callback, data);
  }
  return more == MNL_CB_ERROR ? errno : 0;
}

absl::Status NetlinkSocket::List(nlmsghdr* request, const std::string& what,
                                 const std::function<absl::Status(Bytes message)>& take) {
  ListResult result{take, absl::OkStatus()};
  const int error = Exchange(request, OnListed, &result, nullptr);
  if (!result.status.ok()) return result.status;
  if (error == EINTR) return absl::AbortedError(absl::StrCat(what, " changed while being listed"));
  if (error != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot list ", what));
  return absl::OkStatus();
}

absl::Status NetlinkSocket::Command(nlmsghdr* request, const std::string& task) {
  std::string complaint;
  const int error = Exchange(request, nullptr, nullptr, &complaint);
  if (error == 0) return absl::OkStatus();
  absl::Status failed = absl::ErrnoToStatus(
      error, absl::StrCat("cannot ", task, error == EPERM ? " without CAP_NET_ADMIN" : ""));
  if (complaint.empty()) return failed;
  return absl::Status(failed.code(), absl::StrCat(failed.message(), " (", complaint, ")"));
}

absl::Status NetlinkSocket::Join(int group) {
  if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot watch netlink group ", group));
}

}  // namespace hostctl::host
