#include "ptpcore/engine/network.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/ethernet_transport.h"
#include "ptpcore/net/ipv6_address.h"
#include "ptpcore/net/udp_ipv4_transport.h"
#include "ptpcore/net/udp_ipv6_transport.h"

namespace ptpcore::engine {
namespace {

constexpr protocol::Duration kLookEvery = std::chrono::seconds(1);
// Longer than the ordinary second between packets, so that looking is the exception.
constexpr protocol::Duration kLookAfterSilence = std::chrono::seconds(2);
// Switches forget a silent member after 260 s (RFC 2236 8.4), a restarted one at once.
constexpr protocol::Duration kRefreshEvery = std::chrono::seconds(60);

absl::Status CheckLink(const std::string& name, const net::Device& device) {
  if (!device.up) {
    return absl::UnavailableError(
        absl::StrCat(name, " is down; `ip link set ", name, " up` brings it up"));
  }
  if (!device.running) return absl::UnavailableError(absl::StrCat(name, " has no link"));
  return absl::OkStatus();
}

absl::Status CheckIpv6Address(const std::string& name, const net::Device& device) {
  return net::CheckIpv6Ready(name, device.index);
}

absl::Status CheckMacAddress(const std::string& name, const net::Device& device) {
  if (device.mac != decltype(device.mac){}) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(name, " is no Ethernet device: it has no MAC address"));
}

}  // namespace

absl::Status CheckIpv4Address(const std::string& name, const net::Device& device) {
  if (device.has_ipv4()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(name, " has no IPv4 address"));
}

NetworkAccess SocketAccess(wire::NetworkProtocol protocol, const net::TransportOptions& options) {
  const auto with = [options](auto open) {
    return [options, open](const std::string& name, const net::Device& device) {
      return open(name, device, options);
    };
  };
  switch (protocol) {
    case wire::NetworkProtocol::kUdpIpv6:
      return {net::QueryDevice, with(net::OpenUdpIpv6Transport), CheckIpv6Address};
    case wire::NetworkProtocol::kIeee8023:
      return {net::QueryDevice, with(net::OpenEthernetTransport), CheckMacAddress};
    case wire::NetworkProtocol::kUdpIpv4:
    case wire::NetworkProtocol::kNone:
      break;
  }
  return {net::QueryDevice, with(net::OpenUdpIpv4Transport), CheckIpv4Address};
}

Network::Network(std::string device, NetworkAccess access)
    : name_(std::move(device)), access_(std::move(access)) {}

Network::Change Network::HandleTimers(protocol::MonoTime now) {
  if (now < NextDeadline()) return Change::kNone;
  const bool was_up = transport_ != nullptr;
  const std::string reason_before = reason_;
  const absl::StatusOr<net::Device> device = LookAtDevice();
  const absl::Status status = device.ok() ? LookAfterTransport(*device, now) : device.status();
  if (!status.ok()) Fail(std::string(status.message()));
  interface_down_ = !device.ok();
  next_look_ = now + kLookEvery;
  if (transport_ != nullptr) return was_up ? Change::kNone : Change::kUp;
  return was_up || reason_ != reason_before ? Change::kDown : Change::kNone;
}

protocol::MonoTime Network::NextDeadline() const {
  return transport_ != nullptr ? std::min(next_look_, next_refresh_) : next_look_;
}

void Network::Heard(protocol::MonoTime now) {
  next_look_ = now + kLookAfterSilence;
}

void Network::Fail(const std::string& reason) {
  transport_.reset();
  reason_ = reason;
  interface_down_ = false;
}

absl::StatusOr<net::Device> Network::LookAtDevice() const {
  absl::StatusOr<net::Device> device = access_.query(name_);
  if (!device.ok()) return device;
  if (absl::Status s = CheckLink(name_, *device); !s.ok()) return s;
  if (absl::Status s = access_.check_address(name_, *device); !s.ok()) return s;
  return device;
}

absl::Status Network::LookAfterTransport(const net::Device& device, protocol::MonoTime now) {
  if (transport_ != nullptr && (device.index != device_.index || device.mac != device_.mac)) {
    return absl::UnavailableError(absl::StrCat(name_, " was replaced by another device"));
  }
  if (transport_ == nullptr) {
    auto transport = access_.open(name_, device);
    if (!transport.ok()) return transport.status();
    transport_ = *std::move(transport);
    device_ = device;
    reason_.clear();
    next_refresh_ = now + kRefreshEvery;
  }
  if (now >= next_refresh_) {
    next_refresh_ = now + kRefreshEvery;
    return transport_->RefreshMembership();
  }
  return absl::OkStatus();
}

}  // namespace ptpcore::engine
