// See audit_log.h.
#include "service/audit/audit_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hostctl::audit {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

AuditLog::AuditLog(Options options, store::FileSystem& files)
    : options_(std::move(options)), folder_(FolderOf(options_.path)), files_(files) {}

std::string AuditLog::PathOf(int number) const {
  return number == 0 ? options_.path : absl::StrCat(options_.path, ".", number);
}

std::vector<std::string> AuditLog::Open() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> notes;
  const absl::Status folder = files_.MakeFolders(folder_);
  if (!folder.ok()) {
    notes.push_back(absl::StrCat("the audit trail is not stored: ", folder.message()));
  }
  const auto text = files_.Read(options_.path);
  if (text.ok()) {
    exists_ = true;
    bytes_ = text->size();
    torn_ = !text->empty() && text->back() != '\n';
    if (torn_) {
      notes.push_back(absl::StrCat("the last line of `", options_.path,
                                   "` was cut off, as by a power cut, and stays as it is"));
    }
  } else if (!absl::IsNotFound(text.status())) {
    // Whatever it holds, what is added starts a line of its own.
    exists_ = torn_ = true;
    bytes_ = options_.file_bytes;
    notes.push_back(
        absl::StrCat("the earlier audit trail is not readable: ", text.status().message()));
  }
  return notes;
}

absl::Status AuditLog::Rotate() {
  for (int number = options_.files - 1; number >= 0; --number) {
    absl::Status moved = files_.Rename(PathOf(number), PathOf(number + 1));
    if (!moved.ok() && !absl::IsNotFound(moved)) return moved;
  }
  bytes_ = 0;
  exists_ = torn_ = false;
  return files_.SyncFolder(folder_);
}

absl::Status AuditLog::Add(const std::string& line) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string text = absl::StrCat(torn_ ? "\n" : "", line, "\n");
  if (bytes_ > 0 && bytes_ + text.size() > options_.file_bytes) {
    absl::Status rotated = Rotate();
    // Without room nothing is added: the file stays bounded.
    if (!rotated.ok() && bytes_ > 0) return rotated;
    return AddHere(torn_ ? text : absl::StrCat(line, "\n"));
  }
  return AddHere(text);
}

absl::Status AuditLog::AddHere(const std::string& text) {
  absl::Status added = files_.AppendAndSync(options_.path, text);
  torn_ = !added.ok();
  if (!added.ok()) return added;
  bytes_ += text.size();
  if (!exists_) added = files_.SyncFolder(folder_);
  exists_ = true;
  return added;
}

std::vector<std::string> AuditLog::Lines() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> lines;
  for (int number = options_.files; number >= 0; --number) {
    const auto text = files_.Read(PathOf(number));
    if (!text.ok()) continue;
    for (const auto line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
      lines.emplace_back(line.data(), line.size());
    }
  }
  return lines;
}

}  // namespace hostctl::audit
