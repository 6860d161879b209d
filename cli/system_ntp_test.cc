// system ntp test
#include <chrono>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/test_report.h"
#include "hostctl/v1/ntp.grpc.pb.h"

namespace hostctl::cli {
namespace {

// The test ends by itself: names are resolved within a minute, the rest takes seconds.
constexpr std::chrono::seconds kPatience{120};

Outcome TestNtp(const Arguments& /*arguments*/, Session& session) {
  TestReport report(session);
  const WatchResult result =
      session.connection.Watch<v1::NtpService::Stub, v1::TestNtpRequest, v1::TestProgress>(
          &v1::NtpService::Stub::TestNtp, v1::TestNtpRequest(),
          std::chrono::system_clock::now() + kPatience, nullptr,
          [&](const v1::TestProgress& progress) {
            report.Take(progress);
            return !report.complete() && session.streams.out.good();
          });
  if (report.complete()) return report.End();
  if (result.end == WatchResult::End::kFailed) return result.failure;
  return Failure{kExitNotReachable, "The test did not come to its end", {}, {}};
}

Command TestCommand() {
  Command test;
  test.path = {"system", "ntp"};
  test.name = "test";
  test.description =
      "Find out why NTP does not synchronize: from the configuration over the servers to the "
      "clock.";
  test.rpc = "hostctl.v1.NtpService.TestNtp";
  test.examples = {{"hostctl system ntp test", "Does NTP work, and if not, why?"},
                   {"hostctl --formatter=json system ntp test", "The same for a program."}};
  test.one_host = true;
  test.run = TestNtp;
  return test;
}

}  // namespace

std::vector<Command> SystemNtpTestCommands() {
  return {TestCommand()};
}

}  // namespace hostctl::cli
