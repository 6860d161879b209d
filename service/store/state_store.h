// The desired state on disk: old or new, never half, never silently lost.
//
// Save writes aside, syncs, renames over, and syncs the folder. A document that
// cannot be read (empty, cut off, not JSON, of a newer schema) is renamed to
// `<path>.set-aside-<N>` (first free N from 1), reported, and defaults take over.
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
  // `path` of the document; its folder is created on the first Save. `files` must outlive the store.
  StateStore(std::string path, FileSystem& files);

  // Defaults when there is no document. Fails only where the file system does:
  // the document exists and can be neither read nor set aside.
  absl::StatusOr<LoadedState> Load();

  // Returns once the document would survive a power cut. On error the previous
  // document is still the stored one.
  absl::Status Save(const DesiredState& state);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  FileSystem& files_;
};

}  // namespace hostctl::store
