// From what a user asks of NTP to the desired state that results, or to the reason why
// not; and the differences between two settings. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/reconcile/changes.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

// The ruleset that NTP needs.
inline constexpr char kNtpRuleset[] = "ntpClient";

// A request to change NTP. Members that are absent stay as they are.
struct NtpUpdate {
  bool reset_to_defaults = false;  // first go back to the factory's, then the members
  std::optional<bool> enabled;
  std::optional<std::vector<store::NtpServer>> servers;
  std::optional<std::string> log_level;
  std::optional<std::vector<std::string>> directives;
  std::optional<bool> disable_events;
  std::optional<std::string> etag;  // refuse unless it is the current one
};

// Changes whenever the settings do, and only then; the same after a restart.
std::string EtagOf(const store::NtpSettings& settings);

// `current` changed as `update` asks. Enabling NTP opens its ruleset, switching it off
// closes it; between the two it is the user's. Errors as documented at UpdateNtp in
// proto/hostctl/v1/ntp.proto, but for what chronyd itself and the clock's owner say.
absl::StatusOr<store::DesiredState> ApplyNtpUpdate(const store::DesiredState& current,
                                                   const NtpUpdate& update);

// `pool ntp.example.org nts`, as in chrony.conf.
std::string ServerText(const store::NtpServer& server);

// Equal settings give none.
std::vector<Change> NtpChanges(const store::NtpSettings& before, const store::NtpSettings& after);

}  // namespace hostctl::reconcile
