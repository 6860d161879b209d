// Keeps the keys by which messages are authenticated: reads the file that the configuration
// names, and again when it was changed. What cannot be read leaves the keys as they were.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "hostctl/v1/ptp_protocol.pb.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/security/message_authenticator.h"

namespace ptpcore::engine {

using hostctl::v1::PtpAuthentication;

// One state of a file.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;  // owner and mode, too

  friend bool operator==(const FileStamp& a, const FileStamp& b) {
    return a.device == b.device && a.inode == b.inode && a.size == b.size &&
           a.modified_ns == b.modified_ns && a.changed_ns == b.changed_ns;
  }
};

// What ports sign and verify with.
struct PortKeys {
  std::shared_ptr<const security::Associations> associations;  // null: not at all
  security::Policy policy;
};

class KeyKeeper {
 public:
  struct Read {
    PortKeys keys;
    FileStamp stamp;
  };
  // What `wanted` asks for. PERMISSION_DENIED where others can read the file, or it belongs to
  // another user; NOT_FOUND, UNAVAILABLE, INVALID_ARGUMENT name the file, and what to do.
  static absl::StatusOr<Read> Load(const PtpAuthentication& wanted);

  // Takes over what was loaded.
  void Use(const PtpAuthentication& wanted, Read loaded, protocol::MonoTime now);
  const PortKeys& keys() const { return in_use_.keys; }

  // Looks after the file when that is due, or `at_once`. True: keys() are new ones. An error is
  // told once.
  absl::StatusOr<bool> Look(protocol::MonoTime now, bool at_once = false);
  // kNever without a file.
  protocol::MonoTime NextDeadline() const;

 private:
  PtpAuthentication wanted_;
  Read in_use_;
  FileStamp seen_;  // also where it was refused
  std::string trouble_;
  protocol::MonoTime next_{};
};

}  // namespace ptpcore::engine
