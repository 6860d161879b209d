// How the values of events that follow from observations are written, and read again.
#pragma once

#include <string>

#include "hostctl/v1/ptp_stats.pb.h"
#include "hostctl/v1/time.pb.h"

namespace hostctl::event {

inline constexpr char kInterfaceSubject[] = "interface ";
inline constexpr char kMasterSubject[] = "master ";
inline constexpr char kPtpSubject[] = "ptp";
inline constexpr char kNtpSubject[] = "ntp";
inline constexpr char kTimeSubject[] = "time";
inline constexpr char kPrecisionClockSubject[] = "precision clock";

// `SYNCHRONIZED`.
inline std::string HealthText(v1::TimeHealth health) {
  constexpr size_t kPrefix = sizeof("TIME_HEALTH_") - 1;
  const std::string name = v1::TimeHealth_Name(health);
  return name.size() > kPrefix ? name.substr(kPrefix) : "";
}
inline v1::TimeHealth HealthFrom(const std::string& text) {
  v1::TimeHealth health = v1::TIME_HEALTH_UNSPECIFIED;
  return v1::TimeHealth_Parse("TIME_HEALTH_" + text, &health) ? health
                                                              : v1::TIME_HEALTH_UNSPECIFIED;
}

// `00005efffe005301/1`; empty for none.
inline std::string PortText(const v1::PortIdentity& port) {
  if (port.clock_identity().empty()) return "";
  return port.clock_identity() + "/" + std::to_string(port.port_number());
}

}  // namespace hostctl::event
