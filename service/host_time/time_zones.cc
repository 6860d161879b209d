#include "service/host_time/time_zones.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/reconcile/failure.h"

namespace hostctl::host_time {
namespace {

namespace fs = std::filesystem;

constexpr char kListZones[] = "hostctl system time zone list";

// RFC 9636 3.1: a file of rules begins so.
bool IsZoneFile(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> magic{};
  return file.read(magic.data(), magic.size()) && std::memcmp(magic.data(), "TZif", 4) == 0;
}

// Folders of zoneinfo that hold every zone again, without and with leap seconds.
bool IsDuplicateFolder(const std::string& name) {
  return name == "posix" || name == "right";
}

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().string();
}

// `../usr/share/zoneinfo/Europe/Berlin` -> `Europe/Berlin`; empty: not below the zones.
std::string NameIn(const std::string& target, const std::string& zoneinfo) {
  const std::string folder = fs::path(zoneinfo).filename().string() + "/";
  const size_t at = target.rfind(folder);
  if (at == std::string::npos || (at > 0 && target[at - 1] != '/')) return "";
  const std::string name = target.substr(at + folder.size());
  return IsZoneName(name) ? name : "";
}

absl::Status NotSet(const std::string& name, const std::string& what, int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return reconcile::Failure(
      denied ? absl::StatusCode::kPermissionDenied : absl::StatusCode::kInternal,
      absl::StrCat("cannot set the time zone to ", name, ": ", what),
      {"TIME_ZONE_NOT_SET", "name",
       denied ? "let hostd ask systemd-timedated, as packaging/hostctl.polkit does, or run it as "
                "root"
              : ""});
}

}  // namespace

bool IsZoneName(const std::string& name) {
  if (name.empty() || name.size() > 255) return false;
  for (const auto& word : absl::StrSplit(name, '/')) {
    if (word.empty() || word[0] == '-') return false;
    for (const char c : word) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '+' && c != '-') {
        return false;
      }
    }
  }
  return true;
}

TimeZones::TimeZones(store::FileSystem& files, ZonePaths paths, Setter setter)
    : files_(files), paths_(std::move(paths)), setter_(std::move(setter)) {}

std::string TimeZones::Current() {
  std::error_code error;
  const fs::path target = fs::read_symlink(paths_.localtime, error);
  if (!error) return NameIn(target.string(), paths_.zoneinfo);
  if (!fs::exists(paths_.localtime, error)) return "UTC";  // localtime(5)
  const auto written = files_.Read(paths_.timezone);
  if (!written.ok()) return "";
  const std::string name(absl::StripAsciiWhitespace(*written));
  return IsZoneName(name) ? name : "";
}

absl::StatusOr<std::vector<std::string>> TimeZones::Names() {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator it(paths_.zoneinfo, error);
  const fs::recursive_directory_iterator end;
  for (; !error && it != end; it.increment(error)) {
    if (it.depth() == 0 && IsDuplicateFolder(it->path().filename().string())) {
      it.disable_recursion_pending();
      continue;
    }
    const std::string name = it->path().lexically_relative(paths_.zoneinfo).string();
    // `localtime` and `posixrules` are this host's, not zones of their own.
    if (name == "localtime" || name == "posixrules" || !IsZoneName(name)) continue;
    if (IsZoneFile(it->path())) names.push_back(name);
  }
  if (names.empty()) {
    return reconcile::Failure(absl::StatusCode::kNotFound,
                              absl::StrCat("there are no time zones in ", paths_.zoneinfo),
                              {"TIME_ZONES_MISSING", "", "apt-get install tzdata"});
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status TimeZones::NotFound(const std::string& name) {
  std::string suggestion;
  const auto names = Names();
  if (!names.ok()) return names.status();
  for (const std::string& known : *names) {
    // `berlin` for `Europe/Berlin`, `utc` for `UTC`.
    const std::string last = known.substr(known.rfind('/') + 1);
    if (absl::EqualsIgnoreCase(known, name) ||
        (suggestion.empty() && absl::EqualsIgnoreCase(last, name))) {
      suggestion = known;
    }
  }
  return reconcile::Failure(
      absl::StatusCode::kNotFound,
      absl::StrCat("there is no time zone `", name, "`",
                   suggestion.empty() ? "" : absl::StrCat("; did you mean ", suggestion, "?")),
      {"TIME_ZONE_NOT_FOUND", "name", kListZones});
}

absl::StatusOr<absl::TimeZone> TimeZones::Load(const std::string& name) {
  const std::string path = absl::StrCat(paths_.zoneinfo, "/", name);
  absl::TimeZone zone;
  if (!IsZoneName(name) || !IsZoneFile(path) || !absl::LoadTimeZone(path, &zone)) {
    return NotFound(name);
  }
  return zone;
}

absl::Status TimeZones::Set(const std::string& name) {
  const auto zone = Load(name);
  if (!zone.ok()) return zone.status();
  const std::lock_guard<std::mutex> lock(setting_);
  if (setter_) {
    absl::Status asked = setter_(name);
    return asked.ok() ? asked
                      : NotSet(name, std::string(asked.message()),
                               absl::IsPermissionDenied(asked) ? EACCES : 0);
  }

  // The name first: should the link fail, it can be put back.
  const auto former = files_.Read(paths_.timezone);
  const auto write_name = [&](const std::string& text) -> absl::Status {
    const std::string aside = paths_.timezone + ".hostctl-new";
    absl::Status done = files_.WriteAndSync(aside, text);
    if (done.ok()) done = files_.LetAllRead(aside);
    if (done.ok()) done = files_.Rename(aside, paths_.timezone);
    if (!done.ok()) (void)files_.Remove(aside);
    return done;
  };
  if (former.ok()) {
    absl::Status written = write_name(name + "\n");
    if (!written.ok()) {
      return NotSet(name, std::string(written.message()),
                    absl::IsPermissionDenied(written) ? EACCES : 0);
    }
  }

  const std::string aside = paths_.localtime + ".hostctl-new";
  unlink(aside.c_str());  // of a hostd that was killed between the two calls
  const std::string target = absl::StrCat(paths_.zoneinfo, "/", name);
  if (symlink(target.c_str(), aside.c_str()) != 0 ||
      rename(aside.c_str(), paths_.localtime.c_str()) != 0) {
    const int error = errno;
    unlink(aside.c_str());
    if (former.ok()) (void)write_name(*former);
    return NotSet(
        name, absl::StrCat("cannot replace ", paths_.localtime, ": ", std::strerror(error)), error);
  }
  absl::Status synced = files_.SyncFolder(FolderOf(paths_.localtime));
  return synced.ok() ? synced : NotSet(name, std::string(synced.message()), 0);
}

}  // namespace hostctl::host_time
