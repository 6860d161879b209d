#include "firewall/foreign_drops.h"

#include "firewall/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Wanted PtpOpen() {
  Wanted wanted{Catalogue(), {}};
  wanted.policy.rulesets["ptpd"].enabled = true;
  return wanted;
}

// A table `ip filter` as libnftables lists it.
class Listing {
 public:
  Listing& BaseChain(const std::string& name, const std::string& hook, const std::string& policy) {
    Add("chain", {{"family", "ip"},
                  {"table", "filter"},
                  {"name", name},
                  {"type", "filter"},
                  {"hook", hook},
                  {"prio", 0},
                  {"policy", policy}});
    return *this;
  }
  Listing& Chain(const std::string& name) {
    Add("chain", {{"family", "ip"}, {"table", "filter"}, {"name", name}});
    return *this;
  }
  Listing& Rule(const std::string& chain, const char* expressions) {
    Add("rule", {{"family", "ip"},
                 {"table", "filter"},
                 {"chain", chain},
                 {"expr", json::parse(expressions)}});
    return *this;
  }
  std::vector<ForeignDrop> Drops(const Wanted& wanted = PtpOpen()) const {
    return ForeignDropsIn({{"nftables", items_}}, wanted);
  }

 private:
  void Add(const char* kind, json object) { items_.push_back({{kind, std::move(object)}}); }
  json items_ = json::array({{{"metainfo", {{"version", "1.0.6"}}}}});
};

constexpr char kDrop319[] =
    R"([{"match":{"op":"==","left":{"payload":{"protocol":"udp","field":"dport"}},"right":319}},
        {"counter":{"packets":0,"bytes":0}},{"drop":null}])";

TEST(ForeignDrops, ATableThatLetsEverythingPassDropsNothing) {
  EXPECT_THAT(Listing().BaseChain("INPUT", "input", "accept").Drops(), IsEmpty());
}

TEST(ForeignDrops, ARuleThatNamesThePortIsFound) {
  const auto drops =
      Listing().BaseChain("INPUT", "input", "accept").Rule("INPUT", kDrop319).Drops();
  ASSERT_THAT(drops, SizeIs(1));
  EXPECT_EQ(drops[0].ruleset_id, "ptpd");
  EXPECT_EQ(drops[0].owner, "the table ip filter");
  EXPECT_EQ(drops[0].chain, "INPUT");
  EXPECT_FALSE(drops[0].by_policy);
}

TEST(ForeignDrops, ADropOnTheWayOutIsFoundOnTheWayOut) {
  const auto drops =
      Listing().BaseChain("OUTPUT", "output", "accept").Rule("OUTPUT", kDrop319).Drops();
  ASSERT_THAT(drops, SizeIs(1));
  EXPECT_EQ(drops[0].rule.direction, Direction::kOutbound);
}

TEST(ForeignDrops, APolicyThatDropsIsFoundUnlessARuleAcceptsThePort) {
  Listing listing;
  listing.BaseChain("INPUT", "input", "drop")
      .Rule("INPUT", R"([{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"lo"}},
                         {"accept":null}])")
      .Rule("INPUT", R"([{"match":{"op":"in","left":{"ct":{"key":"state"}},
                         "right":["established","related"]}},{"accept":null}])");
  const auto drops = listing.Drops();
  ASSERT_THAT(drops, SizeIs(1));
  EXPECT_TRUE(drops[0].by_policy);
  listing.Rule("INPUT", R"([{"match":{"op":"==","left":{"payload":{"protocol":"udp",
      "field":"dport"}},"right":{"set":[123,{"range":[319,320]}]}}},{"accept":null}])");
  EXPECT_THAT(listing.Drops(), IsEmpty());
}

TEST(ForeignDrops, UfwIsNamed) {
  const auto drops = Listing()
                         .BaseChain("INPUT", "input", "drop")
                         .Chain("ufw-before-input")
                         .Rule("INPUT", R"([{"jump":{"target":"ufw-before-input"}}])")
                         .Rule("ufw-before-input", R"([{"xt":null},{"accept":null}])")
                         .Drops();
  ASSERT_THAT(drops, SizeIs(1));
  EXPECT_EQ(drops[0].owner, "ufw");
  EXPECT_TRUE(drops[0].by_policy);
}

TEST(ForeignDrops, ADropBehindAJumpIsNamedByItsOwnChain) {
  const auto drops = Listing()
                         .BaseChain("INPUT", "input", "accept")
                         .Chain("site")
                         .Rule("INPUT", R"([{"jump":{"target":"site"}}])")
                         .Rule("site", R"([{"reject":{"type":"icmpx"}}])")
                         .Drops();
  ASSERT_THAT(drops, SizeIs(1));
  EXPECT_EQ(drops[0].chain, "site");
}

TEST(ForeignDrops, OtherProtocolsAndPortsAreNotOurs) {
  EXPECT_THAT(Listing()
                  .BaseChain("INPUT", "input", "accept")
                  .Rule("INPUT", R"([{"match":{"op":"==","left":{"payload":{"protocol":"tcp",
              "field":"dport"}},"right":319}},{"drop":null}])")
                  .Rule("INPUT", R"([{"match":{"op":"==","left":{"payload":{"protocol":"udp",
              "field":"dport"}},"right":161}},{"drop":null}])")
                  .Rule("INPUT", R"([{"match":{"op":"==","left":{"payload":{"protocol":"ip",
              "field":"saddr"}},"right":"198.51.100.1"}},{"drop":null}])")
                  .Drops(),
              IsEmpty());
}

TEST(ForeignDrops, AClosedRulesetHasNothingToLose) {
  Listing listing;
  listing.BaseChain("INPUT", "input", "drop");
  EXPECT_THAT(listing.Drops({Catalogue(), {}}), IsEmpty());
}

TEST(ForeignDrops, ChainsThatJumpInCirclesEnd) {
  Listing listing;
  listing.BaseChain("INPUT", "input", "accept")
      .Chain("a")
      .Rule("INPUT", R"([{"jump":{"target":"a"}}])");
  listing.Rule("a", R"([{"jump":{"target":"a"}}])");
  EXPECT_THAT(listing.Drops(), IsEmpty());
}

TEST(ForeignDrops, WhatMakesNoSenseIsPassedOver) {
  for (const char* text : {"null", "[]", "{}", R"({"nftables":7})",
                           R"({"nftables":[1,{"chain":4},{"rule":{"expr":[[],{"match":3}]}}]})",
                           R"({"nftables":[{"chain":{"name":"i","hook":"input"}},
                               {"rule":{"chain":"i","expr":[{"match":[]},{"jump":9}]}}]})"}) {
    EXPECT_THAT(ForeignDropsIn(json::parse(text), PtpOpen()), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace hostctl::firewall
