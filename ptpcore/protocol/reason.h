// Why a port is in its state: a stable code, and a sentence for people.
#pragma once

#include <cstdint>
#include <string>

namespace ptpcore::protocol {

// The values are those of hostctl.v1.PortReason, which tells what each means.
enum class Reason : uint8_t {
  kNone = 1,  // the port is what it should be
  kStarting = 2,
  kInterfaceDown = 3,
  kNoAnnounce = 4,
  kOtherDomain = 5,
  kOtherSdo = 6,
  kOtherTransport = 7,
  kOtherDelayMechanism = 8,
  kNotQualified = 9,
  kMasterLost = 10,
  kClockClassUnacceptable = 11,
  kMasterUnacceptable = 12,
  kNoSync = 13,
  kNoFollowUp = 14,
  kNoDelayResp = 15,
  kNoPdelayResp = 16,
  kNoTimestamps = 17,
  kCalibrating = 18,
  kBetterMaster = 19,
  kQualifyingAsMaster = 20,
  kUnicastUnanswered = 21,
  kUnicastDenied = 22,
  kNotAsCapable = 23,
  kMasterDistrusted = 24,
  kLoop = 25,
  kFault = 26,
  kNotAuthenticated = 27,
};

struct Explanation {
  Reason reason = Reason::kStarting;
  std::string sentence;
};

}  // namespace ptpcore::protocol
