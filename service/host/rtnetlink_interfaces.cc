// See rtnetlink_interfaces.h. Requests go out on a socket of their own each:
// what an interrupted dump left behind is gone with its socket.
#include "service/host/rtnetlink_interfaces.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "service/host/rtnetlink_parse.h"

namespace hostctl::host {
namespace {

// The kernel fills dump messages up to this size when the reader offers as much.
constexpr size_t kReceiveBuffer = size_t{32} * 1024;
constexpr size_t kRequestBuffer = 512;
// The devices changed while they were listed: how often to list them anew.
constexpr int kReadAttempts = 10;
// The kernel answers at once; this only keeps a lost answer from hanging us.
constexpr timeval kAnswerTimeout{5, 0};

struct SocketCloser {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, SocketCloser>;

absl::StatusOr<Socket> Open(int flags) {
  Socket socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | flags));
  if (socket == nullptr) return absl::ErrnoToStatus(errno, "cannot open a netlink socket");
  if (mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return absl::ErrnoToStatus(errno, "cannot bind a netlink socket");
  }
  return socket;
}

absl::Span<const uint8_t> BytesOf(const nlmsghdr* message) {
  return {reinterpret_cast<const uint8_t*>(message), message->nlmsg_len};
}

struct DumpResult {
  SnapshotBuilder* builder;
  absl::Status status;
};

int OnDumpMessage(const nlmsghdr* message, void* data) {
  auto* result = static_cast<DumpResult*>(data);
  result->status = result->builder->Add(BytesOf(message));
  return result->status.ok() ? MNL_CB_OK : MNL_CB_ERROR;
}

// Sends `request` and hands every message of the answer to `callback`, up to the
// end of a dump or the acknowledgement. Returns 0 or an errno; EINTR means that
// a dump was overtaken by changes (NLM_F_DUMP_INTR).
int Exchange(mnl_socket* socket, nlmsghdr* request, mnl_cb_t callback, void* data) {
  static_cast<void>(setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout,
                               sizeof kAnswerTimeout));
  request->nlmsg_seq = 1;
  if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) return errno;
  std::vector<char> buffer(kReceiveBuffer);
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const ssize_t size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;  // a signal, not a change
    if (size < 0) return errno;
    more = mnl_cb_run(buffer.data(), static_cast<size_t>(size), request->nlmsg_seq,
                      mnl_socket_get_portid(socket), callback, data);
  }
  return more == MNL_CB_ERROR ? errno : 0;
}

// Lists all of one kind (RTM_GETLINK, RTM_GETADDR or RTM_GETROUTE) into `builder`. ABORTED when
// changes overtook the list.
absl::Status Dump(uint16_t type, const char* what, SnapshotBuilder& builder) {
  absl::StatusOr<Socket> socket = Open(0);
  if (!socket.ok()) return socket.status();
  alignas(nlmsghdr) std::array<char, kRequestBuffer> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = type;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (type == RTM_GETLINK) {
    mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg));
    mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  } else if (type == RTM_GETADDR) {
    void* header = mnl_nlmsg_put_extra_header(request, sizeof(ifaddrmsg));
    static_cast<ifaddrmsg*>(header)->ifa_family = AF_INET;
  } else {
    void* header = mnl_nlmsg_put_extra_header(request, sizeof(rtmsg));
    static_cast<rtmsg*>(header)->rtm_family = AF_INET;
  }
  DumpResult result{&builder, absl::OkStatus()};
  const int error = Exchange(socket->get(), request, OnDumpMessage, &result);
  if (!result.status.ok()) return result.status;
  if (error == EINTR) return absl::AbortedError(absl::StrCat(what, " changed while being listed"));
  if (error != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot list ", what));
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> ReadOnce() {
  SnapshotBuilder builder;
  absl::Status done = Dump(RTM_GETLINK, "network devices", builder);
  if (done.ok()) done = Dump(RTM_GETADDR, "IPv4 addresses", builder);
  if (done.ok()) done = Dump(RTM_GETROUTE, "IPv4 routes", builder);
  if (!done.ok()) return done;
  return builder.Build();
}

// Adds or removes one alternative name.
absl::Status ChangeName(uint16_t type, uint16_t flags, int index, const std::string& name) {
  const std::string task = absl::StrCat(type == RTM_NEWLINKPROP ? "give" : "take from",
                                        " network device ", index, " the name `", name, "`");
  if (index <= 0 || name.empty() || name.size() >= ALTIFNAMSIZ) {
    return absl::InvalidArgumentError(absl::StrCat("cannot ", task, ": the index must be positive",
                                                   " and the name 1 to ", ALTIFNAMSIZ - 1,
                                                   " characters long"));
  }
  absl::StatusOr<Socket> socket = Open(0);
  if (!socket.ok()) return socket.status();
  alignas(nlmsghdr) std::array<char, kRequestBuffer> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = type;
  request->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  auto* link = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg)));
  link->ifi_index = index;
  nlattr* list = mnl_attr_nest_start(request, IFLA_PROP_LIST);
  mnl_attr_put_strz(request, IFLA_ALT_IFNAME, name.c_str());
  mnl_attr_nest_end(request, list);
  const int error = Exchange(socket->get(), request, nullptr, nullptr);
  if (error == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      error, absl::StrCat("cannot ", task, error == EPERM ? " without CAP_NET_ADMIN" : ""));
}

class RtnetlinkInterfaces : public Interfaces {
 public:
  explicit RtnetlinkInterfaces(Socket monitor) : monitor_(std::move(monitor)) {}

  absl::StatusOr<Snapshot> Read() override {
    for (int attempt = 1; attempt < kReadAttempts; ++attempt) {
      absl::StatusOr<Snapshot> snapshot = ReadOnce();
      if (!absl::IsAborted(snapshot.status())) return snapshot;
    }
    return ReadOnce();
  }

  absl::Status AddAlternativeName(int index, const std::string& name) override {
    return ChangeName(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index, name);
  }

  absl::Status RemoveAlternativeName(int index, const std::string& name) override {
    return ChangeName(RTM_DELLINKPROP, 0, index, name);
  }

  int change_fd() const override { return mnl_socket_get_fd(monitor_.get()); }

  void DrainChanges() override {
    // What changed does not matter, Read() tells all. So neither does ENOBUFS:
    // more changed than the socket could hold.
    std::array<char, 256> scrap{};
    for (;;) {
      const ssize_t size = recv(change_fd(), scrap.data(), scrap.size(), MSG_DONTWAIT | MSG_TRUNC);
      if (size < 0 && errno != EINTR && errno != ENOBUFS) return;
    }
  }

 private:
  Socket monitor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Interfaces>> NewRtnetlinkInterfaces() {
  absl::StatusOr<Socket> monitor = Open(SOCK_NONBLOCK);
  if (!monitor.ok()) return monitor.status();
  for (int group : {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE}) {
    if (mnl_socket_setsockopt(monitor->get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot watch netlink group ", group));
    }
  }
  return std::make_unique<RtnetlinkInterfaces>(*std::move(monitor));
}

}  // namespace hostctl::host
