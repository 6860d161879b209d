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
using ::testing::Not;

json Parse(const std::string& text) {
  return json::parse(text);
}

Wanted With(const Policy& policy) {
  return {Catalogue(), policy};
}

Wanted OnlyFor(std::vector<std::string> allowed_ips) {
  Policy policy;
  policy.rulesets["ptpd"] = {/*enabled=*/true, /*allow_all=*/false, std::move(allowed_ips)};
  return With(policy);
}

Wanted Open() {
  Policy policy;
  policy.rulesets["ptpd"].enabled = true;
  return With(policy);
}

Wanted Drops(Wanted wanted = With({})) {
  wanted.policy.default_action = DefaultAction::kDrop;
  return wanted;
}

RulesetDefinition Ruleset(const std::string& id, std::vector<Rule> rules) {
  return {id, "", std::move(rules), true, true, "", ""};
}

// Two rulesets, `a` and `b`, with one rule each.
Wanted Two(const Rule& a, const Rule& b) {
  return {{Ruleset("a", {a}), Ruleset("b", {b})}, {}};
}
Rule TcpPorts(uint16_t begin, uint16_t end) {
  return {Direction::kInbound, Protocol::kTcp, PortType::kDst, begin, end};
}

// The objects of `kind` that the document adds, in order.
std::vector<json> Added(const Wanted& wanted, const std::string& kind) {
  const json document = MakeDocument(wanted).value();
  std::vector<json> added;
  for (const json& command : document["nftables"]) {
    if (command.contains("add") && command["add"].contains(kind)) {
      added.push_back(command["add"][kind]);
    }
  }
  return added;
}

std::vector<std::string> Names(const Wanted& wanted, const std::string& kind) {
  std::vector<std::string> names;
  for (const json& object : Added(wanted, kind)) names.push_back(object["name"]);
  return names;
}

// The expressions of each rule of a chain.
std::vector<json> Rules(const Wanted& wanted, const std::string& chain) {
  std::vector<json> rules;
  for (const json& rule : Added(wanted, "rule")) {
    if (rule["chain"] == chain) rules.push_back(rule["expr"]);
  }
  return rules;
}

json Address(const std::string& protocol, const std::string& field, const json& right) {
  return {{"match",
           {{"op", "=="},
            {"left", {{"payload", {{"protocol", protocol}, {"field", field}}}}},
            {"right", right}}}};
}

const json kAccept = Parse(R"({"accept": null})");
const json kDrop = Parse(R"({"drop": null})");
const json kPassedIn = Parse(R"({"counter": "ptpd/in-udp-dst-319-320/passed"})");
const json kDroppedIn = Parse(R"({"counter": "ptpd/in-udp-dst-319-320/dropped"})");
const json kDroppedOut = Parse(R"({"counter": "ptpd/out-udp-dst-319-320/dropped"})");
const json kPassedOut = Parse(R"({"counter": "ptpd/out-udp-dst-319-320/passed"})");

TEST(NftDocument, AClosedRulesetDropsAndCounts) {
  Policy closed;
  closed.rulesets["sshServer"].enabled = false;
  const Wanted wanted = {{*FindRuleset(Catalogue(), "sshServer")}, closed};
  EXPECT_EQ(MakeDocument(wanted).value(), Parse(R"({"nftables": [
    {"metainfo": {"json_schema_version": 1}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"delete": {"table": {"family": "inet", "name": "hostctl"}}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"add": {"counter": {"family": "inet", "table": "hostctl",
                         "name": "sshServer/in-tcp-dst-22/passed"}}},
    {"add": {"counter": {"family": "inet", "table": "hostctl",
                         "name": "sshServer/in-tcp-dst-22/dropped"}}},
    {"add": {"chain": {"family": "inet", "table": "hostctl", "name": "in-tcp-dst-22"}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "in-tcp-dst-22",
                      "expr": [{"counter": "sshServer/in-tcp-dst-22/dropped"}]}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "in-tcp-dst-22",
                      "expr": [{"drop": null}]}}},
    {"add": {"map": {"family": "inet", "table": "hostctl", "name": "in-tcp-dst",
                     "type": "inet_service", "map": "verdict",
                     "elem": [[22, {"jump": {"target": "in-tcp-dst-22"}}]]}}},
    {"add": {"set": {"family": "inet", "table": "hostctl", "name": "in-tcp-dst/closed",
                     "type": "inet_service", "elem": [22]}}},
    {"add": {"chain": {"family": "inet", "table": "hostctl", "name": "input", "type": "filter",
                       "hook": "input", "prio": -10, "policy": "accept"}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "input", "expr": [
        {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}},
        {"accept": null}]}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "input", "expr": [
        {"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}},
                  "data": "@in-tcp-dst"}}]}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "input", "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
                   "right": "@in-tcp-dst/closed"}},
        {"drop": null}]}}},
    {"add": {"chain": {"family": "inet", "table": "hostctl", "name": "output", "type": "filter",
                       "hook": "output", "prio": -10, "policy": "accept"}}},
    {"add": {"rule": {"family": "inet", "table": "hostctl", "chain": "output", "expr": [
        {"match": {"op": "==", "left": {"meta": {"key": "oifname"}}, "right": "lo"}},
        {"accept": null}]}}}]})"));
}

