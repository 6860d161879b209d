#include "service/rpc/call_limits.h"

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

constexpr CallLimit kLimit = {2, 10, 5};

class Limits : public ::testing::Test {
 protected:
  // The reason why `caller` may not begin; empty: it may.
  std::string Begin(const std::string& caller) {
    const absl::Status may = limits_.Begin(caller, kLimit, now_);
    if (may.ok()) return "";
    EXPECT_EQ(may.code(), absl::StatusCode::kResourceExhausted);
    message_ = std::string(may.message());
    return reconcile::DetailOf(may).reason;
  }
  void Call(const std::string& caller) {
    EXPECT_EQ(Begin(caller), "");
    limits_.End(caller);
  }

  CallLimits limits_;
  CallLimits::Time now_{};
  std::string message_;
};

TEST_F(Limits, OfCallsThatRunAtOnce) {
  EXPECT_EQ(Begin("a"), "");
  EXPECT_EQ(Begin("a"), "");
  EXPECT_EQ(Begin("a"), "TOO_MANY_RUNNING_CALLS");
  EXPECT_EQ(message_, "too many calls of one caller are running: the limit is 2");
  limits_.End("a");
  EXPECT_EQ(Begin("a"), "");
}

TEST_F(Limits, OfCallsInASecond) {
  for (int i = 0; i < 5; ++i) Call("a");
  EXPECT_EQ(Begin("a"), "TOO_MANY_CALLS_PER_SECOND");
  EXPECT_EQ(message_, "too many calls of one caller: the limit is 10 per second");
  now_ += std::chrono::milliseconds(100);
  Call("a");
  EXPECT_EQ(Begin("a"), "TOO_MANY_CALLS_PER_SECOND");
  now_ += std::chrono::hours(1);
  for (int i = 0; i < 5; ++i) Call("a");
  EXPECT_EQ(Begin("a"), "TOO_MANY_CALLS_PER_SECOND") << "rest is saved up to the burst";
}

TEST_F(Limits, OfOneCallerAreNothingToAnother) {
  for (int i = 0; i < 100; ++i) static_cast<void>(limits_.Begin("a", kLimit, now_));
  EXPECT_EQ(Begin("b"), "");
}

TEST_F(Limits, AreKeptThoughThousandsOfOthersCome) {
  for (int i = 0; i < 5; ++i) Call("a");
  for (int i = 0; i < 3000; ++i) Call(std::to_string(i));
  EXPECT_EQ(Begin("a"), "TOO_MANY_CALLS_PER_SECOND");
}

}  // namespace
}  // namespace hostctl::rpc
