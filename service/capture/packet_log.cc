#include "service/capture/packet_log.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/capture/socket_parts.h"

namespace hostctl::capture {
namespace {

// A packet of 64 KiB with its attributes.
constexpr size_t kLargestMessage = size_t{80} * 1024;
constexpr int kReceiveBuffer = 1 << 20;
constexpr uint16_t kAttempts = 64;
constexpr uint32_t kWholePacket = 0xFFFF;

using Attributes = std::array<const nlattr*, NFULA_MAX + 1>;

int TakeAttribute(const nlattr* attribute, void* data) {
  auto& into = *static_cast<Attributes*>(data);
  const uint16_t type = mnl_attr_get_type(attribute);
  if (type < into.size()) into[type] = attribute;
  return MNL_CB_OK;
}

// The value of an attribute, if it is there and long enough.
template <typename T>
std::optional<T> ValueOf(const nlattr* attribute) {
  if (attribute == nullptr || mnl_attr_get_payload_len(attribute) < sizeof(T)) return std::nullopt;
  T value{};
  std::memcpy(&value, mnl_attr_get_payload(attribute), sizeof(value));
  return value;
}

}  // namespace

std::optional<LoggedPacket> ParseLogged(absl::Span<const uint8_t> message, absl::Time now) {
  nlmsghdr header{};
  if (message.size() < sizeof(header)) return std::nullopt;
  std::memcpy(&header, message.data(), sizeof(header));
  constexpr uint16_t kPacket = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET;
  if (header.nlmsg_type != kPacket || header.nlmsg_len > message.size() ||
      header.nlmsg_len < sizeof(header) + sizeof(nfgenmsg)) {
    return std::nullopt;
  }
  Attributes attributes{};
  if (mnl_attr_parse(reinterpret_cast<const nlmsghdr*>(message.data()), sizeof(nfgenmsg),
                     TakeAttribute, &attributes) < 0) {
    return std::nullopt;
  }
  const nlattr* payload = attributes[NFULA_PAYLOAD];
  if (payload == nullptr) return std::nullopt;
  LoggedPacket logged;
  const auto* octets = static_cast<const uint8_t*>(mnl_attr_get_payload(payload));
  logged.frame.data.assign(octets, octets + mnl_attr_get_payload_len(payload));
  logged.frame.original_length = logged.frame.data.size();
  logged.frame.link = LinkLayer::kIp;
  logged.frame.time = now;
  if (const auto at = ValueOf<nfulnl_msg_packet_timestamp>(attributes[NFULA_TIMESTAMP])) {
    logged.frame.time = absl::FromUnixSeconds(static_cast<int64_t>(be64toh(at->sec))) +
                        absl::Microseconds(static_cast<int64_t>(be64toh(at->usec)));
  }
  const auto packet = ValueOf<nfulnl_msg_packet_hdr>(attributes[NFULA_PACKET_HDR]);
  const bool output = packet && packet->hook == NF_INET_LOCAL_OUT;
  logged.frame.direction = output ? Direction::kSent : Direction::kReceived;
  if (const auto sequence = ValueOf<uint32_t>(attributes[NFULA_SEQ])) {
    logged.sequence = ntohl(*sequence);
  }
  return logged;
}

void PacketLog::Close::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

PacketLog::PacketLog(mnl_socket* socket) : socket_(socket), buffer_(kLargestMessage) {}

int PacketLog::fd() const {
  return mnl_socket_get_fd(socket_.get());
}

absl::StatusOr<PacketLog> PacketLog::Open(uint16_t first) {
  PacketLog log(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  const auto failed = [](const std::string& what, int error) {
    return CannotCapture("IP", what, error);
  };
  if (log.socket_ == nullptr) return failed("netfilter socket", errno);
  if (mnl_socket_bind(log.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return failed("binding a netfilter socket", errno);
  }
  int error = EBUSY;
  for (uint16_t i = 0; i < kAttempts && error == EBUSY; ++i) {
    error = log.Bind(static_cast<uint16_t>(first + i));
  }
  if (error != 0) return failed("binding a group of nfnetlink_log", error);
  error = log.WantWholePackets();
  if (error != 0) return failed("configuring a group of nfnetlink_log", error);
  const int size = kReceiveBuffer;
  setsockopt(log.fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  return log;
}

nlmsghdr* PacketLog::PutRequest() {
  nlmsghdr* const header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  header->nlmsg_seq = ++request_;
  auto* const family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  family->nfgen_family = AF_UNSPEC;
  family->version = NFNETLINK_V0;
  family->res_id = htons(group_);
  return header;
}

int PacketLog::Configure(nlmsghdr* request) {
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) return errno;
  // Nothing is logged to this group yet: what comes is the answer.
  const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
  if (size < 0) return errno;
  const int done = mnl_cb_run(buffer_.data(), static_cast<size_t>(size), request_,
                              mnl_socket_get_portid(socket_.get()), nullptr, nullptr);
  return done < 0 ? errno : 0;
}

int PacketLog::Bind(uint16_t group) {
  group_ = group;
  nlmsghdr* const request = PutRequest();
  nfulnl_msg_config_cmd command{};
  command.command = NFULNL_CFG_CMD_BIND;
  mnl_attr_put(request, NFULA_CFG_CMD, sizeof(command), &command);
  return Configure(request);
}

int PacketLog::WantWholePackets() {
  nlmsghdr* const request = PutRequest();
  nfulnl_msg_config_mode mode{};
  mode.copy_range = htonl(kWholePacket);
  mode.copy_mode = NFULNL_COPY_PACKET;
  mnl_attr_put(request, NFULA_CFG_MODE, sizeof(mode), &mode);
  // Each at once, and numbered: a gap tells how many were lost.
  mnl_attr_put_u32(request, NFULA_CFG_QTHRESH, htonl(1));
  mnl_attr_put_u16(request, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
  return Configure(request);
}

std::optional<Frame> PacketLog::Next() {
  while (true) {
    while (rest_.size() >= sizeof(nlmsghdr)) {
      nlmsghdr header{};
      std::memcpy(&header, rest_.data(), sizeof(header));
      if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > rest_.size()) break;
      const absl::Span<const uint8_t> message = rest_.subspan(0, header.nlmsg_len);
      rest_.remove_prefix(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), rest_.size()));
      std::optional<LoggedPacket> logged = ParseLogged(message, absl::Now());
      if (!logged) continue;
      if (logged->sequence) {
        if (expected_) dropped_ += *logged->sequence - *expected_;
        expected_ = *logged->sequence + 1;
      }
      return std::move(logged->frame);
    }
    rest_ = {};
    const ssize_t size = recv(fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    // ENOBUFS tells that some were lost; the numbers tell how many.
    if (size < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (size <= 0) return std::nullopt;
    rest_ = {buffer_.data(), static_cast<size_t>(size)};
  }
}

}  // namespace hostctl::capture
