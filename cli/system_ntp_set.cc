// system ntp set
#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/ntp_text.h"
#include "hostctl/v1/ntp.grpc.pb.h"

namespace hostctl::cli {
namespace {

// `--server` and `--pool`, in this order; together they replace the servers set before.
std::optional<Failure> AddServers(const Arguments& arguments, v1::UpdateNtpRequest& request) {
  if (!arguments.Has("server") && !arguments.Has("pool")) return std::nullopt;
  request.mutable_update_mask()->add_paths("servers");
  for (const char* option : {"server", "pool"}) {
    for (const std::string& text : arguments.List(option)) {
      const auto server = ParseNtpServer(text);
      if (!server) {
        return Failure{
            kExitUsage,
            "While processing '--" + std::string(option) + "'. Cannot read '" + text + "'",
            {},
            {"hostctl system ntp set --" + std::string(option) +
             " 'ntp.example.org nts prefer port 123 minpoll 4 maxpoll 10'"}};
      }
      if (server->address().empty()) continue;  // clears the list
      v1::NtpServer& added = *request.mutable_config()->add_servers();
      added = *server;
      added.set_pool(std::string(option) == "pool");
      if (arguments.Has("nts")) added.set_nts(true);
    }
  }
  return std::nullopt;
}

// Only what was given is set and named in the mask. But for the servers.
v1::UpdateNtpRequest UpdateRequest(const Arguments& arguments) {
  v1::UpdateNtpRequest request;
  v1::NtpConfig& config = *request.mutable_config();
  const auto set = [&request](const char* field) {
    request.mutable_update_mask()->add_paths(field);
  };
  if (arguments.Has("enable") || arguments.Has("disable") || arguments.Has("enabled")) {
    config.set_enabled(arguments.Has("enable") || arguments.Boolean("enabled"));
    set("enabled");
  }
  if (arguments.Has("loglevel")) {
    config.set_log_level(arguments.String("loglevel"));
    set("log_level");
  }
  if (arguments.Has("directive")) {
    for (const std::string& line : arguments.List("directive")) {
      if (!line.empty()) config.add_directives(line);
    }
    set("directives");
  }
  if (arguments.Has("disable-events")) {
    config.set_disable_events(arguments.Boolean("disable-events"));
    set("disable_events");
  }
  request.set_reset_to_defaults(arguments.Has("reset"));
  request.set_validate_only(arguments.Has("dry-run"));
  if (arguments.Has("etag")) request.set_etag(arguments.String("etag"));
  return request;
}

Outcome SetNtp(const Arguments& arguments, Session& session) {
  v1::UpdateNtpRequest request = UpdateRequest(arguments);
  if (auto failure = AddServers(arguments, request)) return *failure;
  v1::UpdateNtpResponse response;
  if (auto failure =
          session.connection.Call(&v1::NtpService::Stub::UpdateNtp, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  Output output;
  for (const v1::Condition& condition : response.ntp().runtime().conditions()) {
    output.notes.push_back({condition.message(), condition.remedy()});
  }
  return output;
}

}  // namespace

std::vector<Command> SystemNtpSetCommands() {
  Command set;
  set.path = {"system", "ntp"};
  set.name = "set";
  set.description =
      "Change the NTP configuration as one transaction: firewall ruleset and service follow.";
  set.rpc = "hostctl.v1.NtpService.UpdateNtp";
  set.options = {
      {'e', "enable", ValueType::kFlag, "Turn NTP on."},
      {'d', "disable", ValueType::kFlag, "Turn NTP off."},
      {'\0', "enabled", ValueType::kBoolean, "Turn NTP on or off."},
      Option{'s', "server", ValueType::kList,
             "Time server, name or address; repeat it for further ones. Words of chrony.conf(5) "
             "may follow: nts, prefer, port, minpoll, maxpoll. Those given replace the ones set "
             "before, an empty string clears them."}
          .Metavar("host"),
      Option{'p', "pool", ValueType::kList,
             "Name that stands for several time servers; otherwise as --server."}
          .Metavar("name"),
      {'\0', "nts", ValueType::kFlag,
       "Network Time Security (RFC 8915) with each server and pool given."},
      Option{'l', "loglevel", ValueType::kString, "Least severity that chronyd logs."}.Choices(
          {"info", "warning", "error"}),
      Option{'\0', "directive", ValueType::kList,
             "Further line of chrony.conf(5); repeat it for further ones. Those given replace the "
             "ones set before, an empty string clears them."}
          .Metavar("line"),
      {'\0', "disable-events", ValueType::kBoolean, "Changes of NTP are no events."},
      {'\0', "reset", ValueType::kFlag, "Start from the defaults, then apply the other options."},
      Option{'\0', "etag", ValueType::kString,
             "Refuse if the configuration is no longer the one that had this etag."}
          .Metavar("etag"),
      {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."},
  };
  set.exclusive = {{"enable", "disable", "enabled"}};
  set.at_least_one = {"enable",   "disable",   "enabled",        "server", "pool",
                      "loglevel", "directive", "disable-events", "reset"};
  set.examples = {
      {"hostctl system ntp set --enable --server 192.0.2.1 --server ntp.example.org",
       "NTP on, firewall open, chronyd running"},
      {"hostctl system ntp set --enable --pool pool.ntp.org --dry-run", "What would that change?"},
      {"hostctl system ntp set --server 'ntp.example.org nts prefer maxpoll 8'",
       "One server, over Network Time Security, asked every 4 minutes at the least"},
      {"hostctl system ntp set --directive 'minsources 2'", "A line of chrony.conf(5) more"},
      {"hostctl system ntp set --disable", "chronyd stopped, ruleset closed"},
  };
  set.run = SetNtp;
  return {set};
}

}  // namespace hostctl::cli
