// The few things the store needs of a file system, so that tests can lose power
// between any two of them. Errors name the operation and the path, with errno's
// meaning; a full disk is RESOURCE_EXHAUSTED.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hostctl::store {

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // NOT_FOUND when there is no such file; FAILED_PRECONDITION when it is no
  // regular file or larger than 16 MiB.
  virtual absl::StatusOr<std::string> Read(const std::string& path) = 0;
  // Creates or truncates `path` (mode 0600), writes all of `contents` and syncs
  // it to disk. On error the file may hold any part of it.
  virtual absl::Status WriteAndSync(const std::string& path, const std::string& contents) = 0;
  // Lets everybody read the file (mode 0644).
  virtual absl::Status LetAllRead(const std::string& path) = 0;
  // Adds `contents` at the end of `path`, which it creates where it is missing (mode
  // 0600), and syncs it. On error any part of it may have been added.
  virtual absl::Status AppendAndSync(const std::string& path, const std::string& contents) = 0;
  // Replaces `to` in one step. A power cut may undo it until SyncFolder.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  // Makes the creations, renames and removals in folder `path` survive a power cut.
  virtual absl::Status SyncFolder(const std::string& path) = 0;
  virtual absl::Status Remove(const std::string& path) = 0;
  // Creates the folder and its parents (mode 0755), to survive a power cut; no
  // error when present.
  virtual absl::Status MakeFolders(const std::string& path) = 0;
};

// The real one. Stateless and thread-safe; lives as long as the process.
FileSystem& PosixFileSystem();

}  // namespace hostctl::store
