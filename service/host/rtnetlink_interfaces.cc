// See rtnetlink_interfaces.h. Requests go out on a socket of their own each:
// what an interrupted dump left behind is gone with its socket.
#include "service/host/rtnetlink_interfaces.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/host/link_request.h"
#include "service/host/netlink_socket.h"
#include "service/host/netstack.h"
#include "service/host/rtnetlink_parse.h"

namespace hostctl::host {
namespace {

// The devices changed while they were listed: how often to list them anew.
constexpr int kReadAttempts = 10;

// Lists all of one kind (RTM_GETLINK, RTM_GETADDR or RTM_GETROUTE) into `builder`.
absl::Status Dump(uint16_t type, const char* what, SnapshotBuilder& builder) {
  absl::StatusOr<NetlinkSocket> socket = NetlinkSocket::Open();
  if (!socket.ok()) return socket.status();
  alignas(nlmsghdr) std::array<char, 128> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = type;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (type == RTM_GETLINK) {
    mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg));
    mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  } else if (type == RTM_GETADDR) {
    mnl_nlmsg_put_extra_header(request, sizeof(ifaddrmsg));  // of every family
  } else {
    void* header = mnl_nlmsg_put_extra_header(request, sizeof(rtmsg));
    static_cast<rtmsg*>(header)->rtm_family = AF_INET;
  }
  return socket->List(request, what, [&builder](Bytes message) { return builder.Add(message); });
}

absl::StatusOr<Snapshot> ReadOnce() {
  SnapshotBuilder builder;
  absl::Status done = Dump(RTM_GETLINK, "network devices", builder);
  if (done.ok()) done = Dump(RTM_GETADDR, "addresses", builder);
  if (done.ok()) done = Dump(RTM_GETROUTE, "IPv4 routes", builder);
  if (!done.ok()) return done;
  return builder.Build();
}

absl::Status Send(LinkRequest request, const std::string& task) {
  absl::StatusOr<NetlinkSocket> socket = NetlinkSocket::Open();
  if (!socket.ok()) return socket.status();
  return socket->Command(request.message(), task);
}

absl::Status CreatePort(const DeviceSpec& spec, const Device& bridge) {
  const std::string task =
      absl::StrCat("make `", spec.name, "` with a port in bridge `", bridge.name, "`");
  absl::Status made = Send(LinkRequest::NewBridgePort(spec, bridge.index), task);
  if (!made.ok() || !spec.up) return made;
  made = Send(LinkRequest::Up(spec.name), task);
  // All or nothing; what is wrong with the device is more to the point than what may
  // be wrong with deleting it.
  if (!made.ok()) static_cast<void>(Send(LinkRequest::Delete(spec.name), task));
  return made;
}

// Adds or removes one alternative name.
absl::Status ChangeName(int index, const std::string& name, bool add) {
  const std::string task =
      absl::StrCat(add ? "give" : "take from", " network device ", index, " the name `", name, "`");
  if (index <= 0 || name.empty() || name.size() >= ALTIFNAMSIZ) {
    return absl::InvalidArgumentError(absl::StrCat("cannot ", task, ": the index must be positive",
                                                   " and the name 1 to ", ALTIFNAMSIZ - 1,
                                                   " characters long"));
  }
  return Send(LinkRequest::AlternativeName(index, name, add), task);
}

// A file of /proc that is absent where the kernel lacks the protocol.
std::string ReadProc(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

class RtnetlinkInterfaces : public Interfaces {
 public:
  explicit RtnetlinkInterfaces(NetlinkSocket monitor)
      : monitor_(std::move(monitor)), netstack_(NetstackName()) {}

  absl::StatusOr<Snapshot> Read() override {
    for (int attempt = 1; attempt < kReadAttempts; ++attempt) {
      absl::StatusOr<Snapshot> snapshot = ReadOnce();
      if (!absl::IsAborted(snapshot.status())) return snapshot;
    }
    return ReadOnce();
  }

  absl::Status AddAlternativeName(int index, const std::string& name) override {
    return ChangeName(index, name, /*add=*/true);
  }

  absl::Status RemoveAlternativeName(int index, const std::string& name) override {
    return ChangeName(index, name, /*add=*/false);
  }

  absl::Status Create(const DeviceSpec& spec) override {
    absl::StatusOr<Snapshot> snapshot = Read();
    if (!snapshot.ok()) return snapshot.status();
    const Device* parent = snapshot->Find(spec.parent);
    if (parent == nullptr) {
      return absl::NotFoundError(absl::StrCat("there is no network device `", spec.parent, "`"));
    }
    if (spec.kind == DeviceSpec::Kind::kBridgePort) return CreatePort(spec, *parent);
    return Send(LinkRequest::NewMacvlan(spec, parent->index),
                absl::StrCat("make the macvlan `", spec.name, "` on `", parent->name, "`"));
  }

  absl::Status Delete(int index) override {
    return Send(LinkRequest::Delete(index), absl::StrCat("delete network device ", index));
  }

  absl::Status SetMtu(int index, uint32_t mtu) override {
    return Send(LinkRequest::Mtu(index, mtu),
                absl::StrCat("give network device ", index, " an MTU of ", mtu));
  }

  absl::Status SetUp(int index, bool up) override {
    return Send(LinkRequest::Up(index, up),
                absl::StrCat("bring network device ", index, up ? " up" : " down"));
  }

  absl::Status SetController(int index, int controller) override {
    return Send(LinkRequest::Controller(index, controller),
                absl::StrCat("make network device ", index, " a port of ", controller));
  }

  absl::StatusOr<Timestamping> ReadTimestamping(const std::string& device) override {
    return AskTimestamping(device);
  }

  absl::StatusOr<std::vector<MulticastGroup>> ReadMulticastGroups() override {
    auto groups = ParseIgmp(ReadProc("/proc/thread-self/net/igmp"));
    if (!groups.ok()) return groups.status();
    auto ipv6 = ParseIgmp6(ReadProc("/proc/thread-self/net/igmp6"));
    if (!ipv6.ok()) return ipv6.status();
    groups->insert(groups->end(), ipv6->begin(), ipv6->end());
    std::stable_sort(
        groups->begin(), groups->end(),
        [](const MulticastGroup& a, const MulticastGroup& b) { return a.index < b.index; });
    return groups;
  }

  std::string netstack() const override { return netstack_; }

  int change_fd() const override { return monitor_.fd(); }

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
  NetlinkSocket monitor_;
  const std::string netstack_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Interfaces>> NewRtnetlinkInterfaces() {
  absl::StatusOr<NetlinkSocket> monitor = NetlinkSocket::Open(SOCK_NONBLOCK);
  if (!monitor.ok()) return monitor.status();
  for (int group : {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE}) {
    absl::Status joined = monitor->Join(group);
    if (!joined.ok()) return joined;
  }
  return std::make_unique<RtnetlinkInterfaces>(*std::move(monitor));
}

}  // namespace hostctl::host
