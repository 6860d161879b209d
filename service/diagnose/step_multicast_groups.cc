// The engine has joined the groups that PTP travels in (IEEE 1588-2019 annexes C and D).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

std::vector<std::string> Expected(const Facts& facts) {
  if (facts.protocol.network_protocol() == v1::NETWORK_PROTOCOL_UDP_IPV6) {
    return {absl::StrFormat("ff%02x::181", static_cast<int>(facts.protocol.ipv6_scope()))};
  }
  return {"224.0.1.129"};
}

}  // namespace

v1::TestStep JudgeMulticastGroups(const Facts& facts) {
  constexpr char kCode[] = "MULTICAST_GROUPS";
  constexpr char kTitle[] = "The multicast groups of PTP are joined";
  if (facts.simulated) return Skipped(kCode, kTitle, "the network is simulated");
  if (NegotiatesUnicast(facts)) return Skipped(kCode, kTitle, "PTP comes by unicast here");
  if (facts.protocol.network_protocol() == v1::NETWORK_PROTOCOL_ETHERNET) {
    return Skipped(kCode, kTitle, "PTP over Ethernet needs no IP multicast");
  }
  const std::vector<std::string> expected = Expected(facts);
  const auto& joined = facts.interface.groups;
  for (const std::string& group : expected) {
    if (std::find(joined.begin(), joined.end(), group) != joined.end()) continue;
    return Found(kCode, kTitle, absl::StrCat(group, " is not joined"),
                 {Failure("GROUP_NOT_JOINED",
                          absl::StrCat("nobody on this host has joined ", group, " on ",
                                       InterfaceName(facts), ": the network need not send it here"),
                          {absl::StrCat("joined: ", absl::StrJoin(joined, ", "))},
                          "hostctl system service restart --service ptpd")});
  }
  return Passed(kCode, kTitle, absl::StrJoin(expected, ", "));
}

}  // namespace hostctl::diagnose
