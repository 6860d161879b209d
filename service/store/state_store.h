// The desired state on disk: old or new, never half, never silently lost.
//
//   StateStore store("/var/lib/hostctl/state.json", PosixFileSystem());
//   absl::StatusOr<LoadedState> loaded = store.Load();
//   ...
//   absl::Status stored = store.Save(state);
//
// Save writes `<path>.new`, syncs it, renames it over `path`, and syncs the
// folder; then it does the same with a copy, `<path>.good`. A document that cannot be
// understood (empty, cut off, not JSON, of another checksum, of a newer schema) is renamed
// to `<path>.set-aside-<N>` (first free N from 1), reported, and the copy takes over;
// defaults where that is of no use either.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/store/desired_state.h"
#include "service/store/file_system.h"

namespace hostctl::store {

struct LoadedState {
  DesiredState state;
  // What was wrong with the document, and where it was moved (empty when it was
  // missing); both empty in the ordinary case.
  std::string problem;
  std::string set_aside_path;
  bool from_copy = false;  // `state` is the last good copy's
};

class StateStore {
 public:
  // `path` of the document; its folder is created on the first Save. `files` must outlive the
  // store.
  StateStore(std::string path, FileSystem& files);

  // Defaults when there is no document and no copy. Fails only where the file system
  // does: a file exists and its bytes cannot be read (that says nothing against
  // them, so it stays where it is), or it cannot be set aside.
  absl::StatusOr<LoadedState> Load();

  // Returns once the document would survive a power cut. On error the previous
  // document is still the stored one. INVALID_ARGUMENT for a state that Load
  // would not accept; RESOURCE_EXHAUSTED when the disk is full.
  absl::Status Save(const DesiredState& state);

  // Why the copy is not that of the document; OK when it is. Nothing is lost by that as
  // long as the document is there.
  const absl::Status& copy_status() const { return copy_status_; }

  const std::string& path() const { return path_; }

 private:
  absl::Status Replace(const std::string& path, const std::string& text);
  absl::Status WriteAside(const std::string& path, const std::string& text);
  absl::Status PutBack(const absl::StatusOr<std::string>& previous, const absl::Status& failure);
  absl::StatusOr<std::string> SetAside(const std::string& path);
  absl::StatusOr<std::optional<DesiredState>> LoadCopy(LoadedState& loaded);
  void KeepCopy(const std::string& text);

  std::string path_;
  std::string folder_;
  std::string copy_path_;
  FileSystem& files_;
  absl::Status copy_status_;
};

}  // namespace hostctl::store
