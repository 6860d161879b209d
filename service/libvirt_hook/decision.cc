#include "service/libvirt_hook/decision.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace hostctl::libvirt_hook {
namespace {

// Those of hostctl's exit codes that say something of the host's time.
constexpr int kServed = 0;
constexpr int kUsage = 2;
constexpr int kNotReachable = 3;
constexpr int kNotServed = 4;

// The operations before a guest runs here: the first that every start calls; and those where
// refusing leaves the guest where it is, running on another host or saved in a file. After
// those libvirt would kill a guest that is running: `started`, `reconnect` and `attach` pass.
bool IsAboutToRun(const std::string& operation) {
  return operation == "prepare" || operation == "migrate" || operation == "restore";
}

Decision Refuse(const std::string& guest, const std::string& why) {
  return {false, absl::StrCat("hostctl: guest ", guest, " may not run here: ", why)};
}

// Without this a typo of ours, or a filter before us, would keep every guest from starting; with
// it a guest that asks for good time does not start unasked.
Decision OfUnreadable(const std::string& guest, const std::string& xml, const absl::Status& why) {
  const std::string words(why.message());
  if (absl::StrContains(xml, kNamespace)) return Refuse(guest, words);
  return {true, absl::StrCat("hostctl: guest ", guest, " is let through unchecked: ", words)};
}

// `hostctl` prints the message as `PrecisionClockAnswer.message.string=...`.
std::string MessageIn(const std::string& output) {
  const size_t equals = output.find('=');
  return std::string(
      absl::StripAsciiWhitespace(equals == std::string::npos ? output : output.substr(equals + 1)));
}

// An error of hostctl's in one line: `Error: WHAT`, then `  Do: REMEDY`, of which libvirt shows
// all. After a wrong command line follow pages of help.
std::string ErrorIn(const CheckResult& result) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(result.output, '\n', absl::SkipWhitespace())) {
    lines.emplace_back(absl::StripPrefix(absl::StripAsciiWhitespace(line), "Error: "));
    if (result.exit_code == kUsage) break;
  }
  return absl::StrJoin(lines, "; ");
}

}  // namespace

Decision Decide(const std::string& guest, const std::string& operation, const std::string& xml,
                const Check& check) {
  if (!IsAboutToRun(operation)) return {};
  const auto demand = DemandOf(xml);
  if (absl::IsInvalidArgument(demand.status())) {
    return Refuse(guest, std::string(demand.status().message()));
  }
  if (!demand.ok()) return OfUnreadable(guest, xml, demand.status());
  if (!demand->has_value()) return {};
  const CheckResult result = check(**demand);
  switch (result.exit_code) {
    case kServed:
      return {};
    case kNotServed:
      return Refuse(guest, MessageIn(result.output));
    case kNotReachable:
      return Refuse(guest, absl::StrCat("it asks for a precision clock, and hostd does not say "
                                        "whether this host serves one: ",
                                        ErrorIn(result)));
    default:
      return Refuse(guest, absl::StrCat("it asks for a precision clock, and that cannot be "
                                        "checked: ",
                                        ErrorIn(result)));
  }
}

}  // namespace hostctl::libvirt_hook
