// The note by which the next hostd finds a program that an earlier one has started:
//
//   {"pid": 4711, "birth_ticks": 123456, "command": ["/usr/sbin/chronyd", "-d"],
//    "configuration": {"file": "/run/hostctl/chrony.conf", "log_level": "info"}}
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

struct ProcessRecord {
  pid_t pid = 0;
  uint64_t birth_ticks = 0;  // see process_birth.h
  std::vector<std::string> command;
  std::optional<OwnConfiguration> configuration = {};  // nothing: the host's
};

// Nothing when the text is not of that form.
std::optional<ProcessRecord> ProcessRecordFromText(const std::string& text);
std::string ToText(const ProcessRecord& record);

// Nothing when there is no such file, or none that can be understood.
std::optional<ProcessRecord> ReadProcessRecord(const std::string& path);
// Replaces the file in one step.
absl::Status WriteProcessRecord(const std::string& path, const ProcessRecord& record);

}  // namespace hostctl::daemon
