#include "cli/state_value.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(StateValue, IsGoodInControl) {
  for (const char* text : {"SLAVE", "PTP_SLAVE", "LOCKED", "RUNNING", "calibrated, in control"}) {
    EXPECT_EQ(StateValue(text).meaning, Meaning::kGood) << text;
    EXPECT_EQ(Text(StateValue(text)), text);
  }
}

TEST(StateValue, WarnsOnTheWayAndInHoldover) {
  for (const char* text : {"LISTENING", "ACQUIRING", "HOLDOVER, 12 s",
                           "holdover, calibrated, no control", "not calibrated, no control"}) {
    EXPECT_EQ(StateValue(text).meaning, Meaning::kWarning) << text;
  }
}

TEST(StateValue, IsBadInError) {
  for (const char* text :
       {"FAULTY", "HOLDOVER_EXPIRED, 3601 s", "FAILED", "panic mode, calibrated, in control"}) {
    EXPECT_EQ(StateValue(text).meaning, Meaning::kBad) << text;
  }
}

TEST(StateValue, MeansNothingOtherwise) {
  for (const char* text : {"", "vmk0", "0", "SLAVERY", "calibrated, no control"}) {
    EXPECT_EQ(StateValue(text).meaning, Meaning::kNone) << text;
  }
}

}  // namespace
}  // namespace hostctl::cli
