// What the user has set of NTP, as part of the stored document:
//
//   "ntp": {"enabled": true, "log_level": "info", "directives": ["minsources 2"],
//           "servers": [{"address": "ntp.example.org", "pool": true, "nts": true,
//                        "prefer": true, "min_poll": 4, "max_poll": 10, "port": 123}]}
//
// Of a server everything but the address may be missing. Directives are lines of
// chrony.conf(5); which of them chronyd is given is for service/ntp/directives.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace hostctl::store {

inline constexpr size_t kMaxNtpServers = 32;
inline constexpr size_t kMaxNtpDirectives = 64;
inline constexpr size_t kMaxNtpDirectiveLength = 512;
// Log2 of the polling interval in seconds.
inline constexpr int kMinNtpPoll = -6;
inline constexpr int kMaxNtpPoll = 24;
// The default first; chronyd(8) -L.
inline constexpr std::array<const char*, 3> kNtpLogLevels = {{"info", "warning", "error"}};

struct NtpServer {
  std::string address;               // name, IPv4 or IPv6 address
  bool pool = false;                 // the name stands for several servers
  bool nts = false;                  // Network Time Security, RFC 8915
  bool prefer = false;               // above others that are as good
  std::optional<int> min_poll = {};  // kMinNtpPoll..kMaxNtpPoll; nothing: chrony's
  std::optional<int> max_poll = {};  // the same, not below min_poll
  uint16_t port = 0;                 // UDP; 0 means 123

  bool operator==(const NtpServer& o) const;
};

struct NtpSettings {
  bool enabled = false;
  std::vector<NtpServer> servers;                 // at most kMaxNtpServers, none twice
  std::string log_level = kNtpLogLevels.front();  // one of kNtpLogLevels
  // At most kMaxNtpDirectives lines of printable ASCII, none empty.
  std::vector<std::string> directives;
  bool disable_events = false;

  bool operator==(const NtpSettings& o) const;
};

// What is wrong with settings.
struct NtpProblem {
  std::string reason;   // as documented at UpdateNtp in proto/hostctl/v1/ntp.proto
  std::string field;    // `servers`
  std::string message;  // names the value
};
// The first value that is out of its range; nothing when all are within.
std::optional<NtpProblem> Check(const NtpSettings& settings);

nlohmann::json ToJson(const NtpSettings& settings);
// The first thing that is wrong goes into `status`, with its path.
NtpSettings ReadNtp(const nlohmann::json& value, absl::Status& status);

}  // namespace hostctl::store
