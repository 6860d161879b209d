#include "cli/several_hosts.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace hostctl::cli {
namespace {

using MakeRecords = std::function<Records()>;

Record WithHost(const std::string& label, const std::string& host, Record record) {
  record.fields.insert(record.fields.begin(), {label, Value(host)});
  record.heading = record.heading.empty() ? host : host + " " + record.heading;
  return record;
}

Records Concatenated(const std::string& label,
                     const std::vector<std::pair<std::string, MakeRecords>>& parts) {
  Records all{true, {}, {}};
  for (const auto& [host, make] : parts) {
    Records part = make();
    for (Record& record : part.items) all.items.push_back(WithHost(label, host, std::move(record)));
    if (part.shape && !all.shape) all.shape = WithHost(label, "", *std::move(part.shape));
  }
  return all;
}

// Every line of `lines` with `host: ` before it.
std::string Prefixed(const std::string& host, const std::string& lines) {
  std::string text;
  size_t start = 0;
  while (start < lines.size()) {
    const size_t end = std::min(lines.find('\n', start), lines.size() - 1) + 1;
    text += host + ": " + lines.substr(start, end - start);
    start = end;
  }
  return text;
}

}  // namespace

Output Merged(const std::vector<HostOutcome>& outcomes) {
  Output merged;
  std::vector<std::pair<std::string, MakeRecords>> human;
  std::vector<std::pair<std::string, MakeRecords>> machine;
  for (const HostOutcome& each : outcomes) {
    const auto* output = std::get_if<Output>(&each.outcome);
    if (output == nullptr) continue;
    if (output->human) human.emplace_back(each.host, output->human);
    if (output->machine) machine.emplace_back(each.host, output->machine);
    merged.lines += Prefixed(each.host, output->lines);
    for (const Note& note : output->notes) {
      merged.notes.push_back({each.host + ": " + note.message, note.remedy});
    }
  }
  if (!human.empty()) merged.human = [human] { return Concatenated("Host", human); };
  if (!machine.empty()) merged.machine = [machine] { return Concatenated("host", machine); };
  return merged;
}

int MergedExitCode(const std::vector<HostOutcome>& outcomes) {
  int worst = kExitDone;
  for (const HostOutcome& each : outcomes) {
    const auto* failure = std::get_if<Failure>(&each.outcome);
    const int code =
        failure != nullptr ? failure->exit_code : std::get<Output>(each.outcome).exit_code;
    if (code == kExitNotReachable) return code;
    worst = std::max(worst, code);
  }
  return worst;
}

}  // namespace hostctl::cli