TEST(NftDocument, ARulesetThatNobodyHasSetIsLeftToTheDefaultAction) {
  EXPECT_THAT(MakeDocument(With({})).value().dump(), Not(HasSubstr("sshServer")));
}

TEST(NftDocument, ASystemOwnedRulesetThatNobodyHasSetIsClosed) {
  Policy named;
  named.rulesets["ptpd"].enabled = false;
  EXPECT_EQ(MakeDocument(With({})).value(), MakeDocument(With(named)).value());
  EXPECT_THAT(Rules(With({}), "in-udp-dst-319-320"),
              ElementsAre(json::array({kDroppedIn}), json::array({kDrop})));
}

TEST(NftDocument, AnOpenRulesetAcceptsItsPorts) {
  EXPECT_THAT(Rules(Open(), "in-udp-dst-319-320"), ElementsAre(json::array({kPassedIn, kAccept})));
  EXPECT_THAT(Rules(Open(), "out-udp-dst-319-320"),
              ElementsAre(json::array({kPassedOut, kAccept})));
  EXPECT_THAT(Names(Open(), "map"), ElementsAre("in-udp-dst", "out-udp-dst"));
  EXPECT_THAT(Names(Open(), "set"), ElementsAre("in-udp-dst/open", "out-udp-dst/open"));
}

TEST(NftDocument, ARestrictedRulesetAcceptsItsPeersAndDropsTheRest) {
  const Wanted wanted = OnlyFor({"198.51.100.0/24", "192.0.2.1", "2001:db8::1"});
  std::vector<json> sets = Added(wanted, "set");
  sets.resize(3);  // then those of ports
  EXPECT_THAT(sets,
              ElementsAre(Parse(R"({"family": "inet", "table": "hostctl", "name": "ptpd/ip4-24",
                  "type": "ipv4_addr", "elem": ["198.51.100.0"]})"),
                          Parse(R"({"family": "inet", "table": "hostctl", "name": "ptpd/ip4",
                  "type": "ipv4_addr", "elem": ["192.0.2.1"]})"),
                          Parse(R"({"family": "inet", "table": "hostctl", "name": "ptpd/ip6",
                  "type": "ipv6_addr", "elem": ["2001:db8::1"]})")));
  const json in_network = Parse(R"({"match": {"op": "==", "right": "@ptpd/ip4-24", "left": {"&": [
      {"payload": {"protocol": "ip", "field": "saddr"}}, "255.255.255.0"]}}})");
  EXPECT_THAT(Rules(wanted, "in-udp-dst-319-320"),
              ElementsAre(json::array({in_network, kPassedIn, kAccept}),
                          json::array({Address("ip", "saddr", "@ptpd/ip4"), kPassedIn, kAccept}),
                          json::array({Address("ip6", "saddr", "@ptpd/ip6"), kPassedIn, kAccept}),
                          json::array({kDroppedIn}), json::array({kDrop})));
}

