#include "service/store/remedy.h"

#include <cerrno>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace hostctl::store {
namespace {

constexpr char kPayload[] = "hostctl.store.remedy";

std::string RemedyFor(int error, const std::string& path) {
  switch (error) {
    case ENOSPC:
      return absl::StrCat("make room on the disk of ", path, " (df, du)");
    case EDQUOT:
      return absl::StrCat("raise the quota of hostd's user on the disk of ", path);
    case EROFS:
      return absl::StrCat("mount the disk of ", path, " writable (findmnt -T); dmesg says why it ",
                          "became read-only");
    case EACCES:
    case EPERM:
      return absl::StrCat("let hostd's user write to ", path, " and its folder (namei -l)");
    case EMFILE:
    case ENFILE:
      return "allow hostd more open files (LimitNOFILE= of its unit)";
    case EIO:
      return absl::StrCat("look after the disk of ", path, " (dmesg, smartctl)");
    default:
      return "";
  }
}

}  // namespace

absl::Status FileError(int error, const std::string& operation, const std::string& path) {
  absl::Status status =
      absl::ErrnoToStatus(error, absl::StrCat("cannot ", operation, " `", path, "`"));
  const std::string remedy = RemedyFor(error, path);
  if (!remedy.empty()) status.SetPayload(kPayload, absl::Cord(remedy));
  return status;
}

std::string RemedyOf(const absl::Status& status) {
  const auto remedy = status.GetPayload(kPayload);
  return remedy.has_value() ? std::string(*remedy) : "";
}

absl::Status Annotate(const absl::Status& status, const std::string& what) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(what, ": ", status.message()));
  status.ForEachPayload([&annotated](absl::string_view type, const absl::Cord& payload) {
    annotated.SetPayload(type, payload);
  });
  return annotated;
}

}  // namespace hostctl::store
