// What this host contributes: settings, names, the way out, the service.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "firewall/allowed_ip.h"
#include "service/diagnose/ntp/ntp_judges.h"
#include "service/diagnose/step_result.h"
#include "service/reconcile/ntp_update.h"

namespace hostctl::diagnose {
namespace {

constexpr char kSetServers[] = "hostctl system ntp set --enable --server ntp.example.org";

std::string RulesetCommand(const std::string& what) {
  return absl::StrCat("hostctl network firewall ruleset ", what);
}

// Whether packets to `address` are let out.
bool Allowed(const NtpFacts& facts, const std::string& address) {
  if (facts.allows_all) return true;
  const auto wanted = firewall::ParseIpNetwork(address);
  if (!wanted.ok()) return true;  // nothing that a list could name
  return std::any_of(facts.allowed_ips.begin(), facts.allowed_ips.end(),
                     [&wanted](const std::string& text) {
                       const auto network = firewall::ParseIpNetwork(text);
                       return network.ok() && network->Contains(*wanted);
                     });
}

}  // namespace

v1::TestStep JudgeNtpConfiguration(const NtpFacts& facts) {
  constexpr char kCode[] = "CONFIGURATION";
  constexpr char kTitle[] = "NTP is enabled and has servers";
  const store::NtpSettings& ntp = facts.ntp.settings;
  // NTP that is not enabled may still stand in for PTP.
  if (!ntp.enabled && !facts.ntp.in_control) {
    return Found(kCode, kTitle, "NTP is not enabled",
                 {Failure("NTP_DISABLED", "NTP is not enabled, so nothing asks for the time", {},
                          kSetServers)});
  }
  if (ntp.servers.empty()) {
    return Found(kCode, kTitle, "there is no time server",
                 {Failure("NTP_NO_SERVERS", "no time server is configured", {}, kSetServers)});
  }
  std::vector<std::string> servers;
  for (const store::NtpServer& server : ntp.servers) {
    servers.push_back(reconcile::ServerText(server));
  }
  return Passed(kCode, kTitle, absl::StrJoin(servers, ", "));
}

v1::TestStep JudgeNtpNames(const NtpFacts& facts) {
  constexpr char kCode[] = "NAME_RESOLUTION";
  constexpr char kTitle[] = "The servers' names are resolved";
  const bool none = std::all_of(facts.servers.begin(), facts.servers.end(),
                                [](const ResolvedServer& s) { return s.addresses.empty(); });
  std::vector<std::string> details;
  Findings findings;
  for (const ResolvedServer& server : facts.servers) {
    const std::string& name = server.server.address;
    if (!server.addresses.empty()) {
      const std::string addresses = absl::StrJoin(server.addresses, " ");
      details.push_back(addresses == name ? name : absl::StrCat(name, " is ", addresses));
      continue;
    }
    details.push_back(absl::StrCat(name, " is not known"));
    const std::string message = absl::StrCat("the name ", name, " is not resolved");
    const std::string remedy =
        "see that the name is right, and that this host's name servers answer (/etc/resolv.conf)";
    findings.push_back(none ? Failure("NAME_NOT_RESOLVED", message, {server.problem}, remedy)
                            : Warning("NAME_NOT_RESOLVED", message, {server.problem}, remedy));
  }
  return Found(kCode, kTitle, absl::StrJoin(details, ", "), findings);
}

v1::TestStep JudgeNtpInterface(const NtpFacts& facts) {
  constexpr char kCode[] = "INTERFACE";
  constexpr char kTitle[] = "There is a way to the servers";
  if (facts.local_address.empty()) {
    return Found(kCode, kTitle, facts.no_way,
                 {Failure("NO_ROUTE", absl::StrCat("this host has no way to ", facts.towards),
                          {facts.no_way}, "ip route show; hostctl network ip interface ipv4 get")});
  }
  if (!facts.device.has_value()) {
    return Passed(kCode, kTitle, absl::StrCat("from ", facts.local_address));
  }
  const host::Device& device = *facts.device;
  const std::string name =
      facts.interface.empty() ? device.name : absl::StrCat(facts.interface, " (", device.name, ")");
  const std::string detail =
      absl::StrCat(name, ", admin ", device.up ? "up" : "down", ", link ",
                   device.running ? "up" : "down", ", address ", facts.local_address,
                   device.controller.empty() ? "" : absl::StrCat(", port of ", device.controller),
                   device.parent.empty() ? "" : absl::StrCat(", on ", device.parent));
  if (!device.up) {
    return Found(kCode, kTitle, detail,
                 {Failure("INTERFACE_DOWN", absl::StrCat("the interface ", name, " is down"),
                          {detail}, absl::StrCat("ip link set dev ", device.name, " up"))});
  }
  if (!device.running) {
    return Found(kCode, kTitle, detail,
                 {Failure("NO_LINK", absl::StrCat("the interface ", name, " has no link"), {detail},
                          "check the cable, the switch port or the other end")});
  }
  return Passed(kCode, kTitle, detail);
}

v1::TestStep JudgeNtpFirewall(const NtpFacts& facts) {
  constexpr char kCode[] = "FIREWALL";
  constexpr char kTitle[] = "The firewall ruleset ntpClient lets NTP out";
  const std::string list =
      facts.allows_all ? "all addresses" : absl::StrJoin(facts.allowed_ips, ", ");
  if (!facts.ruleset_passes) {
    return Found(kCode, kTitle, "it is closed",
                 {Failure("RULESET_CLOSED", "the firewall ruleset ntpClient lets no NTP out", {},
                          RulesetCommand("set --ruleset-id ntpClient --enabled true"))});
  }
  const std::string detail = absl::StrCat("open, allowed: ", list);
  Findings findings;
  bool any_allowed = false;
  std::vector<std::string> refused;
  for (const ResolvedServer& server : facts.servers) {
    for (const std::string& address : server.addresses) {
      const bool allowed = Allowed(facts, address);
      any_allowed = any_allowed || allowed;
      if (!allowed) refused.push_back(address);
    }
  }
  for (const std::string& address : refused) {
    const std::string message =
        absl::StrCat("the firewall ruleset ntpClient does not allow the server ", address);
    const std::string remedy =
        RulesetCommand(absl::StrCat("allowedip add --ruleset-id ntpClient --ip-address ", address));
    findings.push_back(any_allowed ? Warning("SERVER_NOT_ALLOWED", message, {detail}, remedy)
                                   : Failure("SERVER_NOT_ALLOWED", message, {detail}, remedy));
  }
  return Found(kCode, kTitle, detail, findings);
}

v1::TestStep JudgeNtpService(const NtpFacts& facts) {
  constexpr char kCode[] = "SERVICE";
  constexpr char kTitle[] = "The service chronyd runs";
  const reconcile::ServiceView& service = facts.service;
  switch (service.state) {
    case reconcile::ServiceState::kRunning:
      return Passed(kCode, kTitle,
                    absl::StrCat("process ", service.pid, ", run by ", service.manager,
                                 service.restarts == 0 ? ""
                                                       : absl::StrCat(", ended unexpectedly ",
                                                                      service.restarts, " times")));
    case reconcile::ServiceState::kStopped:
      return Found(kCode, kTitle, service.reason,
                   {Failure("SERVICE_NOT_STARTED",
                            absl::StrCat("the service chronyd is not started: ", service.reason),
                            {}, "hostctl system service start --service chronyd")});
    case reconcile::ServiceState::kFailed:
      break;
  }
  return Found(kCode, kTitle, service.reason,
               {Failure("NTP_NOT_RUNNING",
                        absl::StrCat("the service chronyd does not run: ", service.reason),
                        service.recent_log, "hostctl system service restart --service chronyd")});
}

v1::TestStep JudgeNtpClock(const NtpFacts& facts) {
  constexpr char kCode[] = "CLOCK";
  constexpr char kTitle[] = "chronyd may steer the clock";
  if (facts.ntp.steers_clock) return Passed(kCode, kTitle, "it does");
  return Found(kCode, kTitle, "it only measures",
               {Warning("CLOCK_ONLY_MEASURED",
                        "chronyd was told to leave the clock alone: what it measures corrects "
                        "nothing",
                        {"option -x"}, "take -x out of hostd's option --chronyd")});
}

}  // namespace hostctl::diagnose