TEST(NftDocument, ARestrictedRulesetSendsToItsPeersAndToGroups) {
  const json ip4_groups = Parse(R"({"prefix": {"addr": "224.0.0.0", "len": 4}})");
  const json ip6_groups = Parse(R"({"prefix": {"addr": "ff00::", "len": 8}})");
  EXPECT_THAT(Rules(OnlyFor({"192.0.2.1"}), "out-udp-dst-319-320"),
              ElementsAre(json::array({Address("ip", "daddr", "@ptpd/ip4"), kPassedOut, kAccept}),
                          json::array({Address("ip", "daddr", ip4_groups), kPassedOut, kAccept}),
                          json::array({Address("ip6", "daddr", ip6_groups), kPassedOut, kAccept}),
                          json::array({kDroppedOut}), json::array({kDrop})));
}

TEST(NftDocument, AnEmptyListAllowsNobody) {
  EXPECT_THAT(Names(OnlyFor({}), "map"), ElementsAre("in-udp-dst", "out-udp-dst"));
  EXPECT_EQ(MakeDocument(OnlyFor({})).value(), MakeDocument(With({})).value());
}

TEST(NftDocument, WhatAnotherEntryContainsIsLeftOut) {
  std::vector<json> sets =
      Added(OnlyFor({"10.1.2.3", "10.0.0.0/8", "10.0.0.0/9", "11.0.0.0", "11.0.0.0"}), "set");
  ASSERT_GE(sets.size(), 2U);
  EXPECT_EQ(sets[0]["elem"], Parse(R"(["10.0.0.0"])"));
  EXPECT_EQ(sets[1]["elem"], Parse(R"(["11.0.0.0"])"));
}

TEST(NftDocument, OrderAndSpellingOfTheListMakeNoDifference) {
  EXPECT_EQ(MakeDocument(OnlyFor({"192.0.2.1", "2001:db8::1"})).value(),
            MakeDocument(OnlyFor({"2001:DB8::1", "192.0.2.1/32"})).value());
}

TEST(NftDocument, PortsThatTwoRulesetsNameHaveAChainOfTheirOwn) {
  Wanted wanted = Two(TcpPorts(10, 20), TcpPorts(15, 65535));
  wanted.policy.rulesets["a"].enabled = false;
  wanted.policy.rulesets["b"] = {true, false, {"192.0.2.1"}};
  const json from_peer = Address("ip", "saddr", "@b/ip4");
  const json passed = Parse(R"({"counter": "b/in-tcp-dst-15-65535/passed"})");
  const json dropped_a = Parse(R"({"counter": "a/in-tcp-dst-10-20/dropped"})");
  const json dropped_b = Parse(R"({"counter": "b/in-tcp-dst-15-65535/dropped"})");
  EXPECT_THAT(Rules(wanted, "in-tcp-dst-10-14"),
              ElementsAre(json::array({dropped_a}), json::array({kDrop})));
  EXPECT_THAT(Rules(wanted, "in-tcp-dst-15-20"),
              ElementsAre(json::array({from_peer, passed, kAccept}), json::array({dropped_a}),
                          json::array({dropped_b}), json::array({kDrop})))
      << "any ruleset that lets a packet pass is enough";
  EXPECT_THAT(Rules(wanted, "in-tcp-dst-21-65535"),
              ElementsAre(json::array({from_peer, passed, kAccept}), json::array({dropped_b}),
                          json::array({kDrop})));
}

TEST(NftDocument, PortsThatOneRulesetOpensToAllAreNotClosedByAnother) {
  Wanted wanted = Two(TcpPorts(22, 22), TcpPorts(22, 22));
  wanted.policy.rulesets["a"].enabled = false;
  wanted.policy.rulesets["b"].enabled = true;
  EXPECT_THAT(
      Rules(wanted, "in-tcp-dst-22"),
      ElementsAre(json::array({Parse(R"({"counter": "b/in-tcp-dst-22/passed"})"), kAccept})));
}

TEST(NftDocument, SourcePortsAreLookedUpAsSuch) {
  Wanted wanted = Two({Direction::kOutbound, Protocol::kTcp, PortType::kSrc, 80, 80},
                      {Direction::kInbound, Protocol::kUdp, PortType::kSrc, 53, 53});
  wanted.policy.rulesets["a"].enabled = true;
  wanted.policy.rulesets["b"].enabled = true;
  EXPECT_THAT(
      json(Rules(wanted, "output")).dump(),
      AllOf(HasSubstr(R"("field":"sport","protocol":"tcp")"), HasSubstr("@open/out-tcp-src")));
  EXPECT_THAT(
      json(Rules(wanted, "input")).dump(),
      AllOf(HasSubstr(R"("field":"sport","protocol":"udp")"), HasSubstr("@open/in-udp-src")));
}

