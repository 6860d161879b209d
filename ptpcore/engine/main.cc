// ptpd: the PTP engine as a process of its own.
#include <getopt.h>

#include <cstdio>
#include <memory>
#include <string>

#include "ptpcore/engine/config_file.h"
#include "ptpcore/engine/control_server.h"
#include "ptpcore/engine/event_loop.h"
#include "ptpcore/engine/ptp_engine.h"

namespace {

using namespace ptpcore::engine;  // this file is the engine's front door

constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr char kHelp[] =
    "Usage: ptpd [--config FILE] [--control SOCKET]\n"
    "\n"
    "The PTP engine of hostctl: an ordinary or boundary clock (IEEE 1588-2019).\n"
    "Ordinarily hostd starts it with --control and configures it there.\n"
    "\n"
    "  --config FILE      run with the JSON configuration in FILE\n"
    "  --control SOCKET   listen for hostd on this unix socket\n"
    "  --help, --version\n"
    "\n"
    "Signals: SIGTERM and SIGINT end it (the clock keeps its rate); SIGHUP opens\n"
    "the statistics log anew.\n";

struct Options {
  std::string config;
  std::string control;
};

// The exit code when the command line ends it here, else -1.
int ParseOptions(int argc, char** argv, Options& options) {
  static constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                        {"control", required_argument, nullptr, 's'},
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

int Run(const Options& options) {
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
  const absl::Status ended = RunEventLoop(engine, control.get(), *signals);
  return ended.ok() ? 0 : Fail(ended);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const int done = ParseOptions(argc, argv, options);
  return done >= 0 ? done : Run(options);
}
