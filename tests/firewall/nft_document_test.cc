#include "firewall/nft_document.h"

#include <algorithm>
#include <string>
#include <vector>

#include "firewall/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json Parse(const std::string& text) {
  return json::parse(text);
}

Policy OnlyFor(std::vector<std::string> allowed_ips) {
  Policy policy;
  policy.rulesets["ptpd"] = {/*enabled=*/true, /*allow_all=*/false, std::move(allowed_ips)};
  return policy;
}

// The objects of `kind` that the document adds, in order.
absl::StatusOr<json> Document(const Policy& policy) {
  return MakeDocument({Catalogue(), policy});
}

std::vector<json> Added(const Policy& policy, const std::string& kind) {
  const json document = Document(policy).value();
  std::vector<json> added;
  for (const json& command : document["nftables"]) {
    if (command.contains("add") && command["add"].contains(kind)) {
      added.push_back(command["add"][kind]);
    }
  }
  return added;
}

std::vector<json> Rules(const Policy& policy, const std::string& chain) {
  std::vector<json> rules = Added(policy, "rule");
  rules.erase(std::remove_if(rules.begin(), rules.end(),
                             [&](const json& rule) { return rule["chain"] != chain; }),
              rules.end());
  return rules;
}

std::vector<json> Expressions(const Policy& policy, const std::string& chain) {
  std::vector<json> expressions;
  for (const json& rule : Rules(policy, chain)) expressions.push_back(rule["expr"]);
  return expressions;
}

const json kPorts = Parse(R"({"match": {"op": "==", "left": {"payload": {"protocol": "udp",
                              "field": "dport"}}, "right": {"range": [319, 320]}}})");
const json kAccept = Parse(R"({"accept": null})");

json Address(const std::string& protocol, const std::string& field, const json& right) {
  return {{"match",
           {{"op", "=="},
            {"left", {{"payload", {{"protocol", protocol}, {"field", field}}}}},
            {"right", right}}}};
}

json Drop(const json& ports = kPorts) {
  return json::array({ports, {{"counter", nullptr}}, {{"drop", nullptr}}});
}

TEST(NftDocument, AClosedRulesetDropsCountsAndSaysWho) {
  const json document = Document(Policy{}).value();
  EXPECT_EQ(document, Parse(R"({"nftables": [
    {"metainfo": {"json_schema_version": 1}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"delete": {"table": {"family": "inet", "name": "hostctl"}}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"add": {"chain": {"family": "inet", "table": "hostctl", "name": "input", "type": "filter",
                       "hook": "input", "prio": -10, "policy": "accept"}}},
    {"add": {"chain": {"family": "inet", "table": "hostctl", "name": "output", "type": "filter",
                       "hook": "output", "prio": -10, "policy": "accept"}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "input", "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
                   "right": {"range": [319, 320]}}},
        {"counter": null}, {"drop": null}], "comment": "ruleset ptpd: closed"}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "output", "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
                   "right": {"range": [319, 320]}}},
        {"counter": null}, {"drop": null}], "comment": "ruleset ptpd: closed"}}}]})"));
}

TEST(NftDocument, ARulesetThatIsNotNamedIsClosed) {
  Policy named;
  named.rulesets["ptpd"].enabled = false;
  EXPECT_EQ(Document(Policy{}).value(), Document(named).value());
}

TEST(NftDocument, AnOpenRulesetAcceptsItsPorts) {
  Policy open;
  open.rulesets["ptpd"].enabled = true;
  EXPECT_THAT(Expressions(open, "input"), ElementsAre(json::array({kPorts, kAccept})));
  EXPECT_THAT(Expressions(open, "output"), ElementsAre(json::array({kPorts, kAccept})));
  EXPECT_THAT(Added(open, "set"), IsEmpty());
}

TEST(NftDocument, ARestrictedRulesetAcceptsItsPeersAndDropsTheRest) {
  const Policy policy = OnlyFor({"198.51.100.0/24", "192.0.2.1", "2001:db8::/32"});
  EXPECT_THAT(Added(policy, "set"),
              ElementsAre(Parse(R"({"family": "inet", "table": "hostctl", "name": "ptpd_ip4",
                  "type": "ipv4_addr", "flags": ["interval"],
                  "elem": ["192.0.2.1", {"prefix": {"addr": "198.51.100.0", "len": 24}}]})"),
                          Parse(R"({"family": "inet", "table": "hostctl", "name": "ptpd_ip6",
                  "type": "ipv6_addr", "flags": ["interval"],
                  "elem": [{"prefix": {"addr": "2001:db8::", "len": 32}}]})")));
  EXPECT_THAT(
      Expressions(policy, "input"),
      ElementsAre(json::array({kPorts, Address("ip", "saddr", "@ptpd_ip4"), kAccept}),
                  json::array({kPorts, Address("ip6", "saddr", "@ptpd_ip6"), kAccept}), Drop()));
  EXPECT_EQ(Rules(policy, "input").back()["comment"], "ruleset ptpd: address not allowed");
}

TEST(NftDocument, ARestrictedRulesetSendsToItsPeersAndToGroups) {
  const json ip4_groups = Parse(R"({"prefix": {"addr": "224.0.0.0", "len": 4}})");
  const json ip6_groups = Parse(R"({"prefix": {"addr": "ff00::", "len": 8}})");
  EXPECT_THAT(
      Expressions(OnlyFor({"192.0.2.1"}), "output"),
      ElementsAre(json::array({kPorts, Address("ip", "daddr", "@ptpd_ip4"), kAccept}),
                  json::array({kPorts, Address("ip", "daddr", ip4_groups), kAccept}),
                  json::array({kPorts, Address("ip6", "daddr", ip6_groups), kAccept}), Drop()));
}

