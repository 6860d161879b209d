#include "ptpcore/stats/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::stats {
namespace {

constexpr int64_t kLookEveryNs = 1'000'000'000;
// Gathered lines are written when they are this many octets, however fresh.
constexpr size_t kMostGathered = 32 * 1024;

absl::Status Failed(const char* what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

// Creates the folders above `path`; what fails shows when the file is opened.
void MakeFoldersAbove(const std::string& path) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    mkdir(path.substr(0, at).c_str(), 0755);
  }
}

}  // namespace

LogFile::LogFile(LogFileOptions options) : options_(std::move(options)) {}

LogFile::~LogFile() {
  Reopen().IgnoreError();
}

void LogFile::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

absl::Status LogFile::Reopen() {
  absl::Status flushed = Flush();
  Close();
  return flushed;
}

absl::Status LogFile::Append(const std::string& line, int64_t now_ns) {
  const bool fast = now_ns - std::exchange(last_line_ns_, now_ns) < kFastNs;
  if (fd_ >= 0 && now_ns - looked_at_ns_ >= kLookEveryNs) {
    looked_at_ns_ = now_ns;
    if (WasMoved()) Close();
  }
  if (fd_ >= 0 && size_ + gathered_.size() + line.size() > options_.max_bytes) {
    if (absl::Status s = Flush(); !s.ok()) return s;
    if (absl::Status s = Rotate(); !s.ok()) return s;
  }
  if (fd_ < 0) {
    looked_at_ns_ = now_ns;
    if (absl::Status s = Open(); !s.ok()) {
      gathered_.clear();  // there is nowhere to write it
      return s;
    }
  }
  if (gathered_.empty()) gathered_since_ns_ = now_ns;
  gathered_ += line;
  const bool wait = fast && now_ns < next_flush_ns() && gathered_.size() < kMostGathered;
  return wait ? absl::OkStatus() : Flush();
}

absl::Status LogFile::Flush() {
  if (gathered_.empty()) return absl::OkStatus();
  absl::Status written = Write(gathered_);
  gathered_.clear();
  return written;
}

absl::Status LogFile::Open() {
  MakeFoldersAbove(options_.path);
  fd_ = open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd_ < 0) return Failed("open", options_.path);
  struct stat status {};
  size_ = fstat(fd_, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
  return size_ == 0 ? Write(options_.header) : absl::OkStatus();
}

absl::Status LogFile::Write(const std::string& text) {
  const ssize_t written = write(fd_, text.data(), text.size());
  if (written < 0) return Failed("write", options_.path);
  if (static_cast<size_t>(written) == text.size()) {
    size_ += text.size();
    return absl::OkStatus();
  }
  // The disk became full in the middle: take the part back, or it would stand
  // before the next line.
  if (ftruncate(fd_, lseek(fd_, 0, SEEK_CUR) - written) != 0) {
    size_ += static_cast<uint64_t>(written);
  }
  return absl::UnavailableError(absl::StrCat("cannot write ", options_.path, ": only ", written,
                                             " of ", text.size(), " octets fit on the disk"));
}

absl::Status LogFile::Rotate() {
  Close();
  const auto name = [&](uint32_t n) { return absl::StrCat(options_.path, ".", n); };
  if (options_.max_files == 0) {
    if (unlink(options_.path.c_str()) != 0 && errno != ENOENT) {
      return Failed("remove", options_.path);
    }
    return absl::OkStatus();
  }
  for (uint32_t n = options_.max_files; n > 1; --n) {
    // Missing ones are ordinary while there are fewer than max_files.
    if (rename(name(n - 1).c_str(), name(n).c_str()) != 0 && errno != ENOENT) {
      return Failed("rotate", name(n - 1));
    }
  }
  if (rename(options_.path.c_str(), name(1).c_str()) != 0 && errno != ENOENT) {
    return Failed("rotate", options_.path);
  }
  return absl::OkStatus();
}

bool LogFile::WasMoved() const {
  struct stat ours {};
  struct stat named {};
  if (fstat(fd_, &ours) != 0) return true;
  if (stat(options_.path.c_str(), &named) != 0) return true;
  // Smaller than what we wrote: truncated under us, so the header is gone.
  return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev ||
         static_cast<uint64_t>(ours.st_size) < size_;
}

}  // namespace ptpcore::stats
