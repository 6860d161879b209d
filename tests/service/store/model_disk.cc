// See model_disk.h.
#include "tests/service/store/model_disk.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <utility>

namespace hostctl::store {
namespace {

std::string FolderOf(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

}  // namespace

ModelDisk::ModelDisk(const Files& files) {
  for (const auto& [path, contents] : files) {
    names_[path] = std::make_shared<File>(File{contents, contents});
  }
  synced_names_ = names_;
}

void ModelDisk::Apply(const Change& change, Names& names) {
  if (!change.from.empty()) names.erase(change.from);
  if (change.file == nullptr) {
    names.erase(change.to);
  } else {
    names[change.to] = change.file;
  }
}

void ModelDisk::Do(Change change) {
  Apply(change, names_);
  unsynced_.push_back(std::move(change));
}

void ModelDisk::Open(const SystemCall& call, const std::string& path, uint64_t flags) {
  opened_[static_cast<int>(call.result)] = path;
  const bool there = names_.count(path) > 0;
  if (!there && (flags & O_CREAT) != 0) Do({"", path, std::make_shared<File>()});
  if (there && (flags & O_TRUNC) != 0) names_[path]->now.clear();
}

void ModelDisk::Sync(int fd) {
  const std::string& path = opened_[fd];
  if (const auto file = names_.find(path); file != names_.end()) {
    file->second->synced = file->second->now;
    return;
  }
  std::vector<Change> others;
  for (Change& change : unsynced_) {
    if (FolderOf(change.to) == path) {
      Apply(change, synced_names_);
    } else {
      others.push_back(std::move(change));
    }
  }
  unsynced_ = std::move(others);
}

void ModelDisk::Take(const SystemCall& call) {
  if (call.result < 0) return;
  const int fd = static_cast<int>(call.arguments[0]);
  switch (call.number) {
    case SYS_openat:
      Open(call, call.first, call.arguments[2]);
      break;
    case SYS_write:
      if (opened_.count(fd) > 0) {
        names_[opened_[fd]]->now += call.data.substr(0, static_cast<size_t>(call.result));
      }
      break;
    case SYS_fsync:
    case SYS_fdatasync:
      Sync(fd);
      break;
    case SYS_close:
      opened_.erase(fd);
      break;
    case SYS_unlinkat:
      Do({"", call.first, nullptr});
      break;
    case SYS_renameat:
    case SYS_renameat2:
      Do({call.first, call.second, names_[call.first]});
      break;
#ifdef SYS_rename
    case SYS_open:
      Open(call, call.first, call.arguments[1]);
      break;
    case SYS_unlink:
      Do({"", call.first, nullptr});
      break;
    case SYS_rename:
      Do({call.first, call.second, names_[call.first]});
      break;
#endif
    default:
      break;
  }
}

std::set<ModelDisk::Files> ModelDisk::AfterPowerCut() const {
  std::set<Files> all;
  for (size_t chosen = 0; chosen < size_t{1} << unsynced_.size(); ++chosen) {
    Names names = synced_names_;
    for (size_t i = 0; i < unsynced_.size(); ++i) {
      if ((chosen >> i & 1U) != 0) Apply(unsynced_[i], names);
    }
    for (const int part : {0, 1, 2}) {  // none, half or all of what was written
      Files files;
      for (const auto& [path, file] : names) {
        const bool whole = file->now == file->synced;
        files[path] = whole       ? file->now
                      : part == 0 ? file->synced
                      : part == 1 ? file->now.substr(0, file->now.size() / 2)
                                  : file->now;
      }
      all.insert(std::move(files));
    }
  }
  return all;
}

}  // namespace hostctl::store
