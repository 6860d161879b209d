// The policy file of role_policy.h, in force within a second of its change.
//
//   auto policy = PolicyFile::Open("/etc/hostctl/access.json", files, log);
//   if (!policy.ok()) return policy.status();
//   Role role = (*policy)->RoleOf(identity);
//
// A file that became unreadable or nonsense is logged once, and what it said before stays in
// force.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "service/rpc/role_policy.h"
#include "service/store/file_system.h"

namespace hostctl::rpc {

// Thread-safe.
class PolicyFile {
 public:
  using Log = std::function<void(const std::string&)>;
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // An empty `path`: DefaultRolePolicy(). INVALID_ARGUMENT for nonsense, errors of reading as
  // they are; each names the file. `files` must outlive it.
  static absl::StatusOr<std::unique_ptr<PolicyFile>> Open(
      const std::string& path, store::FileSystem& files, Log log,
      Now now = [] { return std::chrono::steady_clock::now(); });

  Role RoleOf(const CertificateIdentity& identity);

 private:
  PolicyFile(std::string path, store::FileSystem& files, Log log, Now now);
  absl::Status Read();

  const std::string path_;
  store::FileSystem& files_;
  const Log log_;
  const Now now_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point read_at_;
  std::string text_;
  std::string last_said_;
  RolePolicy policy_ = DefaultRolePolicy();
};

}  // namespace hostctl::rpc
