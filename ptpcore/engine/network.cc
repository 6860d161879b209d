#include "ptpcore/engine/network.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/udp_ipv4_transport.h"

namespace ptpcore::engine {
namespace {

constexpr protocol::Duration kLookEvery = std::chrono::seconds(1);
// Longer than the ordinary second between packets, so that looking is the exception.
constexpr protocol::Duration kLookAfterSilence = std::chrono::seconds(2);
// Switches forget a silent member after 260 s (RFC 2236 8.4), a restarted one at once.
constexpr protocol::Duration kRefreshEvery = std::chrono::seconds(60);

absl::Status CheckUsable(const std::string& name, const net::Device& device) {
  if (!device.up) {
    return absl::UnavailableError(
        absl::StrCat(name, " is down; `ip link set ", name, " up` brings it up"));
  }
  if (!device.running) return absl::UnavailableError(absl::StrCat(name, " has no link"));
  if (!device.has_ipv4()) {
    return absl::UnavailableError(absl::StrCat(name, " has no IPv4 address"));
  }
  return absl::OkStatus();
}

}  // namespace

NetworkAccess UdpIpv4Access() {
  return {net::QueryDevice,
          [](const std::string& name,
             const net::Device& device) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
            auto transport = net::UdpIpv4Transport::Open(name, device);
            if (!transport.ok()) return transport.status();
            return std::unique_ptr<net::Transport>(*std::move(transport));
          }};
}

Network::Network(std::string device, NetworkAccess access)
    : name_(std::move(device)), access_(std::move(access)) {}

Network::Change Network::HandleTimers(protocol::MonoTime now) {
  if (now < NextDeadline()) return Change::kNone;
  const bool was_up = transport_ != nullptr;
  const std::string reason_before = reason_;
  if (absl::Status s = Look(now); !s.ok()) Fail(std::string(s.message()));
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
}

absl::Status Network::Look(protocol::MonoTime now) {
  const absl::StatusOr<net::Device> device = access_.query(name_);
  if (!device.ok()) return device.status();
  if (absl::Status s = CheckUsable(name_, *device); !s.ok()) return s;
  if (transport_ != nullptr && (device->index != device_.index || device->mac != device_.mac)) {
    return absl::UnavailableError(absl::StrCat(name_, " was replaced by another device"));
  }
  if (transport_ == nullptr) {
    auto transport = access_.open(name_, *device);
    if (!transport.ok()) return transport.status();
    transport_ = *std::move(transport);
    device_ = *device;
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
