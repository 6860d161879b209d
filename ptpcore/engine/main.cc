// ptpd: the PTP engine as a process of its own.
#include <getopt.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "ptpcore/engine/config_file.h"
#include "ptpcore/engine/control_server.h"
#include "ptpcore/engine/event_loop.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/process/memory.h"
#include "ptpcore/process/priority.h"
#include "ptpcore/process/rights.h"
#include "ptpcore/process/system_calls.h"

namespace {

using namespace ptpcore::engine;  // this file is the engine's front door

constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr char kHelp[] =
    "Usage: ptpd [--config FILE] [--control SOCKET] [--user USER] [--confine]\n"
    "            [--lock-memory] [--realtime-priority N]\n"
    "\n"
    "The PTP engine of hostctl: an ordinary or boundary clock (IEEE 1588-2019).\n"
    "Ordinarily hostd starts it with --control and configures it there.\n"
    "\n"
    "  --config FILE      run with the JSON configuration in FILE\n"
    "  --control SOCKET   listen for hostd on this unix socket\n"
    "  --user USER        started by root: go on as USER, with the capabilities that an\n"
    "                     engine needs\n"
    "  --confine          give up the capabilities that an engine does not need, and filter\n"
    "                     system calls: what only an attacker would call ends ptpd (SIGSYS)\n"
    "  --lock-memory      keep memory from being paged out, where that is permitted\n"
    "  --realtime-priority N\n"
    "                     SCHED_FIFO with priority N, 1 to 99, where that is permitted\n"
    "  --help, --version\n"
    "\n"
    "Signals: SIGTERM and SIGINT end it (the clock keeps its rate); SIGHUP opens\n"
    "the statistics log and reads the keys anew.\n";

struct Options {
  std::string config;
  std::string control;
  std::string user;
  bool confine = false;
  bool lock_memory = false;
  int realtime_priority = 0;  // 0: the usual scheduling
};

// False: not a priority.
bool ParsePriority(const std::string& text, int& priority) {
  return absl::SimpleAtoi(text, &priority) &&
         priority >= ptpcore::process::kLowestRealtimePriority &&
         priority <= ptpcore::process::kHighestRealtimePriority;
}

// The exit code when the command line ends it here, else -1.
int ParseOptions(int argc, char** argv, Options& options) {
  static constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                        {"control", required_argument, nullptr, 's'},
                                        {"user", required_argument, nullptr, 'u'},
                                        {"confine", no_argument, nullptr, 'f'},
                                        {"lock-memory", no_argument, nullptr, 'l'},
                                        {"realtime-priority", required_argument, nullptr, 'r'},
                                        {"help", no_argument, nullptr, 'h'},
                                        {"version", no_argument, nullptr, 'v'},
                                        {nullptr, 0, nullptr, 0}};
  for (int c = 0; (c = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (c) {
      case 'c':
        options.config = optarg;
        break;
      case 's':
        options.control = optarg;
        break;
      case 'u':
        options.user = optarg;
        break;
      case 'f':
        options.confine = true;
        break;
      case 'l':
        options.lock_memory = true;
        break;
      case 'r':
        if (ParsePriority(optarg, options.realtime_priority)) break;
        std::fprintf(stderr, "ptpd: --realtime-priority: '%s' is not 1 to 99\n", optarg);
        return kUsage;
      case 'h':
        std::fputs(kHelp, stdout);
        return 0;
      case 'v':
        std::puts("ptpd " HOSTCTL_VERSION);
        return 0;
      default:
        return kUsage;
    }
  }
  if (optind < argc || (options.config.empty() && options.control.empty())) {
    std::fprintf(stderr,
                 "ptpd: name a configuration (--config FILE), a control socket "
                 "(--control SOCKET), or both; see --help\n");
    return kUsage;
  }
  return -1;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "ptpd: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

// What is not permitted is said, and time goes on without it.
void Tell(const absl::Status& status) {
  if (!status.ok()) Fail(status);
}

int Run(const Options& options) {
  // While it is root, if it is.
  if (options.realtime_priority > 0) {
    Tell(ptpcore::process::UseRealtimePriority(options.realtime_priority));
  }
  if (!options.user.empty()) {
    const absl::Status user = ptpcore::process::BecomeUser(options.user);
    if (!user.ok()) return Fail(user);
  }
  if (options.lock_memory) Tell(ptpcore::process::LockMemory());
  const absl::StatusOr<int> signals = CatchSignals();
  if (!signals.ok()) return Fail(signals.status());

  std::unique_ptr<ControlServer> control;
  if (!options.control.empty()) {
    auto server = ControlServer::Listen(options.control, HOSTCTL_VERSION);
    if (!server.ok()) return Fail(server.status());
    control = *std::move(server);
  }
  PtpEngine engine(RealEnvironment(HOSTCTL_VERSION));
  if (!options.config.empty()) {
    const absl::StatusOr<EngineConfig> config = ReadConfigFile(options.config);
    if (!config.ok()) return Fail(config.status());
    if (const auto configured = engine.Configure(*config); !configured.ok()) {
      return Fail(configured.status());
    }
  }
  if (options.confine) {
    const absl::Status confined = ptpcore::process::KeepEngineRights();
    if (!confined.ok()) return Fail(confined);
    Tell(ptpcore::process::FilterSystemCalls());
  }
  const absl::Status ended = RunEventLoop(engine, control.get(), *signals);
  return ended.ok() ? 0 : Fail(ended);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const int done = ParseOptions(argc, argv, options);
  return done >= 0 ? done : Run(options);
}
