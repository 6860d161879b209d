// A log file that is rotated by size and kept by count, and that notices when
// somebody else (logrotate) renamed, truncated or removed it. A line that comes alone is
// written at once, so that `tail -f` shows it; lines that come fast are gathered and
// written together, as every write costs as much as the rest of a measurement.
//
//   LogFile log({"/var/log/hostctl/ptpd.stats"});
//   status = log.Append("line\n", now_ns);
//   if (now_ns >= log.next_flush_ns()) status = log.Flush();   // from a timer
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"

namespace ptpcore::stats {

struct LogFileOptions {
  std::string path;
  uint64_t max_bytes = uint64_t{10} * 1024 * 1024;
  uint32_t max_files = 5;  // rotated files kept: PATH.1 (newest) to PATH.N
  std::string header;      // first line of every file, with its end-of-line
};

// Not thread-safe. Trouble with the disk is reported, never fatal: the line is lost, and
// those gathered with it.
class LogFile {
 public:
  explicit LogFile(LogFileOptions options);
  ~LogFile();  // writes what was gathered
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // A line that comes this soon after the one before is gathered with others,
  static constexpr int64_t kFastNs = 20'000'000;
  // and written at the latest this long after the first of them.
  static constexpr int64_t kLongestWaitNs = 250'000'000;

  // Appends one line (with its end-of-line). `now_ns` is any steady time. OK for a line
  // that was only gathered.
  absl::Status Append(const std::string& line, int64_t now_ns);
  // Writes what was gathered.
  absl::Status Flush();
  // When Flush() wants to be called; the end of time while nothing waits.
  int64_t next_flush_ns() const {
    return gathered_.empty() ? kNever : gathered_since_ns_ + kLongestWaitNs;
  }
  // Whether lines wait to be written.
  bool gathering() const { return !gathered_.empty(); }
  // Writes what was gathered, and opens the path anew for the next line (SIGHUP after a
  // rename).
  absl::Status Reopen();

  const LogFileOptions& options() const { return options_; }

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  void Close();
  absl::Status Open();
  absl::Status Rotate();
  absl::Status Write(const std::string& text);
  bool WasMoved() const;

  LogFileOptions options_;
  int fd_ = -1;
  uint64_t size_ = 0;
  int64_t looked_at_ns_ = 0;
  std::string gathered_;
  int64_t gathered_since_ns_ = 0;
  int64_t last_line_ns_ = std::numeric_limits<int64_t>::min() / 2;
};

}  // namespace ptpcore::stats
