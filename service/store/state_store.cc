// See state_store.h.
#include "service/store/state_store.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/store/remedy.h"

namespace hostctl::store {
namespace {

constexpr int kMostSetAside = 1000;

std::string FolderOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Where the next contents of `path` are written before they take over.
std::string AsideOf(const std::string& path) {
  return absl::StrCat(path, ".new");
}

}  // namespace

StateStore::StateStore(std::string path, FileSystem& files)
    : path_(std::move(path)),
      folder_(FolderOf(path_)),
      copy_path_(absl::StrCat(path_, ".good")),
      files_(files) {}

absl::StatusOr<LoadedState> StateStore::Load() {
  LoadedState loaded;
  const absl::StatusOr<std::string> text = files_.Read(path_);
  const bool missing = absl::IsNotFound(text.status());
  if (!missing && !text.ok()) {
    return Annotate(text.status(), "the stored state is not readable");
  }
  if (text.ok()) {
    absl::StatusOr<DesiredState> state = FromText(*text);
    if (state.ok()) {
      loaded.state = *std::move(state);
      // Of an earlier release, or the power was cut before it was written.
      if (files_.Read(copy_path_).value_or("") != *text) KeepCopy(*text);
      return loaded;
    }
    loaded.problem = std::string(state.status().message());
    absl::StatusOr<std::string> aside = SetAside(path_);
    if (!aside.ok()) {
      return Annotate(aside.status(), absl::StrCat("the stored state `", path_, "` is not usable (",
                                                   loaded.problem, ") and cannot be set aside"));
    }
    loaded.set_aside_path = *std::move(aside);
  }
  absl::StatusOr<std::optional<DesiredState>> copy = LoadCopy(loaded);
  if (!copy.ok()) return copy.status();
  if (!copy->has_value()) return loaded;
  if (missing) loaded.problem = absl::StrCat("there is no `", path_, "`");
  loaded.state = **std::move(copy);
  loaded.from_copy = true;
  // Where it cannot be, the copy is still there for the next start.
  static_cast<void>(Save(loaded.state));
  return loaded;
}

// Nothing when there is no copy; one that is of no use is set aside.
absl::StatusOr<std::optional<DesiredState>> StateStore::LoadCopy(LoadedState& loaded) {
  const absl::StatusOr<std::string> text = files_.Read(copy_path_);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return Annotate(text.status(), "the copy of the stored state is not readable");
  absl::StatusOr<DesiredState> state = FromText(*text);
  if (state.ok()) return std::optional(*std::move(state));
  absl::StatusOr<std::string> aside = SetAside(copy_path_);
  if (!aside.ok()) {
    return Annotate(aside.status(),
                    absl::StrCat("the copy of the stored state `", copy_path_, "` is not usable (",
                                 state.status().message(), ") and cannot be set aside"));
  }
  if (loaded.set_aside_path.empty()) {
    loaded.problem = std::string(state.status().message());
    loaded.set_aside_path = *std::move(aside);
  }
  return std::nullopt;
}

// Returns the path at which the unusable document is kept from now on.
absl::StatusOr<std::string> StateStore::SetAside(const std::string& path) {
  for (int number = 1; number <= kMostSetAside; ++number) {
    const std::string aside = absl::StrCat(path_, ".set-aside-", number);
    // Whatever is there, readable or not, is somebody's and stays.
    if (!absl::IsNotFound(files_.Read(aside).status())) continue;
    absl::Status moved = files_.Rename(path, aside);
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
  done = Replace(path_, text);
  if (!done.ok()) return done;
  done = files_.SyncFolder(folder_);
  if (!done.ok()) return PutBack(previous, done);
  KeepCopy(text);
  return done;
}

// Not yet safe from a power cut. On error `path` is as it was.
absl::Status StateStore::Replace(const std::string& path, const std::string& text) {
  absl::Status done = WriteAside(path, text);
  if (!done.ok()) return done;
  done = files_.Rename(AsideOf(path), path);
  if (!done.ok()) static_cast<void>(files_.Remove(AsideOf(path)));
  return done;
}

// Writes `text` beside `path`, or leaves nothing there.
absl::Status StateStore::WriteAside(const std::string& path, const std::string& text) {
  absl::Status written = files_.WriteAndSync(AsideOf(path), text);
  // Half a document is of no use, and may be what fills the disk.
  if (!written.ok()) static_cast<void>(files_.Remove(AsideOf(path)));
  return written;
}

// Only once the document itself is safe: at every moment one of the two is whole.
void StateStore::KeepCopy(const std::string& text) {
  copy_status_ = Replace(copy_path_, text);
  if (copy_status_.ok()) copy_status_ = files_.SyncFolder(folder_);
}

// The new document is in place without being safe there, and the caller is about
// to hear that it was not stored. Returns `failure`, with more if that is not so.
absl::Status StateStore::PutBack(const absl::StatusOr<std::string>& previous,
                                 const absl::Status& failure) {
  const absl::Status back = previous.ok() ? Replace(path_, *previous) : files_.Remove(path_);
  static_cast<void>(files_.SyncFolder(folder_));
  if (back.ok()) return failure;
  return Annotate(failure, absl::StrCat("`", path_, "` holds the new state and the previous one ",
                                        "could not be put back (", back.message(), ")"));
}

}  // namespace hostctl::store
