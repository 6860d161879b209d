// What is to survive a restart of hostd but not of the host: which services were
// started or stopped by hand, and that NTP has taken over from PTP.
//
//   {"boot_id": "4bb2...", "services_by_hand": {"ptpd": "started"},
//    "fallback": {"since_ms": 1800000000000, "why": "PTP has lost its master"}}
//
// The file lies in the runtime folder, which most hosts empty when they start; on
// one that does not, `boot_id` (/proc/sys/kernel/random/boot_id) tells that it is
// of an earlier start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/store/file_system.h"
#include "service/store/service_policy.h"

namespace hostctl::store {

// NTP keeps the clock in PTP's place.
struct RememberedFallback {
  int64_t since_ms = 0;  // since 1970
  std::string why;

  bool operator==(const RememberedFallback& o) const {
    return since_ms == o.since_ms && why == o.why;
  }
};

struct RuntimeState {
  std::string boot_id;
  ServicesByHand services_by_hand;
  std::optional<RememberedFallback> fallback = {};
};

// INVALID_ARGUMENT names what is missing, unknown or of the wrong type.
absl::StatusOr<RuntimeState> RuntimeStateFromText(const std::string& text);
std::string ToText(const RuntimeState& state);

class RuntimeStore {
 public:
  // `boot_id` of the running host; `files` must outlive the store.
  RuntimeStore(std::string path, std::string boot_id, FileSystem& files);

  // Nothing when there is no file or when it is of an earlier start of the host.
  // An error when it is not readable: what was done by hand is then forgotten.
  absl::StatusOr<ServicesByHand> Load();

  // On error the former file is still there.
  absl::Status Save(const ServicesByHand& by_hand);

  // As it was loaded or saved last.
  const std::optional<RememberedFallback>& fallback() const { return state_.fallback; }
  // On error the former file is still there, and what it says is still remembered.
  absl::Status SaveFallback(const std::optional<RememberedFallback>& fallback);

  const std::string& path() const { return path_; }

 private:
  absl::Status Write(RuntimeState state);

  std::string path_;
  RuntimeState state_;  // as last loaded or saved; its boot id is that of the running host
  FileSystem& files_;
};

}  // namespace hostctl::store
