// PtpService.GetPtpHistory over a real socket.
#include "served_host.h"

namespace hostctl::rpc {
namespace {

class History : public ServedHost {
 protected:
  History() {
    for (uint64_t i = 0; i < 1000; ++i) {
      v1::PtpSecond second;
      second.set_number(5000 + i);
      second.mutable_time()->set_seconds(static_cast<int64_t>(1'700'000'100 + i));
      second.set_clock_state(v1::CLOCK_STATE_LOCKED);
      history_.Add(second);
    }
  }

  grpc::Status Get(const v1::GetPtpHistoryRequest& request) {
    return Call(*ptp_, &v1::PtpService::Stub::GetPtpHistory, request, &answer_);
  }

  v1::PtpHistory answer_;
};

TEST_F(History, TellsAllThatIsKept) {
  ASSERT_TRUE(Get({}).ok());
  ASSERT_EQ(answer_.seconds_size(), 1000);
  EXPECT_EQ(answer_.seconds(999).number(), 5999U);
  ASSERT_EQ(answer_.quarter_hours_size(), 2);
  EXPECT_EQ(answer_.quarter_hours(1).seconds_observed(), 900U);
  EXPECT_EQ(answer_.days_size(), 1);
}

TEST_F(History, TellsTheNewestOfOneKind) {
  v1::GetPtpHistoryRequest request;
  request.add_periods(v1::HISTORY_PERIOD_SECOND);
  request.set_last(10);
  ASSERT_TRUE(Get(request).ok());
  ASSERT_EQ(answer_.seconds_size(), 10);
  EXPECT_EQ(answer_.seconds(0).number(), 5990U);
  EXPECT_EQ(answer_.quarter_hours_size(), 0);
}

TEST_F(History, RefusesWhatIsNoPeriod) {
  v1::GetPtpHistoryRequest request;
  request.add_periods(static_cast<v1::HistoryPeriod>(9));
  const grpc::Status status = Get(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "there is no history period 9");
  EXPECT_EQ(DetailsOf(status).reason, "HISTORY_PERIOD_INVALID");
  EXPECT_EQ(DetailsOf(status).field, "periods");
}

TEST_F(History, RefusesMoreThanIsKept) {
  v1::GetPtpHistoryRequest request;
  request.set_last(3601);
  const grpc::Status status = Get(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "the newest 3601 are more than the 3600 that are kept");
  EXPECT_EQ(DetailsOf(status).reason, "HISTORY_LAST_OUT_OF_RANGE");
}

}  // namespace
}  // namespace hostctl::rpc
