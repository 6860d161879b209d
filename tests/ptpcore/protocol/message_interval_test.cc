#include "ptpcore/protocol/message_interval.h"

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

TEST(MessageIntervalTest, TheNeighbourAsksForAnotherInterval) {
  MessageInterval sync(0);
  EXPECT_TRUE(sync.Request(-3));
  EXPECT_EQ(sync.log(), -3);
  EXPECT_FALSE(sync.stopped());
}

TEST(MessageIntervalTest, KeepsStopsAndGoesBackToTheFirst) {
  MessageInterval sync(0);
  sync.Request(2);
  EXPECT_TRUE(sync.Request(wire::kKeepInterval));
  EXPECT_EQ(sync.log(), 2);
  EXPECT_TRUE(sync.Request(wire::kStopMessages));
  EXPECT_TRUE(sync.stopped());
  EXPECT_TRUE(sync.Request(wire::kKeepInterval));
  EXPECT_TRUE(sync.stopped());
  EXPECT_TRUE(sync.Request(wire::kInitialInterval));
  EXPECT_EQ(sync.log(), 0);
  EXPECT_FALSE(sync.stopped());
}

TEST(MessageIntervalTest, AnIntervalResumesWhatWasStopped) {
  MessageInterval sync(0);
  sync.Request(wire::kStopMessages);
  sync.Request(1);
  EXPECT_FALSE(sync.stopped());
  EXPECT_EQ(sync.log(), 1);
}

TEST(MessageIntervalTest, WhatIsOutOfRangeChangesNothing) {
  for (int requested : {-127, -64, -8, 5, 22, 125}) {
    MessageInterval sync(0);
    EXPECT_FALSE(sync.Request(static_cast<int8_t>(requested))) << requested;
    EXPECT_EQ(sync.log(), 0);
    EXPECT_FALSE(sync.stopped());
  }
}

TEST(MessageIntervalTest, AnotherNeighbourBeginsAnew) {
  MessageInterval sync(-3);
  sync.Request(4);
  sync.Reset();
  EXPECT_EQ(sync.log(), -3);
}

}  // namespace
}  // namespace ptpcore::protocol
