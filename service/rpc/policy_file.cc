// See policy_file.h.
#include "service/rpc/policy_file.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

constexpr std::chrono::seconds kRefresh{1};

}  // namespace

PolicyFile::PolicyFile(std::string path, store::FileSystem& files, Log log, Now now)
    : path_(std::move(path)),
      files_(files),
      log_(std::move(log)),
      now_(std::move(now)),
      read_at_(now_()) {}

absl::StatusOr<std::unique_ptr<PolicyFile>> PolicyFile::Open(const std::string& path,
                                                             store::FileSystem& files, Log log,
                                                             Now now) {
  // Not make_unique: the constructor is private.
  std::unique_ptr<PolicyFile> policy(new PolicyFile(path, files, std::move(log), std::move(now)));
  if (path.empty()) return policy;
  absl::Status read = policy->Read();
  if (!read.ok()) return read;
  return policy;
}

absl::Status PolicyFile::Read() {
  auto text = files_.Read(path_);
  if (!text.ok()) {
    return {text.status().code(), absl::StrCat("access policy: ", text.status().message())};
  }
  auto policy = ParseRolePolicy(*text);
  if (!policy.ok()) {
    return {policy.status().code(),
            absl::StrCat("access policy ", path_, ": ", policy.status().message())};
  }
  text_ = *std::move(text);
  policy_ = *std::move(policy);
  return absl::OkStatus();
}

Role PolicyFile::RoleOf(const CertificateIdentity& identity) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto now = now_();
  if (!path_.empty() && now - read_at_ >= kRefresh) {
    read_at_ = now;
    const std::string before = text_;
    const absl::Status read = Read();
    std::string what;
    if (!read.ok()) {
      what = absl::StrCat(read.message(), "; what it said before stays in force");
    } else if (text_ != before) {
      what = absl::StrCat("access policy ", path_, " is in force as it was changed");
    }
    if (!what.empty() && what != last_said_) log_(what);
    // One sentence for as long as it stays wrong.
    last_said_ = read.ok() ? "" : what;
  }
  return rpc::RoleOf(policy_, identity);
}

}  // namespace hostctl::rpc
