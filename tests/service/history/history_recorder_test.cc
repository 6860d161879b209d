#include "service/history/history_recorder.h"

#include <future>

#include "gtest/gtest.h"
#include "seconds.h"

namespace hostctl::history {
namespace {

using engine::v1::GetSecondsResponse;

TEST(Collect, AddsWhatIsNew) {
  PtpHistory history;
  std::vector<uint64_t> asked;
  const SecondsSource source = [&](uint64_t after) -> absl::StatusOr<GetSecondsResponse> {
    asked.push_back(after);
    GetSecondsResponse response;
    *response.add_seconds() = Second(after == 0 ? 41 : after + 1, 1'700'000'000, 1);
    return response;
  };
  Collect(source, history);
  Collect(source, history);
  EXPECT_EQ(asked, (std::vector<uint64_t>{0, 41}));
  EXPECT_EQ(history.newest(), 42U);
}

TEST(Collect, WithoutAnEngineNothingIsAdded) {
  PtpHistory history;
  history.Add(Second(7, 1'700'000'000, 1));
  Collect([](uint64_t) { return absl::UnavailableError("no engine"); }, history);
  EXPECT_EQ(history.newest(), 7U);
}

TEST(HistoryRecorder, CollectsAtOnceAndEndsWhenAsked) {
  PtpHistory history;
  std::promise<void> collected;
  bool first = true;
  const HistoryRecorder recorder(history, [&](uint64_t) -> absl::StatusOr<GetSecondsResponse> {
    if (first) collected.set_value();
    first = false;
    return GetSecondsResponse();
  });
  EXPECT_EQ(collected.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

}  // namespace
}  // namespace hostctl::history
