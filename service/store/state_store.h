// The desired state on disk: old or new, never half, never silently lost.
//
//   StateStore store("/var/lib/hostctl/state.json", PosixFileSystem());
//   absl::StatusOr<LoadedState> loaded = store.Load();
//   ...
//   absl::Status stored = store.Save(state);
//
// Save writes `<path>.new`, syncs it, renames it over `path`, and syncs the
// folder. A document that cannot be understood (empty, cut off, not JSON, of a
// newer schema) is renamed to `<path>.set-aside-<N>` (first free N from 1),
// reported, and defaults take over.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/store/desired_state.h"
#include "service/store/file_system.h"

namespace hostctl::store {

struct LoadedState {
  DesiredState state;
  // Where an unreadable document was moved, and what was wrong with it; both
  // empty in the ordinary case.
  std::string set_aside_path;
  std::string set_aside_reason;
};

class StateStore {
 public:
  // `path` of the document; its folder is created on the first Save. `files` must outlive the
  // store.
  StateStore(std::string path, FileSystem& files);

  // Defaults when there is no document. Fails only where the file system does:
  // the document exists and its bytes cannot be read (that says nothing against
  // the document, so it stays where it is), or it cannot be set aside.
  absl::StatusOr<LoadedState> Load();

  // Returns once the document would survive a power cut. On error the previous
  // document is still the stored one. INVALID_ARGUMENT for a state that Load
  // would not accept; RESOURCE_EXHAUSTED when the disk is full.
  absl::Status Save(const DesiredState& state);

  const std::string& path() const { return path_; }

 private:
  absl::Status WriteAside(const std::string& text);
  absl::Status PutBack(const absl::StatusOr<std::string>& previous, const absl::Status& failure);
  absl::StatusOr<std::string> SetAside();

  std::string path_;
  std::string folder_;
  std::string new_path_;  // where the next document is written before it takes over
  FileSystem& files_;
};

}  // namespace hostctl::store
