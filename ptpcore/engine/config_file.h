// The configuration file of `ptpd --config FILE`: one JSON object whose members
// are the fields of EngineConfig, e.g.
//
//   {"device": "eth0", "domain_number": 0, "clock": "system",
//    "stats_log": {"path": "/var/log/hostctl/ptpd.stats"}}
//   {"device": "eth0", "further_ports": ["eth1"], "profile": "g8275.1",
//    "protocol": {"role": "auto", "priority2": 10}}
//
// Without a domain_number it is the profile's.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/engine/config.h"

namespace ptpcore::engine {

// INVALID_ARGUMENT names the member that is unknown, of the wrong type or not
// one of the allowed words.
absl::StatusOr<EngineConfig> ParseConfig(const std::string& text);

// NOT_FOUND when the file cannot be read; else as ParseConfig, naming the file.
absl::StatusOr<EngineConfig> ReadConfigFile(const std::string& path);

}  // namespace ptpcore::engine
