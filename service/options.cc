#include "service/options.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hostctl {
namespace {

constexpr double kMostFrequencyPpb = 500000;
constexpr int kDefaultPort = 7319;
constexpr uint32_t kLastPort = 65535;
constexpr int kHighestRealtimePriority = 99;
// The sandbox's clock is wrong on purpose, so that there is something to watch.
constexpr int64_t kSandboxOffsetNs = 500'000'000;
constexpr double kSandboxFrequencyPpb = 50'000;

absl::Status Wrong(const std::string& option, const std::string& value,
                   const std::string& allowed) {
  return absl::InvalidArgumentError(
      absl::StrCat("option ", option, ": '", value, "' is not ", allowed));
}

// The values as written; an option that was not given is not there.
using Given = std::map<std::string, std::string>;

// `--name` -> whether it takes a value.
const std::map<std::string, bool>& Known() {
  static const auto* const kKnown =
      new std::map<std::string, bool>{{"--socket", true},
                                      {"--state-dir", true},
                                      {"--run-dir", true},
                                      {"--ptpd", true},
                                      {"--clock", true},
                                      {"--virtual-offset-ns", true},
                                      {"--stats-log", true},
                                      {"--virtual-frequency-ppb", true},
                                      {"--sandbox-dir", true},
                                      {"--stats-log-max-bytes", true},
                                      {"--listen", true},
                                      {"--tls-certificate", true},
                                      {"--tls-key", true},
                                      {"--tls-ca", true},
                                      {"--firewall-dir", true},
                                      {"--chronyd", true},
                                      {"--ptpd-unit", true},
                                      {"--ptpd-run-dir", true},
                                      {"--nfd-dir", true},
                                      {"--sandbox", false},
                                      {"--ptpd-state-dir", true},
                                      {"--ptpd-user", true},
                                      {"--ptpd-realtime-priority", true},
                                      {"--help", false},
                                      {"--read-only-socket", true},
                                      {"--access-policy", true},
                                      {"--version", false}};
  return *kKnown;
}

absl::StatusOr<Given> Split(const std::vector<std::string>& arguments) {
  Given given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const auto known = Known().find(name);
    if (known == Known().end()) {
      return absl::InvalidArgumentError(absl::StrCat("unknown option '", argument, "'"));
    }
    std::string value;
    if (equals != std::string::npos) {
      if (!known->second) return absl::InvalidArgumentError(absl::StrCat(name, " takes no value"));
      value = argument.substr(equals + 1);
    } else if (known->second) {
      if (i + 1 == arguments.size()) {
        return absl::InvalidArgumentError(absl::StrCat("option ", name, " needs a value"));
      }
      value = arguments[++i];
    }
    if (!given.emplace(name, value).second) {
      return absl::InvalidArgumentError(absl::StrCat("option ", name, " is given twice"));
    }
  }
  return given;
}

void UseSandbox(const Given& given, const Surroundings& surroundings, Options& options) {
  options.sandbox = true;
  std::string folder = surroundings.xdg_runtime_dir.empty()
                           ? absl::StrCat("/tmp/hostctl-sandbox-", surroundings.uid)
                           : absl::StrCat(surroundings.xdg_runtime_dir, "/hostctl-sandbox");
  const auto chosen = given.find("--sandbox-dir");
  if (chosen != given.end()) folder = chosen->second;
  options.run_dir = options.state_dir = folder;
  options.socket = folder + "/hostd.sock";
  options.firewall_dir = folder + "/firewall";
  options.stats_log = folder + "/ptpd.stats";
  options.nfd_dir.clear();
  options.clock = Options::Clock::kVirtual;
  options.virtual_offset_ns = kSandboxOffsetNs;
  options.virtual_frequency_ppb = kSandboxFrequencyPpb;
}

// `value` with the usual port if it names none; nothing if it is no address.
std::optional<std::string> ListenAddress(const std::string& value) {
  const size_t bracket = value.rfind(']');
  const size_t colon = value.rfind(':');
  const bool ipv6 = value.front() == '[';
  if (ipv6 != (bracket != std::string::npos)) return std::nullopt;
  const bool has_port = colon != std::string::npos && (!ipv6 || colon > bracket);
  if (ipv6 && bracket + 1 != (has_port ? colon : value.size())) return std::nullopt;
  // Without brackets a second colon is an IPv6 address, whose port nobody can tell.
  if (!ipv6 && value.find(':') != colon) return std::nullopt;
  if (!has_port) return absl::StrCat(value, ":", kDefaultPort);
  const std::string port = value.substr(colon + 1);
  uint32_t number = 0;
  const bool digits = port.find_first_not_of("0123456789") == std::string::npos;
  if (colon == 0 || !digits || !absl::SimpleAtoi(port, &number) || number > kLastPort) {
    return std::nullopt;
  }
  return value;
}

