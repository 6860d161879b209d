#include "service/ntp/chronyc.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "service/ntp/chronyc_report.h"
#include "service/ntp/run_program.h"

namespace hostctl::ntp {
namespace {

// What `chronyc` is to be called with before its commands.
std::vector<std::string> Base(const Places& places, const ChronycOptions& options) {
  const std::string host = places.command_socket.empty() ? "127.0.0.1" : places.command_socket;
  return {options.program, "-c", "-m", "-h", host};
}

absl::StatusOr<std::string> Ask(std::vector<std::string> arguments,
                                const std::vector<std::string>& commands,
                                const ChronycOptions& options) {
  arguments.insert(arguments.end(), commands.begin(), commands.end());
  auto done = RunProgram(arguments, options.patience);
  if (!done.ok()) return absl::UnavailableError(std::string(done.status().message()));
  if (done->succeeded) return std::move(done->output);
  const std::string said(absl::StripAsciiWhitespace(done->output));
  return absl::UnavailableError(
      absl::StrCat("chronyc ", done->exit_words, said.empty() ? "" : ", saying: ", said));
}

// A source whose name has not been resolved is printed as `ID#0000000001`. The same
// list with names (-N) tells which it is, as long as it has as many rows.
void NameUnresolved(const Places& places, const ChronycOptions& options, v1::NtpStats& stats) {
  const auto unresolved = [](const v1::NtpSource& source) {
    return absl::StartsWith(source.address(), "ID#");
  };
  bool any = false;
  for (const v1::NtpSource& source : stats.sources()) any = any || unresolved(source);
  if (!any) return;
  std::vector<std::string> base = Base(places, options);
  base.emplace_back("-N");
  const auto named = Ask(std::move(base), {"sources -a"}, options);
  if (!named.ok()) return;
  const std::vector<std::string> lines = absl::StrSplit(*named, '\n', absl::SkipEmpty());
  if (lines.size() != static_cast<size_t>(stats.sources_size())) return;
  for (int i = 0; i < stats.sources_size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[static_cast<size_t>(i)], ',');
    if (fields.size() > 2 && unresolved(stats.sources(i))) {
      stats.mutable_sources(i)->set_address(fields[2]);
    }
  }
}

}  // namespace

absl::StatusOr<v1::NtpStats> ReadNtpStats(const Places& places, const ChronycOptions& options) {
  std::vector<std::string> base = Base(places, options);
  base.emplace_back("-n");
  const auto text = Ask(std::move(base), {"tracking", "sources -a"}, options);
  if (!text.ok()) return text.status();
  auto stats = ParseChronycReport(*text);
  if (!stats.ok()) return absl::UnavailableError(std::string(stats.status().message()));
  NameUnresolved(places, options, *stats);
  const absl::Duration since_epoch = absl::Now() - absl::UnixEpoch();
  const int64_t ns = absl::ToInt64Nanoseconds(since_epoch);
  stats->mutable_local_time()->set_seconds(ns / 1000000000);
  stats->mutable_local_time()->set_nanos(static_cast<int32_t>(ns % 1000000000));
  return stats;
}

absl::StatusOr<std::vector<NtpAnswers>> ReadNtpAnswers(const Places& places,
                                                       const ChronycOptions& options) {
  std::vector<std::string> base = Base(places, options);
  base.emplace_back("-n");
  const auto text = Ask(std::move(base), {"ntpdata"}, options);
  if (!text.ok()) return text.status();
  auto answers = ParseNtpData(*text);
  if (!answers.ok()) return absl::UnavailableError(std::string(answers.status().message()));
  return answers;
}

}  // namespace hostctl::ntp
