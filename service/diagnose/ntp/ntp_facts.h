// What is known when the test of NTP judges.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"
#include "service/host/interfaces.h"
#include "service/ntp/chronyc_report.h"
#include "service/reconcile/ntp_view.h"
#include "service/reconcile/service_view.h"

namespace hostctl::diagnose {

// A configured server, as its name is resolved on this host.
struct ResolvedServer {
  store::NtpServer server;
  std::vector<std::string> addresses;  // empty: not resolved
  std::string problem;                 // why not
};

struct NtpFacts {
  reconcile::NtpView ntp;
  reconcile::ServiceView service;  // chronyd
  bool ruleset_passes = false;     // ntpClient lets packets out to at least one address
  bool allows_all = true;          // and whether to every address; else to these
  std::vector<std::string> allowed_ips;

  std::vector<ResolvedServer> servers;
  // The way to the first server that was resolved.
  std::string towards;        // its address; empty: none was
  std::string local_address;  // that packets to it are sent from; empty: there is no way
  std::string no_way;         // why not
  std::string interface;      // VMkernel name of the device with that address; may be empty
  std::optional<host::Device> device;

  absl::StatusOr<hostctl::v1::NtpStats> stats = absl::UnavailableError("nobody has asked yet");
  std::vector<ntp::NtpAnswers> answers;  // empty where chronyd does not tell
};

}  // namespace hostctl::diagnose