// TCP needs all three files, and they need it.
absl::Status CheckTcp(const Options& options) {
  const std::pair<const char*, const std::string&> files[] = {
      {"--tls-certificate", options.tls_certificate},
      {"--tls-key", options.tls_key},
      {"--tls-ca", options.tls_ca}};
  for (const auto& [name, path] : files) {
    if (options.listen.empty() && !path.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("option ", name, " means nothing without --listen"));
    }
    if (!options.listen.empty() && path.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("option --listen needs ", name, ": TCP is served with mutual TLS only"));
    }
  }
  if (options.listen.empty() && !options.access_policy.empty()) {
    return absl::InvalidArgumentError("option --access-policy means nothing without --listen");
  }
  return absl::OkStatus();
}

// Where everybody may read, beside the socket of the administrators: `hostd.sock` becomes
// `hostd-read-only.sock`.
std::string ReadOnlySocketBeside(const std::string& socket) {
  const std::string ending = ".sock";
  const bool usual = socket.size() > ending.size() &&
                     socket.compare(socket.size() - ending.size(), ending.size(), ending) == 0;
  return absl::StrCat(usual ? socket.substr(0, socket.size() - ending.size()) : socket,
                      "-read-only", usual ? ending : "");
}

absl::Status Take(const std::string& name, const std::string& value, Options& options) {
  const bool path = name == "--socket" || name == "--read-only-socket" ||
                    name == "--access-policy" || name == "--state-dir" || name == "--run-dir" ||
                    name == "--ptpd" || name == "--firewall-dir" || name == "--sandbox-dir" ||
                    name == "--listen" || name == "--chronyd" || name.rfind("--tls-", 0) == 0 ||
                    (name.rfind("--ptpd-", 0) == 0 && name != "--ptpd-realtime-priority");
  if (path && value.empty()) {
    if (name == "--ptpd-user") return Wrong(name, value, "a user, such as hostctl-ptpd");
    if (name == "--ptpd-unit") return Wrong(name, value, "a unit, such as hostctl-ptpd.service");
    return Wrong(name, value, name == "--listen" ? "HOST:PORT" : "a path");
  }
  if (name == "--tls-certificate") options.tls_certificate = value;
  if (name == "--tls-key") options.tls_key = value;
  if (name == "--tls-ca") options.tls_ca = value;
  if (name == "--listen") {
    const auto address = ListenAddress(value);
    if (!address) return Wrong(name, value, "HOST:PORT (IPv6 in brackets, port 0 to 65535)");
    options.listen = *address;
  }
  if (name == "--socket") options.socket = value;
  if (name == "--read-only-socket") options.read_only_socket = value;
  if (name == "--access-policy") options.access_policy = value;
  if (name == "--state-dir") options.state_dir = value;
  if (name == "--run-dir") options.run_dir = value;
  if (name == "--ptpd") options.ptpd = value;
  if (name == "--ptpd-unit") {
    if (options.sandbox) {
      return absl::InvalidArgumentError(
          "--ptpd-unit is not possible with --sandbox, which leaves the host alone");
    }
    options.ptpd_unit = value;
  }
  if (name == "--ptpd-user") {
    if (options.sandbox) {
      return absl::InvalidArgumentError(
          "--ptpd-user is not possible with --sandbox, which needs no rights");
    }
    options.ptpd_user = value;
  }
  if (name == "--ptpd-realtime-priority" &&
      (!absl::SimpleAtoi(value, &options.ptpd_realtime_priority) ||
       options.ptpd_realtime_priority < 1 ||
       options.ptpd_realtime_priority > kHighestRealtimePriority)) {
    return Wrong(name, value, "a priority from 1 to 99");
  }
  if (name == "--ptpd-run-dir") options.ptpd_run_dir = value;
  if (name == "--ptpd-state-dir") options.ptpd_state_dir = value;
  if (name == "--firewall-dir") options.firewall_dir = value;
  if (name == "--chronyd") {
    if (options.sandbox) {
      return absl::InvalidArgumentError(
          "--chronyd is not possible with --sandbox, which leaves the host alone");
    }
    if (value.front() != '/') return Wrong(name, value, "a path, perhaps followed by options");
    options.chronyd = value;
  }
  if (name == "--stats-log") options.stats_log = value;
  if (name == "--nfd-dir") options.nfd_dir = value;
  if (name == "--clock") {
    if (value != "system" && value != "virtual") return Wrong(name, value, "system or virtual");
    if (options.sandbox && value == "system") {
      return absl::InvalidArgumentError(
          "--clock system is not possible with --sandbox, which "
          "leaves the host alone");
    }
    options.clock = value == "system" ? Options::Clock::kSystem : Options::Clock::kVirtual;
  }
  if (name == "--virtual-offset-ns" && !absl::SimpleAtoi(value, &options.virtual_offset_ns)) {
    return Wrong(name, value, "a whole number of nanoseconds");
  }
  if (name == "--virtual-frequency-ppb") {
    double& ppb = options.virtual_frequency_ppb;
    // Written so that NaN is refused.
    if (!absl::SimpleAtod(value, &ppb) ||
        !(ppb >= -kMostFrequencyPpb && ppb <= kMostFrequencyPpb)) {
      return Wrong(name, value, "within -500000 to 500000");
    }
  }
  if (name == "--stats-log-max-bytes" && (!absl::SimpleAtoi(value, &options.stats_log_max_bytes) ||
                                          options.stats_log_max_bytes == 0)) {
    return Wrong(name, value, "a number of bytes above 0");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const Surroundings& surroundings) {
  const auto given = Split(arguments);
  if (!given.ok()) return given.status();
  Options options;
  if (given->count("--help") > 0) {
    options.mode = Options::Mode::kHelp;
    return options;
  }
  if (given->count("--version") > 0) {
    options.mode = Options::Mode::kVersion;
    return options;
  }
  if (given->count("--sandbox") > 0) {
    UseSandbox(*given, surroundings, options);
  } else if (given->count("--sandbox-dir") > 0) {
    return absl::InvalidArgumentError("option --sandbox-dir means nothing without --sandbox");
  }
  for (const auto& [name, value] : *given) {
    absl::Status taken = Take(name, value, options);
    if (!taken.ok()) return taken;
  }
  // Another user can only have folders of its own.
  const char* const own = options.ptpd_user.empty() ? "" : "/ptpd";
  if (options.ptpd_run_dir.empty()) options.ptpd_run_dir = options.run_dir + own;
  if (options.ptpd_state_dir.empty()) options.ptpd_state_dir = options.state_dir + own;
  if (!options.ptpd_unit.empty() &&
      (!options.ptpd_user.empty() || options.ptpd_realtime_priority > 0)) {
    return absl::InvalidArgumentError(
        "with --ptpd-unit it is the unit that says what --ptpd-user and --ptpd-realtime-priority "
        "would: User= and CPUSchedulingPriority=");
  }
  absl::Status tcp = CheckTcp(options);
  if (!tcp.ok()) return tcp;
  if (options.read_only_socket.empty()) {
    options.read_only_socket = ReadOnlySocketBeside(options.socket);
  }
  return options;
}

std::string HelpText() {
  return R"(Usage: hostd [options]

The control plane of hostctl: keeps PTP, the firewall and the interfaces of this
host as they were set, and serves the API hostctl.v1 on two unix sockets.

  --socket=PATH                where to serve root and the group hostctl
                                                     /run/hostctl/hostd.sock
  --read-only-socket=PATH      where everybody on this host may read
                                                     beside it, hostd-read-only.sock
  --listen=HOST:PORT           serve over TCP, too; clients must show a certificate
                                                     off; port 7319 unless given
  --tls-certificate=FILE       of this host, PEM     needed for --listen
  --tls-key=FILE               its private key       needed for --listen
  --tls-ca=FILE                who signs clients     needed for --listen
  --access-policy=FILE         JSON: which certificate is viewer, operator or admin
                               without: OU=admin is admin, OU=viewer is viewer, every
                               other is operator
  --state-dir=DIR              holds state.json, the events and the audit trail
                                                     /var/lib/hostctl
  --run-dir=DIR                what is gone with the next boot
                                                     /run/hostctl
  --firewall-dir=DIR           holds site rulesets   /etc/hostctl/firewall
  --ptpd=PATH                  the PTP engine        ../libexec/hostctl/ptpd
  --ptpd-unit=UNIT             the unit of systemd that runs it, with the engine's user
                               and rights            none: it is hostd's own child
  --ptpd-user=USER             without a unit: the user that the engine runs as; hostd
                               must be root          as hostd
  --ptpd-realtime-priority=N   without a unit: its priority, SCHED_FIFO, 1 to 99
                                                     the usual scheduling
  --ptpd-run-dir=DIR           holds the engine's sockets
                               the --run-dir; with --ptpd-user `ptpd` in it
  --ptpd-state-dir=DIR         holds the frequency that it learned
                               the --state-dir; with --ptpd-user `ptpd` in it
  --chronyd=COMMAND            how to run chronyd, in the foreground: a path and
                               its options, separated by blanks. Default: as the
                               host's systemd does; without systemd
                                                     /usr/sbin/chronyd -d
  --clock=system|virtual       clock to discipline   system
  --virtual-offset-ns=N        virtual clock at birth, against the host's     0
  --virtual-frequency-ppb=X    its frequency error, -500000 to 500000         0
  --stats-log=PATH             line per Sync and Delay_Resp; empty: none
                                                     /var/log/hostctl/ptpd.stats
  --stats-log-max-bytes=N      rotated when larger   10485760
  --nfd-dir=DIR                where Node Feature Discovery reads labels of this node,
                               if there is such a folder; empty: no labels
                               /etc/kubernetes/node-feature-discovery/features.d
  --sandbox                    no privilege, no network: simulated grandmaster,
                               virtual clock, firewall and interfaces in memory
  --sandbox-dir=DIR            every file of the sandbox
                                                     $XDG_RUNTIME_DIR/hostctl-sandbox
                                                     or /tmp/hostctl-sandbox-UID
  --help, --version

SIGTERM and SIGINT end hostd; the engine and chronyd go on (but in a sandbox) and
are taken over by the next hostd. Exit code 1: could not start, 2: wrong command line.
)";
}

}  // namespace hostctl
