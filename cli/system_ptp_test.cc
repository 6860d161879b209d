// system ptp test
#include <chrono>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/test_report.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr int64_t kLongestObservationS = 300;
// The test ends by itself, within a minute and what is observed.
constexpr std::chrono::seconds kPatience{180};

Outcome TestPtp(const Arguments& arguments, Session& session) {
  v1::TestPtpRequest request;
  std::chrono::seconds patience = kPatience;
  if (arguments.Has("observe")) {
    request.mutable_observe()->set_seconds(arguments.Integer("observe"));
    patience += std::chrono::seconds(arguments.Integer("observe"));
  }
  TestReport report(session);
  const WatchResult result =
      session.connection.Watch<v1::PtpService::Stub, v1::TestPtpRequest, v1::TestProgress>(
          &v1::PtpService::Stub::TestPtp, request, std::chrono::system_clock::now() + patience,
          nullptr, [&](const v1::TestProgress& progress) {
            report.Take(progress);
            return !report.complete() && session.streams.out.good();
          });
  if (report.complete()) return report.End();
  if (result.end == WatchResult::End::kFailed) return result.failure;
  return Failure{kExitNotReachable, "The test did not come to its end", {}, {}};
}

Command TestCommand() {
  Command test;
  test.path = {"system", "ptp"};
  test.name = "test";
  test.description =
      "Find out why PTP does not synchronize: from the configuration over the network to the "
      "clock.";
  test.rpc = "hostctl.v1.PtpService.TestPtp";
  test.options = {Option{'o', "observe", ValueType::kInteger,
                         "Listen to the network for so many seconds. Default: as long as it "
                         "takes, some seconds."}
                      .Range(1, kLongestObservationS)
                      .Metavar("seconds")};
  test.examples = {{"hostctl system ptp test", "Does PTP work, and if not, why?"},
                   {"hostctl --formatter=json system ptp test", "The same for a program."}};
  test.one_host = true;
  test.run = TestPtp;
  return test;
}

}  // namespace

std::vector<Command> SystemPtpTestCommands() {
  return {TestCommand()};
}

}  // namespace hostctl::cli
