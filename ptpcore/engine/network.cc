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
constexpr protocol::Duration kCheckStampsEvery = std::chrono::seconds(2);
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
  NetworkAccess access;
  access.query = net::QueryDevice;
  access.watch = net::AnnounceWatch::Open;
  access.listening = {protocol, options.ipv6_scope};
  switch (protocol) {
    case wire::NetworkProtocol::kUdpIpv6:
      access.open = with(net::OpenUdpIpv6Transport);
      access.check_address = CheckIpv6Address;
      break;
    case wire::NetworkProtocol::kIeee8023:
      access.open = with(net::OpenEthernetTransport);
      access.check_address = CheckMacAddress;
      break;
    case wire::NetworkProtocol::kUdpIpv4:
    case wire::NetworkProtocol::kNone:
      access.listening.protocol = wire::NetworkProtocol::kUdpIpv4;
      access.open = with(net::OpenUdpIpv4Transport);
      break;
  }
  return access;
}

Network::Network(std::string device, NetworkAccess access)
    : name_(std::move(device)), access_(std::move(access)) {}

Network::Change Network::HandleTimers(protocol::MonoTime now) {
  if (now < NextDeadline()) return Change::kNone;
  const bool was_up = transport_ != nullptr;
  const std::string reason_before = reason_;
  if (was_up && access_.check_stamps && now >= next_stamp_check_) {
    CheckStamps(now);
    if (transport_ != nullptr && now < NextDeadline()) return Change::kNone;
  }
  const absl::StatusOr<net::Device> device = LookAtDevice();
  const absl::Status status = device.ok() ? LookAfterTransport(*device, now) : device.status();
  if (!status.ok()) Fail(std::string(status.message()));
  interface_down_ = !device.ok();
  next_look_ = now + kLookEvery;
  if (transport_ != nullptr) return was_up ? Change::kNone : Change::kUp;
  return was_up || reason_ != reason_before ? Change::kDown : Change::kNone;
}

protocol::MonoTime Network::NextDeadline() const {
  if (transport_ == nullptr) return next_look_;
  const protocol::MonoTime next = std::min(next_look_, next_refresh_);
  return access_.check_stamps ? std::min(next, next_stamp_check_) : next;
}

void Network::Heard(protocol::MonoTime now) {
  next_look_ = now + kLookAfterSilence;
}

void Network::Fail(const std::string& reason) {
  transport_.reset();
  reason_ = reason;
  interface_down_ = false;
}

void Network::CheckStamps(protocol::MonoTime now) {
  next_stamp_check_ = now + kCheckStampsEvery;
  auto repaired = access_.check_stamps(name_);
  if (!repaired.ok()) {
    Fail(std::string(repaired.status().message()));
  } else if (repaired->has_value()) {
    ++repairs_;
    repaired_ = *std::move(repaired);
  }
}

std::optional<std::string> Network::TakeRepair() {
  return std::exchange(repaired_, std::nullopt);
}

std::unique_ptr<net::AnnounceWatch> Network::Watch() const {
  return transport_ != nullptr && access_.watch ? access_.watch(device_) : nullptr;
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
    next_stamp_check_ = now + kCheckStampsEvery;
  }
  if (now >= next_refresh_) {
    next_refresh_ = now + kRefreshEvery;
    return transport_->RefreshMembership();
  }
  return absl::OkStatus();
}

}  // namespace ptpcore::engine
