#include "ptpcore/protocol/as_capable.h"

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

AsCapableConfig Config() {
  AsCapableConfig config;
  config.own_identity = kUs;
  return config;
}

AsCapable Capable() {
  AsCapable link(Config());
  link.OnExchange(kMasterA, 300, true);
  return link;
}

TEST(AsCapableTest, ANeighborThatAnswersOverAShortLinkIsCapable) {
  AsCapable link(Config());
  EXPECT_FALSE(link.capable());
  EXPECT_EQ(link.reason(), "the neighbour has not answered a Pdelay_Req yet");
  link.OnExchange(kMasterA, 300, true);
  EXPECT_TRUE(link.capable());
  EXPECT_EQ(link.reason(), "");
}

TEST(AsCapableTest, ThePaceOfTheNeighborMustBeKnown) {
  AsCapable link(Config());
  link.OnExchange(kMasterA, 300, false);
  EXPECT_FALSE(link.capable());
  EXPECT_EQ(link.reason(), "the pace of the neighbour's clock is not known yet");
}

TEST(AsCapableTest, ALinkThatTakesLongerThanTheThresholdIsNot) {
  AsCapable link(Config());
  link.OnExchange(kMasterA, 1'204, true);
  EXPECT_FALSE(link.capable());
  EXPECT_EQ(link.reason(), "the link takes 1204 ns, and 800 ns are allowed");
  link.OnExchange(kMasterA, 800, true);
  EXPECT_TRUE(link.capable());
}

TEST(AsCapableTest, NineFaultsInARowAreForgiven) {
  AsCapable link = Capable();
  for (int i = 0; i < 9; ++i) link.OnExchange(kMasterA, 5'000, true);
  EXPECT_TRUE(link.capable());
  link.OnExchange(kMasterA, 300, true);
  for (int i = 0; i < 9; ++i) link.OnExchange(kMasterA, 5'000, true);
  EXPECT_TRUE(link.capable());
  link.OnExchange(kMasterA, 5'000, true);
  EXPECT_FALSE(link.capable());
  EXPECT_EQ(link.reason(), "the link takes 5000 ns, and 800 ns are allowed");
}

TEST(AsCapableTest, NineLostResponsesInARowAreForgiven) {
  AsCapable link = Capable();
  for (int lost = 1; lost <= 9; ++lost) link.OnRequestEnded(lost, 0);
  EXPECT_TRUE(link.capable());
  link.OnRequestEnded(10, 0);
  EXPECT_FALSE(link.capable());
  EXPECT_EQ(link.reason(), "the neighbour does not answer Pdelay_Req");
}

TEST(AsCapableTest, OurOwnAnswerIsNoNeighbor) {
  AsCapable link(Config());
  link.OnExchange(kUs, 300, true);
  EXPECT_FALSE(link.capable());
  EXPECT_NE(link.reason().find("answered by ourselves"), std::string::npos);
}

TEST(AsCapableTest, SeveralAnswersThreeTimesInARowAreNoDirectLink) {
  AsCapable link = Capable();
  link.OnRequestEnded(0, 1);
  link.OnRequestEnded(0, 2);
  EXPECT_TRUE(link.capable());
  link.OnRequestEnded(0, 3);
  EXPECT_FALSE(link.capable());
  EXPECT_NE(link.reason().find("more than one port answers"), std::string::npos);
}

TEST(AsCapableTest, AfterAResetItIsEarnedAgain) {
  AsCapable link = Capable();
  link.Reset();
  EXPECT_FALSE(link.capable());
  link.OnExchange(kMasterB, 300, true);
  EXPECT_TRUE(link.capable());
}

}  // namespace
}  // namespace ptpcore::protocol
