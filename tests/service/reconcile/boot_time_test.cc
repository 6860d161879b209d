#include "service/reconcile/boot_time.h"

#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

TEST(BootTimeTest, GoesOnWithinOneStartOfTheHost) {
  const BootTime first = ReadBootTime();
  const BootTime second = ReadBootTime();
  EXPECT_FALSE(first.boot_id.empty());
  EXPECT_EQ(first.boot_id, second.boot_id);
  EXPECT_GT(first.since_boot.count(), 0);
  EXPECT_GE(second.since_boot, first.since_boot);
}

}  // namespace
}  // namespace hostctl::reconcile
