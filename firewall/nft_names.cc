#include "firewall/nft_names.h"

#include "absl/strings/str_cat.h"

namespace hostctl::firewall {

const char* ToText(Direction direction) {
  return direction == Direction::kInbound ? "in" : "out";
}

const char* ToText(Protocol protocol) {
  return protocol == Protocol::kTcp ? "tcp" : "udp";
}

const char* ToText(PortType port_type) {
  return port_type == PortType::kDst ? "dst" : "src";
}

std::string RuleName(const Rule& rule) {
  std::string name = absl::StrCat(ToText(rule.direction), "-", ToText(rule.protocol), "-",
                                  ToText(rule.port_type), "-", rule.port_begin);
  if (rule.port_end != rule.port_begin) absl::StrAppend(&name, "-", rule.port_end);
  return name;
}

std::string PassedCounter(const std::string& ruleset_id, const Rule& rule) {
  return absl::StrCat(ruleset_id, "/", RuleName(rule), "/passed");
}

std::string DroppedCounter(const std::string& ruleset_id, const Rule& rule) {
  return absl::StrCat(ruleset_id, "/", RuleName(rule), "/dropped");
}

std::string DefaultDropCounter(Direction direction) {
  return absl::StrCat("default/", ToText(direction), "/dropped");
}

}  // namespace hostctl::firewall
