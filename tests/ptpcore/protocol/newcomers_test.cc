#include "ptpcore/protocol/newcomers.h"

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

wire::PortIdentity Numbered(size_t i) {
  return {{{0xEE, 0, 0, 0, 0, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}}, 1};
}

class NewcomersTest : public ::testing::Test {
 protected:
  // Whether this one was seen before.
  bool See(size_t i, Duration when = seconds(0), uint16_t sequence_id = 0) {
    before_ = newcomers_.See(Numbered(i), {At(when), sequence_id});
    return before_.has_value();
  }

  Newcomers newcomers_;
  std::optional<Newcomers::Sighting> before_;
};

TEST_F(NewcomersTest, TheSecondSightingTellsOfTheFirst) {
  EXPECT_FALSE(See(1, seconds(3), 77));
  EXPECT_FALSE(See(2, seconds(4)));
  ASSERT_TRUE(See(1, seconds(5), 78));
  EXPECT_EQ(before_->at, At(seconds(3)));
  EXPECT_EQ(before_->sequence_id, 77);
  ASSERT_TRUE(See(1, seconds(6)));
  EXPECT_EQ(before_->at, At(seconds(5)));
}

TEST_F(NewcomersTest, PortsOfOneClockAreTold) {
  See(1);
  EXPECT_FALSE(newcomers_.See({Numbered(1).clock, 2}, {}));
}

TEST_F(NewcomersTest, TheFirstOfTooManyIsForgotten) {
  for (size_t i = 0; i < Newcomers::kCapacity; ++i) EXPECT_FALSE(See(i));
  EXPECT_FALSE(See(Newcomers::kCapacity));
  EXPECT_EQ(newcomers_.size(), Newcomers::kCapacity);
  EXPECT_TRUE(See(1));
  EXPECT_FALSE(See(0));  // and takes the place of 1
  EXPECT_FALSE(See(1));
  EXPECT_TRUE(See(3));
  EXPECT_EQ(newcomers_.size(), Newcomers::kCapacity);
}

TEST_F(NewcomersTest, WhoIsForgottenAndComesBackKeepsItsNewPlace) {
  for (size_t i = 0; i < Newcomers::kCapacity; ++i) See(i);
  newcomers_.Forget(Numbered(5));
  EXPECT_FALSE(See(5));  // in the place of 0
  // The old place of 5 is written over; it is in its new one.
  for (size_t i = 0; i < 6; ++i) See(Newcomers::kCapacity + i);
  EXPECT_TRUE(See(5));
}

TEST_F(NewcomersTest, MemoryIsGivenBackWhenTheStormIsOver) {
  See(1, seconds(10));
  See(2, seconds(20));
  newcomers_.ForgetIfAllBefore(At(seconds(20)));
  EXPECT_EQ(newcomers_.size(), 2U);
  newcomers_.ForgetIfAllBefore(At(seconds(21)));
  EXPECT_EQ(newcomers_.size(), 0U);
  EXPECT_FALSE(See(1, seconds(30)));
}

}  // namespace
}  // namespace ptpcore::protocol
