#include "firewall/nft_counters.h"

#include "firewall/catalogue.h"
#include "firewall/nft_document.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kIn[] = "ptpd/in-udp-dst-319-320/dropped";

TEST(NftCounters, AreReadFromAListing) {
  EXPECT_THAT(ReadCounters(json::parse(R"({"nftables": [
      {"metainfo": {"version": "1.0.6"}},
      {"counter": {"family": "inet", "name": "ptpd/in-udp-dst-319-320/dropped",
                   "table": "hostctl", "handle": 3, "packets": 18446744073709551615,
                   "bytes": 500}}]})")),
              ElementsAre(Pair(kIn, PacketCount{18446744073709551615ULL, 500})));
}

TEST(NftCounters, WhatIsNoCounterIsLeftOut) {
  for (const char* text :
       {"null", "7", "[]", "{}", R"({"nftables": 1})", R"({"nftables": [1, {"counter": 2}]})",
        R"({"nftables": [{"counter": {"name": 1, "packets": 1, "bytes": 1}}]})",
        R"({"nftables": [{"counter": {"name": "a", "packets": -1, "bytes": 1}}]})",
        R"({"nftables": [{"counter": {"name": "a", "packets": 1}}]})"}) {
    EXPECT_THAT(ReadCounters(json::parse(text)), IsEmpty()) << text;
  }
}

TEST(NftCounters, GoOnInTheNextDocument) {
  const json document = MakeDocument({Catalogue(), {}}).value();
  const json counted = WithCounters(document, {{kIn, {7, 700}}, {"gone", {1, 1}}});
  EXPECT_THAT(ReadCounters({{"nftables", {counted["nftables"][5]["add"]}}}),
              ElementsAre(Pair(kIn, PacketCount{7, 700})));
  EXPECT_EQ(counted.dump().find("gone"), std::string::npos);
  EXPECT_EQ(Normalize(counted), Normalize(WithCounters(document, {})));
}

TEST(NftCounters, AreToldRuleByRuleAndThenTheDefaultAction) {
  const Wanted wanted = {{*FindRuleset(Catalogue(), "ptpd")}, {}};
  EXPECT_THAT(CountsOf(wanted, {{kIn, {7, 700}},
                                {"ptpd/out-udp-dst-319-320/passed", {2, 200}},
                                {"default/out/dropped", {9, 900}}}),
              ElementsAre(RuleCount{"ptpd", 0, {}, {7, 700}}, RuleCount{"ptpd", 1, {2, 200}, {}},
                          RuleCount{"", 0, {}, {}}, RuleCount{"", 1, {}, {9, 900}}));
}

}  // namespace
}  // namespace hostctl::firewall
