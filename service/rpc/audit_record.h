// A call that changes something, as the audit trail keeps it: one line of JSON with who, when,
// from where, what, before and after, and the result.
//
//   {"time":"2026-11-23T01:02:03.123456Z","who":"root (uid 0)","uid":0,"pid":4711,
//    "from":"admin socket","method":"hostctl.v1.PtpService.UpdatePtp",
//    "changes":[{"what":"ptp.domain_number","before":"0","after":"24"}],
//    "request":{"config":{"domain_number":24},...},"result":"OK"}
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "service/audit/audit_log.h"
#include "service/rpc/call_guard.h"
#include "service/rpc/call_limits.h"

namespace hostctl::rpc {

// Members that nobody knows are left out. `changes` are those of the response; a request longer
// than 4 KiB is cut to nothing but its size.
std::string AuditLine(const CallRecord& record);

// The same for people: `root (uid 0), process 4711, admin socket: UpdatePtp: ptp.domain_number
// 0 -> 24: OK`.
std::string AuditSentence(const CallRecord& record);

// Keeps such calls: each as a line of the trail on disk, and as a sentence in hostd's log.
// Thread-safe.
class AuditTrail {
 public:
  // `trail` may be null: then there is the log only. It must outlive this.
  AuditTrail(audit::AuditLog* trail, std::function<void(const std::string&)> log);

  // Refusals of one caller are kept up to a number, so that nobody can push out the trail of
  // others by being refused.
  void Record(const CallRecord& record);

 private:
  audit::AuditLog* const trail_;
  const std::function<void(const std::string&)> log_;
  CallLimits refusals_;
  std::mutex mutex_;
  std::string last_failure_;
};

}  // namespace hostctl::rpc
