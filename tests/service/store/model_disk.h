// What a disk may hold after a power cut: everything that was synced, and any part of the
// rest. It is told what a program asked of the kernel.
//
//   ModelDisk disk({{"/var/state.json", "old"}});
//   for (const SystemCall& call : trace.calls) disk.Take(call);
//   for (const ModelDisk::Files& files : disk.AfterPowerCut()) ...
//
// The contents of a file are on the disk after fsync(2) of it: before, all of them may be
// there, half of them or none. Its name, a rename or a removal is after fsync of the
// folder: before, each may have happened or not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/service/store/traced_program.h"

namespace hostctl::store {

class ModelDisk {
 public:
  using Files = std::map<std::string, std::string>;  // by path

  // `files` have long been on the disk.
  explicit ModelDisk(const Files& files);

  // A call that was carried out; those that concern no files change nothing.
  void Take(const SystemCall& call);

  std::set<Files> AfterPowerCut() const;

 private:
  struct File {
    std::string now;
    std::string synced;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;
  // One step: `to` names `file` (nothing: it is removed), `from` (if not empty) no more.
  struct Change {
    std::string from, to;
    std::shared_ptr<File> file;
  };
  static void Apply(const Change& change, Names& names);
  void Do(Change change);
  void Open(const SystemCall& call, const std::string& path, uint64_t flags);
  void Sync(int fd);

  Names names_;
  Names synced_names_;
  std::vector<Change> unsynced_;       // since the folder was synced
  std::map<int, std::string> opened_;  // files and folders
};

}  // namespace hostctl::store
