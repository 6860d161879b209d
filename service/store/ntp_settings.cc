#include "service/store/ntp_settings.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/store/members.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

constexpr size_t kMaxNameLength = 255;  // RFC 1035 2.3.4

// A name or an address: nothing that could become another word of chrony.conf.
bool IsServerAddress(const std::string& text) {
  if (text.empty() || text.size() > kMaxNameLength || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
  });
}

bool IsPoll(const std::optional<int>& poll) {
  return !poll.has_value() || (*poll >= kMinNtpPoll && *poll <= kMaxNtpPoll);
}

std::optional<NtpProblem> CheckServers(const std::vector<NtpServer>& servers) {
  const auto problem = [](const std::string& message) {
    return NtpProblem{"NTP_SERVER_INVALID", "servers", message};
  };
  if (servers.size() > kMaxNtpServers) {
    return problem(absl::StrCat(servers.size(), " time servers are more than ", kMaxNtpServers));
  }
  std::set<std::pair<std::string, uint16_t>> named;
  for (const NtpServer& server : servers) {
    if (!IsServerAddress(server.address)) {
      return problem(
          absl::StrCat(Shown(server.address), " is no name or address of a time server"));
    }
    if (!named.emplace(server.address, server.port).second) {
      return problem(absl::StrCat("the time server ", server.address, " is named twice"));
    }
    if (!IsPoll(server.min_poll) || !IsPoll(server.max_poll)) {
      return problem(absl::StrCat("the polling interval of ", server.address, " is not within 2^",
                                  kMinNtpPoll, " to 2^", kMaxNtpPoll, " seconds"));
    }
    if (server.min_poll.has_value() && server.max_poll.has_value() &&
        *server.min_poll > *server.max_poll) {
      return problem(absl::StrCat("the shortest polling interval of ", server.address,
                                  " is longer than the longest one"));
    }
  }
  return std::nullopt;
}

std::optional<NtpProblem> CheckDirectives(const std::vector<std::string>& lines) {
  const auto problem = [](const std::string& message) {
    return NtpProblem{"NTP_DIRECTIVE_INVALID", "directives", message};
  };
  if (lines.size() > kMaxNtpDirectives) {
    return problem(absl::StrCat(lines.size(), " directives are more than ", kMaxNtpDirectives));
  }
  for (const std::string& line : lines) {
    if (line.empty() || line.size() > kMaxNtpDirectiveLength ||
        !std::all_of(line.begin(), line.end(),
                     [](unsigned char c) { return absl::ascii_isprint(c); })) {
      return problem(absl::StrCat(Shown(line), " is not a line of 1 to ", kMaxNtpDirectiveLength,
                                  " printable ASCII characters"));
    }
  }
  return std::nullopt;
}

std::optional<int> ReadPoll(const char* name, Members& members) {
  if (!members.Has(name)) return std::nullopt;
  int64_t poll = 0;
  members.Read(name, kMinNtpPoll, kMaxNtpPoll, poll);
  return static_cast<int>(poll);
}

NtpServer ReadServer(const json& value, const std::string& path, absl::Status& status) {
  NtpServer server;
  Members members(value, path, status);
  members.Read("address", server.address);
  for (const auto& [name, out] : {std::pair("pool", &server.pool), std::pair("nts", &server.nts),
                                  std::pair("prefer", &server.prefer)}) {
    if (members.Has(name)) members.Read(name, *out);
  }
  server.min_poll = ReadPoll("min_poll", members);
  server.max_poll = ReadPoll("max_poll", members);
  if (members.Has("port")) {
    int64_t port = 0;
    members.Read("port", 0, UINT16_MAX, port);
    server.port = static_cast<uint16_t>(port);
  }
  members.RefuseOthers();
  return server;
}

json ToJson(const NtpServer& server) {
  json one = {{"address", server.address}};
  if (server.pool) one["pool"] = true;
  if (server.nts) one["nts"] = true;
  if (server.prefer) one["prefer"] = true;
  if (server.min_poll.has_value()) one["min_poll"] = *server.min_poll;
  if (server.max_poll.has_value()) one["max_poll"] = *server.max_poll;
  if (server.port != 0) one["port"] = server.port;
  return one;
}

void ReadList(const char* name, Members& members, const std::function<void(const json&)>& read) {
  const json* list = members.Get(name);
  if (list == nullptr) return;
  if (!list->is_array()) return members.RefuseMember(name, *list, "an array");
  for (const json& entry : *list) read(entry);
}

}  // namespace

bool NtpServer::operator==(const NtpServer& o) const {
  return std::tie(address, pool, nts, prefer, min_poll, max_poll, port) ==
         std::tie(o.address, o.pool, o.nts, o.prefer, o.min_poll, o.max_poll, o.port);
}

bool NtpSettings::operator==(const NtpSettings& o) const {
  return std::tie(enabled, servers, log_level, directives, disable_events) ==
         std::tie(o.enabled, o.servers, o.log_level, o.directives, o.disable_events);
}

std::optional<NtpProblem> Check(const NtpSettings& settings) {
  if (auto problem = CheckServers(settings.servers)) return problem;
  if (std::find(kNtpLogLevels.begin(), kNtpLogLevels.end(), settings.log_level) ==
      kNtpLogLevels.end()) {
    return NtpProblem{"NTP_LOG_LEVEL_INVALID", "log_level",
                      absl::StrCat("there is no log level ", Shown(settings.log_level),
                                   "; known are: ", absl::StrJoin(kNtpLogLevels, ", "))};
  }
  return CheckDirectives(settings.directives);
}

json ToJson(const NtpSettings& settings) {
  json servers = json::array();
  for (const NtpServer& server : settings.servers) servers.push_back(ToJson(server));
  return {{"enabled", settings.enabled},
          {"servers", std::move(servers)},
          {"log_level", settings.log_level},
          {"directives", settings.directives},
          {"disable_events", settings.disable_events}};
}

NtpSettings ReadNtp(const json& value, absl::Status& status) {
  NtpSettings settings;
  Members members(value, "ntp", status);
  members.Read("enabled", settings.enabled);
  ReadList("servers", members, [&](const json& entry) {
    const std::string path = absl::StrCat("ntp.servers[", settings.servers.size(), "]");
    settings.servers.push_back(ReadServer(entry, path, status));
  });
  members.Read("log_level", settings.log_level);
  ReadList("directives", members, [&](const json& entry) {
    if (!entry.is_string()) return members.RefuseMember("directives[]", entry, "a line of text");
    settings.directives.push_back(entry.get<std::string>());
  });
  members.Read("disable_events", settings.disable_events);
  members.RefuseOthers();
  if (!status.ok()) return settings;
  if (const auto problem = Check(settings)) {
    status =
        absl::InvalidArgumentError(absl::StrCat("`ntp.", problem->field, "`: ", problem->message));
  }
  return settings;
}

}  // namespace hostctl::store
