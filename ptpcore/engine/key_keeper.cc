#include "ptpcore/engine/key_keeper.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/security/association_file.h"

namespace ptpcore::engine {
namespace {

using protocol::MonoTime;

constexpr protocol::Duration kLookEvery = std::chrono::seconds(5);
// 256 associations of a few keys each are smaller.
constexpr size_t kMaxFileSize = size_t{256} * 1024;

// Text with keys in it, which does not outlive its use.
struct SecretText {
  std::string text;
  ~SecretText() { security::Cleanse(text); }
};

int64_t Ns(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp StampOf(const struct stat& s) {
  return {s.st_dev, s.st_ino, s.st_size, Ns(s.st_mtim), Ns(s.st_ctim)};
}

FileStamp StampOf(const std::string& path) {
  struct stat s {};
  return stat(path.c_str(), &s) == 0 ? StampOf(s) : FileStamp();
}

std::string Named(const std::string& path) {
  return absl::StrCat("the file of security associations ", path);
}

absl::Status Unreadable(const std::string& path) {
  const std::string what = absl::StrCat(Named(path), " cannot be read: ", std::strerror(errno));
  if (errno == ENOENT) return absl::NotFoundError(what);
  if (errno != EACCES) return absl::UnavailableError(what);
  return absl::PermissionDeniedError(
      absl::StrCat(what, "; make it that of user ", geteuid(), ", which runs ptpd: chown ",
                   geteuid(), " ", path));
}

// Whoever can read the file can be any master.
absl::Status CheckPrivate(const std::string& path, const struct stat& s) {
  if (!S_ISREG(s.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(Named(path), " is not a regular file"));
  }
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((s.st_mode & kOthers) != 0) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s has mode %04o, and must be its owner's alone: chmod 600 %s",
                        Named(path), s.st_mode & 07777, path));
  }
  if (s.st_uid != 0 && s.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s belongs to user %d, and must be root's or that of user %d, which runs "
                        "ptpd: chown %d %s",
                        Named(path), s.st_uid, geteuid(), geteuid(), path));
  }
  return absl::OkStatus();
}

absl::Status ReadText(const std::string& path, std::string& text, FileStamp& stamp) {
  // Without stdio, whose buffer nobody cleanses; a FIFO must not make us wait.
  const net::FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat s {};
  if (file.get() < 0 || fstat(file.get(), &s) != 0) return Unreadable(path);
  if (absl::Status status = CheckPrivate(path, s); !status.ok()) return status;
  text.resize(kMaxFileSize + 1);
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size < 0) return Unreadable(path);
  text.resize(static_cast<size_t>(size));
  if (text.size() > kMaxFileSize) {
    return absl::InvalidArgumentError(
        absl::StrCat(Named(path), " is larger than ", kMaxFileSize, " octets"));
  }
  stamp = StampOf(s);
  return absl::OkStatus();
}

// Whether there is what the policy names.
absl::Status CheckPolicy(const std::string& path, const security::Associations& associations,
                         const security::Policy& policy) {
  const auto found = associations.find(policy.pointer);
  if (found == associations.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Named(path), " has no security association with spp ", policy.pointer));
  }
  if (policy.active_key_id != 0 && found->second.Find(policy.active_key_id) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        Named(path), " has no key ", policy.active_key_id, " with spp ", policy.pointer));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KeyKeeper::Read> KeyKeeper::Load(const PtpAuthentication& wanted) {
  const std::string& path = wanted.association_file();
  Read read;
  if (path.empty()) return read;
  read.keys.policy.pointer = static_cast<uint8_t>(wanted.security_parameter_pointer());
  read.keys.policy.active_key_id = wanted.active_key_id();
  read.keys.policy.allow_unauthenticated = wanted.allow_unauthenticated();
  SecretText secret;
  if (absl::Status s = ReadText(path, secret.text, read.stamp); !s.ok()) return s;
  absl::StatusOr<security::Associations> parsed = security::ParseAssociations(secret.text);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Named(path), ": ", std::string(parsed.status().message())));
  }
  if (absl::Status s = CheckPolicy(path, *parsed, read.keys.policy); !s.ok()) return s;
  read.keys.associations = std::make_shared<const security::Associations>(*std::move(parsed));
  return read;
}

void KeyKeeper::Use(const PtpAuthentication& wanted, Read loaded, MonoTime now) {
  wanted_ = wanted;
  in_use_ = std::move(loaded);
  seen_ = in_use_.stamp;
  trouble_.clear();
  next_ = now + kLookEvery;
}

MonoTime KeyKeeper::NextDeadline() const {
  return in_use_.keys.associations != nullptr ? next_ : protocol::kNever;
}

absl::StatusOr<bool> KeyKeeper::Look(MonoTime now, bool at_once) {
  if (in_use_.keys.associations == nullptr || (now < next_ && !at_once)) return false;
  next_ = now + kLookEvery;
  const FileStamp stamp = StampOf(wanted_.association_file());
  if (stamp == seen_ && !at_once) return false;
  seen_ = stamp;
  absl::StatusOr<Read> loaded = Load(wanted_);
  if (loaded.ok()) {
    Use(wanted_, *std::move(loaded), now);
    return true;
  }
  std::string trouble(loaded.status().message());
  if (trouble == trouble_) return false;
  trouble_ = std::move(trouble);
  return absl::Status(loaded.status().code(),
                      absl::StrCat(trouble_, "; the keys that were read before stay in force"));
}

}  // namespace ptpcore::engine
