#include "service/reconcile/allowed_ips.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "firewall/allowed_ip.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/words.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using firewall::IpNetwork;

// A network sorts directly before all it contains.
struct ByAddress {
  bool operator()(const IpNetwork& a, const IpNetwork& b) const {
    return std::tie(a.family, a.address, a.prefix_length) <
           std::tie(b.family, b.address, b.prefix_length);
  }
};
using Networks = std::set<IpNetwork, ByAddress>;

// The network of `length` bits that `network` is part of.
IpNetwork Shortened(IpNetwork network, int length) {
  network.prefix_length = length;
  for (int bit = length; bit < static_cast<int>(network.address.size()) * 8; ++bit) {
    network.address[static_cast<size_t>(bit / 8)] &= static_cast<uint8_t>(~(0x80U >> (bit % 8)));
  }
  return network;
}

// The smallest other network that contains `network`; null if there is none.
const IpNetwork* Covering(const Networks& networks, const IpNetwork& network) {
  for (int length = network.prefix_length - 1; length >= 0; --length) {
    const auto found = networks.find(Shortened(network, length));
    if (found != networks.end()) return &*found;
  }
  return nullptr;
}

// The other networks that `network` contains, as text.
std::vector<std::string> CoveredBy(const Networks& networks, const IpNetwork& network) {
  std::vector<std::string> covered;
  for (auto it = networks.upper_bound(network); it != networks.end() && network.Contains(*it);
       ++it) {
    covered.push_back(it->ToString());
  }
  return covered;
}

absl::StatusOr<Networks> Parse(const std::vector<std::string>& texts, const std::string& field) {
  Networks networks;
  for (const std::string& text : texts) {
    const auto network = firewall::ParseIpNetwork(text);
    if (!network.ok()) {
      return Failure(StatusCode::kInvalidArgument, std::string(network.status().message()),
                     {"ALLOWED_IP_INVALID", field, ""});
    }
    networks.insert(*network);
  }
  return networks;
}

// What a request to add or remove names; it has to name something.
absl::StatusOr<Networks> ParseRequest(const std::vector<std::string>& texts) {
  if (!texts.empty()) return Parse(texts, "ip_addresses");
  return Failure(
      StatusCode::kInvalidArgument, "no address is named",
      {"ALLOWED_IP_INVALID", "ip_addresses", "name one, as in 192.0.2.1 or 2001:db8::/32"});
}

std::vector<std::string> Texts(const Networks& networks) {
  std::vector<std::string> texts;
  texts.reserve(networks.size());
  for (const IpNetwork& network : networks) texts.push_back(network.ToString());
  return texts;
}

absl::Status NotFound(const IpNetwork& network, const Networks& listed) {
  std::string message = absl::StrCat(network.ToString(), " is not in the list");
  if (const IpNetwork* covering = Covering(listed, network)) {
    absl::StrAppend(&message, "; ", covering->ToString(),
                    ", which contains it, can be removed as a whole only");
  } else if (const auto covered = CoveredBy(listed, network); !covered.empty()) {
    absl::StrAppend(&message, "; of it there is ", Listed(covered));
  }
  return Failure(
      StatusCode::kNotFound, message,
      {"ALLOWED_IP_NOT_FOUND", "ip_addresses", "hostctl network firewall ruleset allowedip list"});
}

}  // namespace

absl::StatusOr<std::vector<std::string>> AllowedIpList(const std::vector<std::string>& texts,
                                                       const std::string& field) {
  const auto networks = Parse(texts, field);
  if (!networks.ok()) return networks.status();
  return Texts(*networks);
}

absl::StatusOr<AllowedIps> AddAllowedIps(const std::vector<std::string>& list,
                                         const std::vector<std::string>& added) {
  auto listed = Parse(list, "");
  if (!listed.ok()) return listed.status();
  const auto wanted = ParseRequest(added);
  if (!wanted.ok()) return wanted.status();

  AllowedIps result;
  std::vector<std::string> there_already;
  for (const IpNetwork& network : *wanted) {
    if (!listed->insert(network).second) there_already.push_back(network.ToString());
  }
  if (!there_already.empty()) {
    result.notes.push_back({"ALLOWED_IP_ALREADY_LISTED",
                            absl::StrCat("in the list already: ", Listed(there_already)), ""});
  }
  std::vector<std::string> covered;
  for (const IpNetwork& network : *wanted) {
    const IpNetwork* covering = Covering(*listed, network);
    if (covering != nullptr) {
      covered.push_back(absl::StrCat(network.ToString(), " (by ", covering->ToString(), ")"));
    }
    for (const std::string& text : CoveredBy(*listed, network)) {
      covered.push_back(absl::StrCat(text, " (by ", network.ToString(), ")"));
    }
  }
  if (!covered.empty()) {
    std::sort(covered.begin(), covered.end());
    covered.erase(std::unique(covered.begin(), covered.end()), covered.end());
    result.notes.push_back(
        {"ALLOWED_IP_COVERED",
         absl::StrCat("covered by a network of the list, and of no effect while that is there: ",
                      Listed(covered)),
         ""});
  }
  result.list = Texts(*listed);
  return result;
}

absl::StatusOr<AllowedIps> RemoveAllowedIps(const std::vector<std::string>& list,
                                            const std::vector<std::string>& removed) {
  auto listed = Parse(list, "");
  if (!listed.ok()) return listed.status();
  const auto unwanted = ParseRequest(removed);
  if (!unwanted.ok()) return unwanted.status();
  for (const IpNetwork& network : *unwanted) {
    if (listed->count(network) == 0) return NotFound(network, *listed);
  }
  for (const IpNetwork& network : *unwanted) listed->erase(network);

  AllowedIps result;
  std::vector<std::string> still_covered;
  for (const IpNetwork& network : *unwanted) {
    const IpNetwork* covering = Covering(*listed, network);
    if (covering == nullptr) continue;
    still_covered.push_back(absl::StrCat(network.ToString(), " (by ", covering->ToString(), ")"));
  }
  if (!still_covered.empty()) {
    result.notes.push_back(
        {"ALLOWED_IP_STILL_COVERED",
         absl::StrCat("still allowed by a network of the list: ", Listed(still_covered)), ""});
  }
  result.list = Texts(*listed);
  return result;
}

}  // namespace hostctl::reconcile
