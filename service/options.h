// hostd's command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hostctl {

struct Options {
  enum class Mode { kServe, kHelp, kVersion };
  enum class Clock { kSystem, kVirtual };

  Mode mode = Mode::kServe;
  bool sandbox = false;
  std::string socket = "/run/hostctl/hostd.sock";
  std::string read_only_socket;                // empty only before it was derived from `socket`
  std::string state_dir = "/var/lib/hostctl";  // holds the audit trail, too
  std::string run_dir = "/run/hostctl";
  std::string firewall_dir = "/etc/hostctl/firewall";  // holds the site rulesets
  std::string chronyd;  // command line; empty: as the host runs it, see daemon::ChooseManager()
  std::string ptpd;     // empty: ../libexec/hostctl/ptpd beside hostd's own folder
  // The unit of systemd that runs the engine; empty: the engine is hostd's own child.
  std::string ptpd_unit;
  // Where hostd starts it itself, as root: the user that it is to be; empty: root.
  std::string ptpd_user;
  int ptpd_realtime_priority = 0;  // SCHED_FIFO; 0: the usual scheduling
  std::string ptpd_run_dir;    // holds the engine's sockets; as run_dir unless given
  std::string ptpd_state_dir;  // holds the frequency it has learned; as state_dir unless given
  // Holds the node labels for Kubernetes' Node Feature Discovery; empty: none are published.
  std::string nfd_dir = "/etc/kubernetes/node-feature-discovery/features.d";
  Clock clock = Clock::kSystem;
  int64_t virtual_offset_ns = 0;
  double virtual_frequency_ppb = 0;
  // HOST:PORT to serve on over TCP with mutual TLS, and its PEM files; empty: no TCP.
  std::string listen;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_ca;
  std::string access_policy;  // which certificate has which role; empty: as without a file
  std::string stats_log = "/var/log/hostctl/ptpd.stats";  // empty: none
  uint64_t stats_log_max_bytes = uint64_t{10} * 1024 * 1024;
};

// What hostd knows of its surroundings before it has read a line.
struct Surroundings {
  std::string xdg_runtime_dir;  // $XDG_RUNTIME_DIR; may be empty
  unsigned uid = 0;
};

// `arguments` without the program's name. INVALID_ARGUMENT names the option, the
// value and what is allowed. In a sandbox every path lies in one folder, unless
// it was given.
absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const Surroundings& surroundings);

// The text of `--help`.
std::string HelpText();

}  // namespace hostctl
