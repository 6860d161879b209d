#include "tests/ptpcore/net/segment.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "ptpcore/net/ipv6_address.h"

namespace ptpcore::net {

using hostctl::firewall::NetworkNamespace;
using hostctl::firewall::Shell;

int MillisecondsUntil(Steady::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

namespace {

// Looks again every few milliseconds until `ready` holds inside `where`.
void WaitUntil(const NetworkNamespace& where, const std::function<bool()>& ready,
               const std::string& what) {
  where.Run([&] {
    const auto deadline = Steady::now() + kPatience;
    bool holds = ready();
    while (!holds && Steady::now() < deadline) {
      poll(nullptr, 0, 5);
      holds = ready();
    }
    ASSERT_TRUE(holds) << what;
  });
}

}  // namespace

void WaitForCarrier(const NetworkNamespace& where, const std::string& device) {
  WaitUntil(
      where,
      [&] {
        const absl::StatusOr<Device> known = QueryDevice(device);
        return known.ok() && known->running;
      },
      device + " has no carrier");
}

Station::Station(const NetworkNamespace& where, const std::string& device,
                 const OpenTransport& open, const TransportOptions& options) {
  where.Run([&] {
    const absl::StatusOr<Device> known = QueryDevice(device);
    ASSERT_TRUE(known.ok()) << known.status();
    auto opened = open(device, *known, options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    transport_ = *std::move(opened);
  });
}

std::optional<Heard> Station::Next(Packet::Kind kind) {
  const auto deadline = Steady::now() + kPatience;
  while (true) {
    const auto found = std::find_if(heard_.begin(), heard_.end(),
                                    [kind](const Heard& heard) { return heard.kind == kind; });
    if (found != heard_.end()) {
      Heard heard = *found;
      heard_.erase(found);
      return heard;
    }
    const int left_ms = MillisecondsUntil(deadline);
    if (left_ms == 0 || !PollOnce(left_ms)) return std::nullopt;
  }
}

bool Station::PollOnce(int timeout_ms) {
  std::vector<pollfd> fds;
  transport_->AppendPollFds(fds);
  if (poll(fds.data(), fds.size(), timeout_ms) < 0) return false;
  const absl::Status status = transport_->Dispatch(fds, [this](const Packet& packet) {
    heard_.push_back({packet.kind, Octets(packet.octets.begin(), packet.octets.end()),
                      packet.realtime_ns, packet.from});
  });
  EXPECT_TRUE(status.ok()) << status;
  return status.ok();
}

Tap::Tap(const NetworkNamespace& where, const std::string& device) {
  where.Run([&] {
    const absl::StatusOr<Device> known = QueryDevice(device);
    ASSERT_TRUE(known.ok()) << known.status();
    socket_ = FileDescriptor(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
    ASSERT_TRUE(socket_);
    sockaddr_ll own{};
    own.sll_family = AF_PACKET;
    own.sll_protocol = htons(ETH_P_ALL);
    own.sll_ifindex = known->index;
    ASSERT_EQ(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)), 0);
  });
}

Octets Tap::Next(const std::function<bool(const Octets&)>& wanted) {
  const auto deadline = Steady::now() + kPatience;
  while (const int left_ms = MillisecondsUntil(deadline)) {
    pollfd fd{socket_.get(), POLLIN, 0};
    if (poll(&fd, 1, left_ms) <= 0) break;
    Octets frame(2048);
    const ssize_t size = recv(socket_.get(), frame.data(), frame.size(), 0);
    if (size <= 0) continue;
    frame.resize(static_cast<size_t>(size));
    if (wanted(frame)) return frame;
  }
  return {};
}

Octets Tap::NextWith(const Octets& part) {
  return Next([&](const Octets& frame) { return Contains(frame, part); });
}

bool Contains(const Octets& whole, const Octets& part) {
  return std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
}

void SegmentTest::SetUp() {
  if (!NetworkNamespace::Available()) GTEST_SKIP() << "needs root and network namespaces";
  master_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
  client_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
  for (const auto* host : {master_.get(), client_.get()}) {
    Shell(*host, "sysctl -qw net.ipv6.conf.default.accept_dad=0");
  }
  AddSegment("eth0", "192.0.2", 0);
}

void SegmentTest::AddSegment(const std::string& device, const std::string& net, int number) {
  const std::string mac = "02:00:00:00:0" + std::to_string(number) + ":0";
  Shell(*master_, "ip link add " + device + " address " + mac + "1 type veth peer name " + device +
                      " address " + mac + "2 netns " + client_->path());
  Shell(*master_, "ip addr add " + net + ".1/24 dev " + device + "; ip link set " + device + " up");
  Shell(*client_, "ip addr add " + net + ".2/24 dev " + device + "; ip link set " + device + " up");
  for (const auto* host : {master_.get(), client_.get()}) {
    WaitForCarrier(*host, device);
    WaitUntil(
        *host,
        [&] {
          const absl::StatusOr<Device> known = QueryDevice(device);
          return known.ok() && CheckIpv6Ready(device, known->index).ok();
        },
        device + " has no IPv6 address");
  }
}

Octets SegmentTest::Message(uint8_t type, size_t size) {
  Octets octets(size);
  for (size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<uint8_t>(i + 1);
  octets[0] = type;
  return octets;
}

}  // namespace ptpcore::net
