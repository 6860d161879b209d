// See state_store.h.
#include "service/store/state_store.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::store {
namespace {

constexpr int kMostSetAside = 1000;

std::string FolderOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status Annotate(const absl::Status& status, const std::string& what) {
  if (status.ok()) return status;
  return {status.code(), absl::StrCat(what, ": ", status.message())};
}

}  // namespace

StateStore::StateStore(std::string path, FileSystem& files)
    : path_(std::move(path)),
      folder_(FolderOf(path_)),
      new_path_(absl::StrCat(path_, ".new")),
      files_(files) {}

absl::StatusOr<LoadedState> StateStore::Load() {
  const absl::StatusOr<std::string> text = files_.Read(path_);
  if (absl::IsNotFound(text.status())) return LoadedState{};
  if (!text.ok()) return Annotate(text.status(), "the stored state is not readable");

  LoadedState loaded;
  absl::StatusOr<DesiredState> state = FromText(*text);
  if (state.ok()) {
    loaded.state = *std::move(state);
    return loaded;
  }
  absl::StatusOr<std::string> aside = SetAside();
  if (!aside.ok()) {
    return Annotate(aside.status(),
                    absl::StrCat("the stored state `", path_, "` is not usable (",
                                 state.status().message(), ") and cannot be set aside"));
  }
  loaded.set_aside_path = *std::move(aside);
  loaded.set_aside_reason = std::string(state.status().message());
  return loaded;
}

// Returns the path at which the unusable document is kept from now on.
absl::StatusOr<std::string> StateStore::SetAside() {
  for (int number = 1; number <= kMostSetAside; ++number) {
    const std::string aside = absl::StrCat(path_, ".set-aside-", number);
    // Whatever is there, readable or not, is somebody's and stays.
    if (!absl::IsNotFound(files_.Read(aside).status())) continue;
    absl::Status moved = files_.Rename(path_, aside);
    if (moved.ok()) moved = files_.SyncFolder(folder_);
    if (!moved.ok()) return moved;
    return aside;
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      "there are ", kMostSetAside, " files set aside already; remove ", path_, ".set-aside-*"));
}

absl::Status StateStore::Save(const DesiredState& state) {
  const std::string text = ToText(state);
  // What the next start would set aside must not become the stored state.
  const absl::StatusOr<DesiredState> again = FromText(text);
  if (!again.ok()) return Annotate(again.status(), "this state cannot be stored");
  if (!(*again == state)) {
    return absl::InvalidArgumentError("this state cannot be stored: it reads back different");
  }

  absl::Status done = files_.MakeFolders(folder_);
  if (!done.ok()) return done;
  const absl::StatusOr<std::string> previous = files_.Read(path_);
  if (!previous.ok() && !absl::IsNotFound(previous.status())) {
    return Annotate(previous.status(), "the stored state cannot be replaced");
  }
  done = WriteAside(text);
  if (!done.ok()) return done;
  done = files_.Rename(new_path_, path_);
  if (!done.ok()) {
    static_cast<void>(files_.Remove(new_path_));
    return done;
  }
  done = files_.SyncFolder(folder_);
  return done.ok() ? done : PutBack(previous, done);
}

// Writes `text` to new_path_, or leaves nothing there.
absl::Status StateStore::WriteAside(const std::string& text) {
  absl::Status written = files_.WriteAndSync(new_path_, text);
  // Half a document is of no use, and may be what fills the disk.
  if (!written.ok()) static_cast<void>(files_.Remove(new_path_));
  return written;
}

// The new document is in place without being safe there, and the caller is about
// to hear that it was not stored. Returns `failure`, with more if that is not so.
absl::Status StateStore::PutBack(const absl::StatusOr<std::string>& previous,
                                 const absl::Status& failure) {
  absl::Status back;
  if (previous.ok()) {
    back = WriteAside(*previous);
    if (back.ok()) back = files_.Rename(new_path_, path_);
  } else {
    back = files_.Remove(path_);
  }
  static_cast<void>(files_.SyncFolder(folder_));
  if (back.ok()) return failure;
  return Annotate(failure, absl::StrCat("`", path_, "` holds the new state and the previous one ",
                                        "could not be put back (", back.message(), ")"));
}

}  // namespace hostctl::store