TEST(NftDocument, AnEmptyListAllowsNobody) {
  EXPECT_THAT(Added(OnlyFor({}), "set"), IsEmpty());
  EXPECT_THAT(Expressions(OnlyFor({}), "input"), ElementsAre(Drop()));
  EXPECT_THAT(Expressions(OnlyFor({}), "output"), ElementsAre(Drop()));
}

TEST(NftDocument, WhatAnotherEntryContainsIsLeftOut) {
  const std::vector<json> sets =
      Added(OnlyFor({"10.1.2.3", "10.0.0.0/8", "10.0.0.0/9", "11.0.0.0", "11.0.0.0"}), "set");
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0]["elem"], Parse(R"([{"prefix": {"addr": "10.0.0.0", "len": 8}}, "11.0.0.0"])"));
}

TEST(NftDocument, OrderAndSpellingOfTheListMakeNoDifference) {
  EXPECT_EQ(Document(OnlyFor({"192.0.2.1", "2001:db8::1"})).value(),
            Document(OnlyFor({"2001:DB8::1", "192.0.2.1/32"})).value());
}

TEST(NftDocument, DefaultDropComesLastAndKeepsTheHostOnItsLinks) {
  Policy policy;
  policy.default_action = DefaultAction::kDrop;
  for (const char* chain : {"input", "output"}) {
    const std::vector<json> rules = Rules(policy, chain);
    ASSERT_GE(rules.size(), 2U);
    EXPECT_EQ(rules.front()["comment"], "ruleset ptpd: closed") << "before established flows";
    EXPECT_EQ(rules.back()["comment"], "default action: drop");
    EXPECT_EQ(rules.back()["expr"], Parse(R"([{"counter": null}, {"drop": null}])"));
    const std::string between = json(Expressions(policy, chain)).dump();
    EXPECT_THAT(between, AllOf(HasSubstr(R"("right":"lo")"), HasSubstr("established"),
                               HasSubstr("nd-neighbor-solicit"), HasSubstr("packet-too-big"),
                               HasSubstr("mld2-listener-report"),
                               HasSubstr(R"({"key":"l4proto"}},"op":"==","right":2)")));
  }
  EXPECT_THAT(json(Expressions(policy, "input")).dump(), HasSubstr("iifname"));
  EXPECT_THAT(json(Expressions(policy, "output")).dump(), HasSubstr("oifname"));
}

TEST(NftDocument, DefaultPassAsksForNoConnectionTracking) {
  EXPECT_EQ(Document(Policy{}).value().dump().find("\"ct\""), std::string::npos);
}

TEST(NftDocument, AFirewallThatIsOffIsAnEmptyTable) {
  Policy off = OnlyFor({"192.0.2.1"});
  off.enabled = false;
  off.default_action = DefaultAction::kDrop;
  EXPECT_EQ(Document(off).value(), Parse(R"({"nftables": [
    {"metainfo": {"json_schema_version": 1}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"delete": {"table": {"family": "inet", "name": "hostctl"}}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}}]})"));
}

TEST(NftDocument, ARulesetWithoutADefinitionDoesNotDisturbTheOthers) {
  Policy policy;
  policy.rulesets["gone"] = {true, false, {"no address"}};
  EXPECT_EQ(Document(policy).value(), Document(Policy{}).value());
}

TEST(NftDocument, ABadAddressIsRefusedAlsoWhileTheFirewallIsOff) {
  Policy policy = OnlyFor({"192.0.2.1", "192.0.2.7/24"});
  policy.enabled = false;
  const absl::Status status = Document(policy).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("ruleset 'ptpd'"), HasSubstr("192.0.2.0/24")));
}

TEST(Normalize, LeavesOutHandlesCountersAndVersion) {
  EXPECT_EQ(Normalize(Parse(R"({"nftables": [
    {"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
    {"table": {"family": "inet", "name": "hostctl", "handle": 7}},
    {"rule": {"chain": "input", "handle": 9, "comment": "c",
              "expr": [{"counter": {"packets": 3, "bytes": 99}}, {"drop": null}]}}]})")),
            Parse(R"({"nftables": [
    {"table": {"family": "inet", "name": "hostctl"}},
    {"rule": {"chain": "input", "comment": "c",
              "expr": [{"counter": {"packets": 0, "bytes": 0}}, {"drop": null}]}}]})"));
}

TEST(Normalize, KeepsWhatChangesTheMeaning) {
  const auto listing = [](const std::string& rules) {
    return Normalize(Parse(R"({"nftables": [)" + rules + "]}"));
  };
  const std::string accept = R"({"rule": {"handle": 1, "expr": [{"accept": null}]}})";
  const std::string drop = R"({"rule": {"handle": 2, "expr": [{"drop": null}]}})";
  EXPECT_NE(listing(accept + "," + drop), listing(drop + "," + accept)) << "order";
  EXPECT_NE(listing(accept + "," + drop), listing(accept)) << "a rule less";
  EXPECT_NE(listing(accept), listing(drop)) << "another verdict";
}

TEST(Normalize, TakesAnyJson) {
  EXPECT_EQ(Normalize(json()), json());
  EXPECT_EQ(Normalize(Parse("[1, \"handle\", []]")), Parse("[1, \"handle\", []]"));
}

}  // namespace
}  // namespace hostctl::firewall
