// The audit trail on disk: lines in a bounded number of bounded files, which survive power
// cuts. At its path lies the newest, beside it PATH.1 (the one before) to PATH.N.
//
//   AuditLog trail({"/var/log/hostctl/audit.log"}, store::PosixFileSystem());
//   for (const std::string& note : trail.Open()) ...;
//   absl::Status added = trail.Add(line);
//
// A line whose Add() returned OK is on the disk. One that a power cut tore off is ended at the
// next Open(), so that it spoils no other.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/store/file_system.h"

namespace hostctl::audit {

// Thread-safe after Open().
class AuditLog {
 public:
  struct Options {
    std::string path;
    size_t file_bytes = size_t{4} << 20U;
    int files = 4;  // beside the newest
  };

  // `files` must outlive the trail.
  AuditLog(Options options, store::FileSystem& files);

  // Looks at what is there, before anything else. Says what is damaged or cannot be read or
  // written, a sentence each.
  std::vector<std::string> Open();

  // Adds `line`, which has no line break in it.
  absl::Status Add(const std::string& line);

  // The lines that are kept, oldest first. Files that cannot be read are left out.
  std::vector<std::string> Lines() const;

 private:
  std::string PathOf(int number) const;
  absl::Status Rotate();
  absl::Status AddHere(const std::string& text);

  const Options options_;
  const std::string folder_;
  store::FileSystem& files_;
  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  bool exists_ = false;
  bool torn_ = false;  // the last line may have no end
};

}  // namespace hostctl::audit