TEST(NftDocument, AWholeFamilyNeedsNoSet) {
  EXPECT_THAT(Names(OnlyFor({"0.0.0.0/0", "::/0"}), "set"),
              ElementsAre("in-udp-dst/closed", "out-udp-dst/closed"));
  EXPECT_THAT(Rules(OnlyFor({"0.0.0.0/0", "::/0"}), "in-udp-dst-319-320")[1].dump(),
              AllOf(HasSubstr("nfproto"), HasSubstr("ipv6")));
}

TEST(NftDocument, AWideRangeOfPortsIsARuleAndNotAThousandElements) {
  Wanted wanted = Two(TcpPorts(1000, 1255), TcpPorts(2000, 2256));
  wanted.policy.rulesets["a"].enabled = true;
  wanted.policy.rulesets["b"].enabled = true;
  EXPECT_EQ(Added(wanted, "map")[0]["elem"].size(), 256U);
  EXPECT_THAT(Rules(wanted, "input")[1].dump(), HasSubstr(R"({"range":[2000,2256]})"));
}

TEST(NftDocument, NoSetIsAnInterval) {
  EXPECT_THAT(MakeDocument(Drops(OnlyFor({"10.0.0.0/8", "fd00::/8", "::1"}))).value().dump(),
              Not(HasSubstr(R"("flags":)")));
}

TEST(NftDocument, WhatEitherPortLetsPassPasses) {
  Wanted wanted = Two({Direction::kInbound, Protocol::kUdp, PortType::kSrc, 53, 53},
                      {Direction::kInbound, Protocol::kUdp, PortType::kDst, 99, 99});
  wanted.policy.rulesets["a"] = {true, false, {"192.0.2.1"}};
  wanted.policy.rulesets["b"].enabled = false;
  const std::vector<json> rules = Rules(wanted, "input");
  ASSERT_EQ(rules.size(), 6U);
  EXPECT_THAT(rules[1].dump(), HasSubstr("@open/in-udp-src"));
  EXPECT_THAT(rules[2].dump(), HasSubstr("@in-udp-dst"));
  EXPECT_THAT(rules[3].dump(), HasSubstr("@in-udp-dst/closed"));
  EXPECT_THAT(rules[4].dump(), HasSubstr("@closed/in-udp-src"));
}

TEST(NftDocument, HoweverManyRulesetsAPacketMeetsAsManyRules) {
  Wanted wanted;
  for (int i = 100; i < 200; ++i) {
    const auto port = static_cast<uint16_t>(i);
    wanted.definitions.push_back(Ruleset("r" + std::to_string(i), {TcpPorts(port, port)}));
    wanted.policy.rulesets["r" + std::to_string(i)].enabled = i % 2 == 0;
  }
  EXPECT_EQ(Rules(wanted, "input").size(), 4U) << "loopback, one lookup and its net";
}

TEST(NftDocument, DefaultDropComesLastAndKeepsTheHostOnItsLinks) {
  for (const auto& [chain, counter, interface, closed] :
       {std::tuple{"input", "default/in/dropped", "iifname", "@in-udp-dst"},
        std::tuple{"output", "default/out/dropped", "oifname", "@out-udp-dst"}}) {
    const std::vector<json> rules = Rules(Drops(), chain);
    ASSERT_GE(rules.size(), 4U);
    EXPECT_THAT(rules.front().dump(), AllOf(HasSubstr(interface), HasSubstr(R"("right":"lo")")));
    EXPECT_THAT(rules[1].dump(), HasSubstr(closed)) << "before established flows";
    EXPECT_EQ(rules.back(), json::array({{{"counter", counter}}, kDrop}));
    EXPECT_THAT(
        json(rules).dump(),
        AllOf(HasSubstr("established"), HasSubstr("echo-request"), HasSubstr("nd-neighbor-solicit"),
              HasSubstr(R"("field":"flags","protocol":"tcp")") /* flows not tracked so far */,
              HasSubstr("packet-too-big"), HasSubstr("mld2-listener-report"),
              HasSubstr(R"({"key":"l4proto"}},"op":"==","right":2)")));
  }
}

