#include "service/daemon/log_ring.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LogRing, KeepsTheLastLinesInOrder) {
  LogRing log;
  EXPECT_THAT(log.Add("one\ntwo\nthree\n"), ElementsAre("one", "two", "three"));
  EXPECT_THAT(log.Last(2), ElementsAre("two", "three"));
  EXPECT_THAT(log.Last(10), ElementsAre("one", "two", "three"));
}

TEST(LogRing, PutsALineTogetherThatComesInPieces) {
  LogRing log;
  EXPECT_THAT(log.Add("Fatal "), IsEmpty());
  EXPECT_THAT(log.Last(5), ElementsAre("Fatal ")) << "unfinished, and perhaps its last words";
  EXPECT_THAT(log.Add("error\n"), ElementsAre("Fatal error"));
  EXPECT_THAT(log.Last(5), ElementsAre("Fatal error"));
}

TEST(LogRing, IsBoundedInLinesAndInTheirLength) {
  LogRing log;
  for (int i = 0; i < 1000; ++i) log.Add(std::to_string(i) + "\n");
  EXPECT_EQ(log.Last(10000).size(), LogRing::kLines);
  EXPECT_EQ(log.Last(10000).back(), "999");
  log.Add(std::string(1000000, 'x'));
  EXPECT_EQ(log.Last(1).front().size(), LogRing::kLineBytes);
}

TEST(LogRing, WhatCannotBePrintedIsAQuestionMark) {
  LogRing log;
  log.Add("\x1b[31mred\t\xff\n");
  EXPECT_THAT(log.Last(1), ElementsAre("?[31mred??"));
}

}  // namespace
}  // namespace hostctl::daemon
