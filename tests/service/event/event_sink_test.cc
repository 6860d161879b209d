// What an event is made of before the log has it.
#include "service/event/event_sink.h"

#include "gtest/gtest.h"

namespace hostctl::event {
namespace {

TEST(EventSinkTest, AnEventHasTheSeverityOfItsCodeAndNoNumberYet) {
  const v1::Event event = MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, "ptp", "a", "b", "b follows a");
  EXPECT_EQ(event.code(), v1::EVENT_CODE_MASTER_CHANGED);
  EXPECT_EQ(event.severity(), v1::EVENT_SEVERITY_INFO);
  EXPECT_EQ(event.subject(), "ptp");
  EXPECT_EQ(event.old_value(), "a");
  EXPECT_EQ(event.new_value(), "b");
  EXPECT_EQ(event.message(), "b follows a");
  EXPECT_EQ(event.sequence(), 0u);
  EXPECT_FALSE(event.has_time());
}

TEST(EventSinkTest, TimeThatIsNoLongerRightIsAnErrorAndThatItIsAgainIsNot) {
  EXPECT_EQ(SeverityOf(v1::EVENT_CODE_SYNC_LOST), v1::EVENT_SEVERITY_ERROR);
  EXPECT_EQ(SeverityOf(v1::EVENT_CODE_HOLDOVER_ENTERED), v1::EVENT_SEVERITY_WARNING);
  EXPECT_EQ(SeverityOf(v1::EVENT_CODE_SYNC_ESTABLISHED), v1::EVENT_SEVERITY_INFO);
}

}  // namespace
}  // namespace hostctl::event