TEST(NftDocument, DefaultDropCountsWhatItTakesFromRulesetsThatNobodyHasSet) {
  EXPECT_THAT(Rules(Drops(), "unmanaged/in-tcp-dst-22"),
              ElementsAre(Parse(R"([{"counter": "sshServer/in-tcp-dst-22/dropped"}])")));
  const std::vector<json> rules = Rules(Drops(), "input");
  EXPECT_THAT(rules[rules.size() - 2].dump(), HasSubstr("@unmanaged/in-udp-dst"))
      << "just before the end";
}

TEST(NftDocument, DefaultPassAsksForNoConnectionTracking) {
  EXPECT_THAT(MakeDocument(Open()).value().dump(), Not(HasSubstr("\"ct\"")));
}

TEST(NftDocument, AFirewallThatIsOffIsAnEmptyTable) {
  Wanted off = Drops(OnlyFor({"192.0.2.1"}));
  off.policy.enabled = false;
  EXPECT_EQ(MakeDocument(off).value(), Parse(R"({"nftables": [
    {"metainfo": {"json_schema_version": 1}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}},
    {"delete": {"table": {"family": "inet", "name": "hostctl"}}},
    {"add":    {"table": {"family": "inet", "name": "hostctl"}}}]})"));
}

TEST(NftDocument, ARulesetWithoutADefinitionDoesNotDisturbTheOthers) {
  Policy policy;
  policy.rulesets["gone"] = {true, false, {"no address"}};
  EXPECT_EQ(MakeDocument(With(policy)).value(), MakeDocument(With({})).value());
}

TEST(NftDocument, ABadAddressIsRefusedAlsoWhileTheFirewallIsOff) {
  Wanted wanted = OnlyFor({"192.0.2.1", "192.0.2.7/24"});
  wanted.policy.enabled = false;
  const absl::Status status = MakeDocument(wanted).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("ruleset 'ptpd'"), HasSubstr("192.0.2.0/24")));
}

TEST(NftDocument, ADefinitionThatCannotBeIsRefusedByName) {
  const std::vector<std::pair<Wanted, std::string>> cases = {
      {Two(TcpPorts(0, 1), TcpPorts(1, 1)), "ruleset 'a' has a port range that is none"},
      {Two(TcpPorts(1, 1), TcpPorts(2, 1)), "ruleset 'b' has a port range that is none"},
  };
  for (const auto& [wanted, reason] : cases) {
    EXPECT_EQ(MakeDocument(wanted).status(), absl::InvalidArgumentError(reason));
  }
  Wanted wanted = Two(TcpPorts(1, 1), TcpPorts(1, 1));
  wanted.definitions[1].id = "a";
  EXPECT_EQ(MakeDocument(wanted).status().message(), "ruleset 'a' is not in the order of ids");
  wanted.definitions[1].id = "b/c";
  EXPECT_EQ(MakeDocument(wanted).status().message(), "ruleset 'b/c' has no valid id");
  wanted.definitions[1] = Ruleset("b", {TcpPorts(1, 2), TcpPorts(1, 2)});
  EXPECT_EQ(MakeDocument(wanted).status().message(), "ruleset 'b' has a rule twice");
}

TEST(Normalize, LeavesOutHandlesCountersAndVersion) {
  EXPECT_EQ(Normalize(Parse(R"({"nftables": [
    {"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
    {"table": {"family": "inet", "name": "hostctl", "handle": 7}},
    {"counter": {"name": "c", "handle": 8, "packets": 3, "bytes": 99}},
    {"rule": {"chain": "input", "handle": 9, "comment": "c",
              "expr": [{"counter": {"packets": 3, "bytes": 99}}, {"drop": null}]}}]})")),
            Parse(R"({"nftables": [
    {"table": {"family": "inet", "name": "hostctl"}},
    {"counter": {"name": "c", "packets": 0, "bytes": 0}},
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
