// NTP as users see it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "service/reconcile/changes.h"
#include "service/reconcile/condition.h"
#include "service/reconcile/service_view.h"
#include "service/store/ntp_settings.h"

namespace hostctl::reconcile {

// What the user wants of NTP and what is so.
struct NtpView {
  store::NtpSettings settings;
  std::string etag;
  ServiceState service_state = ServiceState::kStopped;
  pid_t pid = 0;  // of chronyd, 0 when it does not run
  bool ruleset_enabled = false;
  bool in_control = false;    // chronyd runs with the configuration of hostd's
  bool steers_clock = false;  // and was not told to leave the clock alone
  std::vector<Condition> conditions;
};

struct NtpSetResult {
  NtpView ntp;
  std::vector<Change> changes;
};

// What chronyd is given.
struct NtpConfiguration {
  std::string path;
  std::vector<std::string> lines;
};

}  // namespace hostctl::reconcile
