// A file system in memory that forgets, at a power cut, whatever was not synced.
//
//   FaultFileSystem files;
//   files.CutPowerAt(2, Cut::kDuring);      // in the middle of the third operation
//   StateStore("/var/state.json", files).Save(state);
//   files.Restart(UnsyncedNames::kLost);    // what a machine finds after the cut
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/store/file_system.h"

namespace hostctl::store {

enum class Cut { kBefore, kDuring, kAfter };
// A rename that was not synced may have reached the disk all the same.
enum class UnsyncedNames { kLost, kKept };

class FaultFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) override;
  absl::Status WriteAndSync(const std::string& path, const std::string& contents) override;
  absl::Status LetAllRead(const std::string& path) override;
  absl::Status AppendAndSync(const std::string& path, const std::string& contents) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status SyncFolder(const std::string& path) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status MakeFolders(const std::string& path) override;

  // From the `operation`-th changing operation from now on (0: the next) there
  // is no power: every operation fails until Restart.
  void CutPowerAt(int operation, Cut cut);
  void Restart(UnsyncedNames names);

  // Changing operations so far.
  int operations() const { return operations_; }
  // Every path with its contents, as a running program sees them.
  std::map<std::string, std::string> Files() const;
  // Puts a file there that has always been there.
  void Place(const std::string& path, const std::string& contents);

  // The `operation`-th changing operation from now on fails with `status`, once, having done
  // nothing.
  void FailAt(int operation, absl::Status status);
  // Writes fail with RESOURCE_EXHAUSTED having written half, until set to false.
  void SetDiskFull(bool full) { disk_full_ = full; }
  // Reads of files that exist fail with `status` until set to OK.
  void FailReads(absl::Status status) { read_status_ = std::move(status); }

 private:
  struct File {
    std::string now;
    std::string synced;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  // What an operation must do: all, only the first half, or fail with a status.
  struct Fate {
    absl::Status status;
    bool half = false;
    bool lost_afterwards = false;
  };
  Fate Next();
  absl::Status End(const Fate& fate);
  absl::Status Write(const std::string& path, const std::string& before,
                     const std::string& contents);

  Names names_;
  Names synced_names_;
  int operations_ = 0;
  int cut_at_ = -1;
  Cut cut_ = Cut::kBefore;
  bool powered_ = true;
  int fail_at_ = -1;
  absl::Status failure_;
  bool disk_full_ = false;
  absl::Status read_status_;
};

}  // namespace hostctl::store
