// `system ptp test`: what a person sees, what programs get, and the exit code.
#include "cli/test_report.h"

#include <sstream>

#include "cli/command.h"
#include "cli/connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;

v1::TestProgress Started(const std::string& title, int64_t seconds) {
  v1::TestProgress progress;
  progress.mutable_started()->set_code("ENGINE");
  progress.mutable_started()->set_title(title);
  if (seconds > 0) progress.mutable_started()->mutable_expected()->set_seconds(seconds);
  return progress;
}

v1::TestProgress Step(v1::TestOutcome outcome, const std::string& title,
                      const std::string& detail) {
  v1::TestProgress progress;
  progress.mutable_step()->set_code("STEP");
  progress.mutable_step()->set_title(title);
  progress.mutable_step()->set_outcome(outcome);
  progress.mutable_step()->set_detail(detail);
  return progress;
}

v1::TestFinding WrongDomain() {
  v1::TestFinding finding;
  finding.set_code("WRONG_DOMAIN");
  finding.set_severity(v1::TEST_OUTCOME_FAILED);
  finding.set_message("the master is in domain 5, and this host in domain 0");
  finding.add_evidence("0200c0fffe000001/1 (192.0.2.1): 12 messages");
  finding.set_remedy("hostctl system ptp set --domain 5");
  return finding;
}

v1::TestProgress Verdict(bool working, const std::string& message) {
  v1::TestProgress progress;
  progress.mutable_verdict()->set_working_normally(working);
  progress.mutable_verdict()->set_message(message);
  if (!working) *progress.mutable_verdict()->add_findings() = WrongDomain();
  return progress;
}

std::vector<v1::TestProgress> WithWrongDomain() {
  v1::TestProgress failed = Step(v1::TEST_OUTCOME_FAILED, "It is the PTP", "domain 5");
  *failed.mutable_step()->add_findings() = WrongDomain();
  failed.mutable_step()->mutable_took()->set_nanos(1'000'000);
  return {Started("PTP arrives", 6), Step(v1::TEST_OUTCOME_PASSED, "PTP arrives", "12 messages"),
          failed, Step(v1::TEST_OUTCOME_SKIPPED, "The clock is locked", "cannot be judged"),
          Verdict(false, "the master is in domain 5, and this host in domain 0")};
}

class SystemPtpTestCommand : public ::testing::Test {
 protected:
  FakeHostd hostd_;
};

TEST_F(SystemPtpTestCommand, ShowsEachStepThenWhatWasFoundThenTheVerdict) {
  hostd_.tested = WithWrongDomain();
  const CallResult result = hostd_.Run("system ptp test");
  EXPECT_EQ(result.out, R"([ ok ] PTP arrives  12 messages
[FAIL] It is the PTP  domain 5
[ -- ] The clock is locked  cannot be judged

WRONG_DOMAIN
   the master is in domain 5, and this host in domain 0
   Seen: 0200c0fffe000001/1 (192.0.2.1): 12 messages
   Do: hostctl system ptp set --domain 5

Not working: the master is in domain 5, and this host in domain 0
)");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_FALSE(hostd_.test_ptp->has_observe());
}

TEST_F(SystemPtpTestCommand, EndsWithZeroWherePtpWorks) {
  hostd_.tested = {Step(v1::TEST_OUTCOME_PASSED, "PTP arrives", ""),
                   Verdict(true, "PTP works: vmk0 follows 0200c0fffe000001/1")};
  const CallResult result = hostd_.Run("system ptp test --observe 20");
  EXPECT_EQ(result.out, "[ ok ] PTP arrives\n\nPTP works: vmk0 follows 0200c0fffe000001/1\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(hostd_.test_ptp->observe().seconds(), 20);
}

TEST_F(SystemPtpTestCommand, ProgramsGetOneDocument) {
  hostd_.tested = WithWrongDomain();
  const CallResult result = hostd_.Run("--formatter=json system ptp test");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, HasSubstr(R"("working_normally": false)"));
  EXPECT_THAT(result.out, HasSubstr(R"("code": "WRONG_DOMAIN")"));
  EXPECT_THAT(result.out, HasSubstr(R"("outcome": "SKIPPED")"));
  EXPECT_THAT(result.out, ::testing::Not(HasSubstr("[ ok ]")));
}

TEST_F(SystemPtpTestCommand, AStreamThatBreaksIsNoVerdict) {
  hostd_.tested = {Step(v1::TEST_OUTCOME_PASSED, "PTP arrives", "")};
  hostd_.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "hostd is ending");
  const CallResult result = hostd_.Run("system ptp test");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("hostd is ending"));
}

TEST_F(SystemPtpTestCommand, RefusesToObserveForHours) {
  EXPECT_EQ(hostd_.Run("system ptp test --observe 7200").exit_code, 2);
}

TEST(TestReport, OnATerminalWhatTakesItsTimeIsShownWhileItRuns) {
  std::ostringstream out;
  Connection connection(UnixTarget{"/nowhere"}, std::chrono::seconds(1));
  const CommandTable table;
  Session session{connection, table, Format::kSimple, {true, false, 60, true}, {out, out}, {}};
  TestReport report(session);
  report.Take(Started("PTP arrives", 6));
  EXPECT_EQ(out.str(), "[ .. ] PTP arrives  (about 6 s)");
  report.Take(Step(v1::TEST_OUTCOME_PASSED, "PTP arrives",
                   "12 messages in 3 s from 0200c0fffe000001/1 (192.0.2.1)"));
  EXPECT_THAT(out.str(), HasSubstr("\r\x1b[K[ ok ] PTP arrives  12 messages in 3 s from\n"
                                   "       0200c0fffe000001/1 (192.0.2.1)\n"));
  EXPECT_FALSE(report.complete());
}

}  // namespace
}  // namespace hostctl::cli
