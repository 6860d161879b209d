#include "ptpcore/engine/announce_scout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::engine {
namespace {

// An ordinary Announce interval and a half: most ports never come to look.
constexpr protocol::Duration kPatience = std::chrono::seconds(3);

const char* NameOf(wire::NetworkProtocol protocol) {
  switch (protocol) {
    case wire::NetworkProtocol::kUdpIpv4:
      return "UDP over IPv4";
    case wire::NetworkProtocol::kUdpIpv6:
      return "UDP over IPv6";
    case wire::NetworkProtocol::kIeee8023:
      return "Ethernet";
    case wire::NetworkProtocol::kNone:
      break;
  }
  return "another network protocol";
}

}  // namespace

protocol::Explanation ExplainSeen(const net::AnnounceSeen& seen, const Listening& own,
                                  const std::string& device) {
  const std::string master = absl::StrCat("master ", wire::ToString(seen.sender));
  if (seen.vlan != 0) {
    return {protocol::Reason::kOtherTransport,
            absl::StrCat(master, " is heard in VLAN ", seen.vlan, " of ", device,
                         ", which needs an interface of its own")};
  }
  if (seen.protocol != own.protocol) {
    return {protocol::Reason::kOtherTransport,
            absl::StrCat(master, " is heard over ", NameOf(seen.protocol), ", and this port uses ",
                         NameOf(own.protocol))};
  }
  if (seen.ipv6_scope != 0 && seen.ipv6_scope != own.ipv6_scope) {
    return {protocol::Reason::kOtherTransport,
            absl::StrFormat("%s speaks to the IPv6 group ff%02x::181, and this port listens to "
                            "ff%02x::181",
                            master, seen.ipv6_scope, own.ipv6_scope)};
  }
  return {protocol::Reason::kNoAnnounce,
          absl::StrCat("Announce messages of ", master, " arrive at ", device,
                       " and are dropped by this host: see its firewall, and rp_filter")};
}

void AnnounceScout::HandleTimers(bool listens, uint64_t received, const Network& network,
                                 protocol::MonoTime now) {
  if (!listens || received != received_ || network.transport() == nullptr) {
    watch_.reset();
    look_at_.reset();
    seen_ = 0;
    received_ = received;
    if (!listens) return;
  }
  if (!look_at_) look_at_ = now + kPatience;
  if (watch_ != nullptr || now < *look_at_) return;
  watch_ = network.Watch();
  look_at_ = now + kPatience;  // tries again where that failed
}

protocol::MonoTime AnnounceScout::NextDeadline() const {
  return look_at_ && watch_ == nullptr ? *look_at_ : protocol::kNever;
}

void AnnounceScout::AppendPollFds(std::vector<pollfd>& fds) const {
  if (watch_ != nullptr) watch_->AppendPollFds(fds);
}

std::optional<net::AnnounceSeen> AnnounceScout::Dispatch(absl::Span<const pollfd> fds,
                                                         uint64_t received) {
  if (watch_ == nullptr) return std::nullopt;
  const std::optional<net::AnnounceSeen> seen = watch_->Dispatch(fds);
  // The first may be on its way to the port as well.
  return seen && received == received_ && ++seen_ > 1 ? seen : std::nullopt;
}

}  // namespace ptpcore::engine
