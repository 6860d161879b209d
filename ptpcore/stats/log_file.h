// A log file that is rotated by size and kept by count, and that notices when
// somebody else (logrotate) renamed, truncated or removed it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace ptpcore::stats {

struct LogFileOptions {
  std::string path;
  uint64_t max_bytes = uint64_t{10} * 1024 * 1024;
  uint32_t max_files = 5;  // rotated files kept: PATH.1 (newest) to PATH.N
  std::string header;      // first line of every file, with its end-of-line
};

// Not thread-safe. Trouble with the disk is reported, never fatal: the line is lost.
class LogFile {
 public:
  explicit LogFile(LogFileOptions options);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Appends one line (with its end-of-line) in one write, so that `tail -f` shows
  // it at once. `now_ns` is any steady time; it paces the look after the file.
  absl::Status Append(const std::string& line, int64_t now_ns);
  // Opens the path anew at the next Append (SIGHUP after a rename).
  void Reopen();

  const LogFileOptions& options() const { return options_; }

 private:
  absl::Status Open();
  absl::Status Rotate();
  absl::Status Write(const std::string& text);
  bool WasMoved() const;

  LogFileOptions options_;
  int fd_ = -1;
  uint64_t size_ = 0;
  int64_t looked_at_ns_ = 0;
};

}  // namespace ptpcore::stats
