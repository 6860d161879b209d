#include "service/ntp/chrony_conf.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hostctl::ntp {
namespace {

std::string SourceLine(const store::NtpServer& server) {
  // iburst: four requests within seconds at the start rather than within minutes.
  std::string line = absl::StrCat(server.pool ? "pool " : "server ", server.address, " iburst");
  if (server.nts) absl::StrAppend(&line, " nts");
  if (server.prefer) absl::StrAppend(&line, " prefer");
  if (server.port != 0) absl::StrAppend(&line, " port ", server.port);
  // chronyd raises a longest interval to its shortest, which is 6 if nothing is said.
  constexpr int kChronyMinPoll = 6;
  std::optional<int> min_poll = server.min_poll;
  if (!min_poll.has_value() && server.max_poll.has_value() && *server.max_poll < kChronyMinPoll) {
    min_poll = server.max_poll;
  }
  if (min_poll.has_value()) absl::StrAppend(&line, " minpoll ", *min_poll);
  if (server.max_poll.has_value()) absl::StrAppend(&line, " maxpoll ", *server.max_poll);
  return line;
}

}  // namespace

Places OwnPlaces(const std::string& run_dir, const std::string& state_dir) {
  return {run_dir + "/chrony.conf", run_dir + "/chrony/chronyd.sock", state_dir + "/chrony",
          run_dir + "/chrony/chronyd.pid"};
}

Places UnitPlaces(const std::string& run_dir) {
  return {run_dir + "/chrony.conf", "", "", ""};
}

std::vector<std::string> ChronyConf(const store::NtpSettings& settings, const Places& places,
                                    StartStep step) {
  std::vector<std::string> lines = {
      "# Made by hostd from `hostctl system ntp set`; what is changed here is lost."};
  for (const store::NtpServer& server : settings.servers) lines.push_back(SourceLine(server));
  // Debian's and everybody else's places where there are none of our own; chronyd has no
  // default for the drift file.
  const bool own = !places.state_folder.empty();
  // The frequency of a clock that somebody has kept is better than the one in the file.
  if (step == StartStep::kAllowed) {
    lines.push_back(own ? absl::StrCat("driftfile ", places.state_folder, "/drift")
                        : "driftfile /var/lib/chrony/chrony.drift");
  }
  // chronyd makes this folder for the user that it becomes, and so the drift file's.
  lines.push_back(absl::StrCat("ntsdumpdir ", own ? places.state_folder : "/var/lib/chrony"));
  if (!places.pid_file.empty()) lines.push_back(absl::StrCat("pidfile ", places.pid_file));
  if (!places.command_socket.empty()) {
    lines.push_back(absl::StrCat("bindcmdaddress ", places.command_socket));
    lines.emplace_back("cmdport 0");
  }
  lines.emplace_back("port 0");  // a client: nobody is served
  if (step == StartStep::kAllowed) lines.emplace_back("makestep 1.0 3");
  lines.emplace_back("maxupdateskew 100.0");
  lines.emplace_back("rtcsync");
  lines.emplace_back("leapsectz right/UTC");
  lines.insert(lines.end(), settings.directives.begin(), settings.directives.end());
  return lines;
}

size_t FirstDirectiveLine(const std::vector<std::string>& lines,
                          const store::NtpSettings& settings) {
  return lines.size() - settings.directives.size();
}

std::string FileText(const std::vector<std::string>& lines) {
  return absl::StrJoin(lines, "\n") + "\n";
}

}  // namespace hostctl::ntp
