// See fault_file_system.h.
#include "tests/service/store/fault_file_system.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::store {
namespace {

absl::Status NoPower() {
  return absl::UnavailableError("the power is cut");
}
absl::Status NoSuchFile(const std::string& path) {
  return absl::NotFoundError(absl::StrCat("no file `", path, "`"));
}
std::string FolderOf(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

}  // namespace

FaultFileSystem::Fate FaultFileSystem::Next() {
  if (!powered_) return {NoPower(), false, false};
  const int number = operations_++;
  if (number == fail_at_) return {failure_, false, false};
  if (number != cut_at_) return {};
  if (cut_ == Cut::kBefore) powered_ = false;
  if (!powered_) return {NoPower(), false, false};
  return {absl::OkStatus(), cut_ == Cut::kDuring, true};
}

absl::Status FaultFileSystem::End(const Fate& fate) {
  if (!fate.lost_afterwards) return absl::OkStatus();
  powered_ = false;
  return NoPower();
}

absl::StatusOr<std::string> FaultFileSystem::Read(const std::string& path) {
  if (!powered_) return NoPower();
  const auto found = names_.find(path);
  if (found == names_.end()) return NoSuchFile(path);
  if (!read_status_.ok()) return read_status_;
  return found->second->now;
}

absl::Status FaultFileSystem::WriteAndSync(const std::string& path, const std::string& contents) {
  return Write(path, "", contents);
}

absl::Status FaultFileSystem::AppendAndSync(const std::string& path, const std::string& contents) {
  const auto found = names_.find(path);
  return Write(path, found == names_.end() ? "" : found->second->now, contents);
}

// `before`: what the file holds in front of `contents`.
absl::Status FaultFileSystem::Write(const std::string& path, const std::string& before,
                                    const std::string& contents) {
  const Fate fate = Next();
  if (!fate.status.ok()) return fate.status;
  std::shared_ptr<File>& file = names_[path];
  if (file == nullptr) file = std::make_shared<File>();
  const bool half = fate.half || disk_full_;
  file->now = before + (half ? contents.substr(0, contents.size() / 2) : contents);
  // Half of the data may be on the disk by then, too.
  file->synced = file->now;
  if (disk_full_) return absl::ResourceExhaustedError("no space left on device");
  return End(fate);
}

absl::Status FaultFileSystem::LetAllRead(const std::string& path) {
  const Fate fate = Next();
  if (!fate.status.ok()) return fate.status;
  return names_.count(path) > 0 ? End(fate) : NoSuchFile(path);
}

absl::Status FaultFileSystem::Rename(const std::string& from, const std::string& to) {
  const Fate fate = Next();
  if (!fate.status.ok()) return fate.status;
  const auto found = names_.find(from);
  if (found == names_.end()) return NoSuchFile(from);
  // A rename is one step: in the middle of it, it has not happened.
  if (!fate.half) {
    names_[to] = found->second;
    names_.erase(found);
  }
  return End(fate);
}

absl::Status FaultFileSystem::SyncFolder(const std::string& path) {
  const Fate fate = Next();
  if (!fate.status.ok()) return fate.status;
  if (!fate.half) {
    Names synced;
    for (const auto& entry : synced_names_) {
      if (FolderOf(entry.first) != path) synced.insert(entry);
    }
    for (const auto& entry : names_) {
      if (FolderOf(entry.first) == path) synced.insert(entry);
    }
    synced_names_ = std::move(synced);
  }
  return End(fate);
}

absl::Status FaultFileSystem::Remove(const std::string& path) {
  const Fate fate = Next();
  if (!fate.status.ok()) return fate.status;
  if (names_.count(path) == 0) return NoSuchFile(path);
  if (!fate.half) names_.erase(path);
  return End(fate);
}

absl::Status FaultFileSystem::MakeFolders(const std::string&) {
  const Fate fate = Next();
  return fate.status.ok() ? End(fate) : fate.status;
}

void FaultFileSystem::CutPowerAt(int operation, Cut cut) {
  cut_at_ = operations_ + operation;
  cut_ = cut;
}

void FaultFileSystem::Restart(UnsyncedNames names) {
  if (names == UnsyncedNames::kLost) names_ = synced_names_;
  synced_names_ = names_;
  for (const auto& entry : names_) entry.second->now = entry.second->synced;
  powered_ = true;
  cut_at_ = -1;
}

std::map<std::string, std::string> FaultFileSystem::Files() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : names_) files[entry.first] = entry.second->now;
  return files;
}

void FaultFileSystem::Place(const std::string& path, const std::string& contents) {
  names_[path] = std::make_shared<File>(File{contents, contents});
  synced_names_[path] = names_[path];
}

void FaultFileSystem::FailAt(int operation, absl::Status status) {
  fail_at_ = operations_ + operation;
  failure_ = std::move(status);
}

}  // namespace hostctl::store
