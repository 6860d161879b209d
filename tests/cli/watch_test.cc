// Connection::Watch: every way in which a server's stream ends.
#include <chrono>
#include <thread>

#include "cli/connection.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using End = WatchResult::End;
using Response = v1::WatchPtpStatsResponse;

class Watch : public ::testing::Test {
 protected:
  Watch() : connection_(UnixTarget{hostd_.socket()}, std::chrono::seconds(10)) {
    hostd_.watched.resize(3);
  }
  // Reads until there are `enough` responses.
  WatchResult Read(int enough, std::optional<std::chrono::system_clock::time_point> limit = {},
                   Cancellation* cancellation = nullptr) {
    return connection_.Watch<v1::PtpService::Stub, v1::WatchPtpStatsRequest, Response>(
        &v1::PtpService::Stub::WatchPtpStats, {}, limit, cancellation,
        [&](const Response& /*response*/) {
          ++read_;
          if (cancellation != nullptr) cancellation->Cancel();
          return read_ < enough;
        });
  }

  FakeHostd hostd_;
  Connection connection_;
  int read_ = 0;
};

TEST_F(Watch, EndsWhenTheReaderHasEnough) {
  hostd_.silent = true;
  EXPECT_EQ(Read(2).end, End::kEnough);
  EXPECT_EQ(read_, 2);
}

TEST_F(Watch, EndsWhenTheTimeIsUp) {
  hostd_.silent = true;
  const auto limit = std::chrono::system_clock::now() + std::chrono::milliseconds(300);
  EXPECT_EQ(Read(9, limit).end, End::kTimeUp);
  EXPECT_EQ(read_, 3);
}

TEST_F(Watch, EndsWhenItIsCancelled) {
  hostd_.silent = true;
  Cancellation cancellation;
  EXPECT_EQ(Read(9, {}, &cancellation).end, End::kCancelled);
}

TEST_F(Watch, FailsWhenTheHostEndsIt) {
  const WatchResult result = Read(9);
  EXPECT_EQ(result.end, End::kFailed);
  EXPECT_EQ(result.failure.exit_code, kExitNotReachable);
  EXPECT_EQ(result.failure.message, "hostd at " + hostd_.socket() + " ended the watch: it stops");
}

TEST_F(Watch, FailsWithWhatTheHostSays) {
  hostd_.status = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you");
  const WatchResult result = Read(9);
  EXPECT_EQ(result.end, End::kFailed);
  EXPECT_EQ(result.failure.message, "not you");
  EXPECT_EQ(result.failure.exit_code, kExitRefused);
}

TEST_F(Watch, FailsWithoutAHost) {
  connection_ = Connection(UnixTarget{"/nonexistent"}, std::chrono::seconds(1));
  EXPECT_EQ(Read(9).failure.exit_code, kExitNotReachable);
}

}  // namespace
}  // namespace hostctl::cli
