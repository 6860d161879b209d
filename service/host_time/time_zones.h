// The time zones that this host knows (tzdata) and the one it is in, localtime(5).
//
//   TimeZones zones(store::PosixFileSystem());
//   zones.Current();                       // "Europe/Berlin"
//   absl::Status set = zones.Set("UTC");
//
// Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/store/file_system.h"

namespace hostctl::host_time {

struct ZonePaths {
  std::string zoneinfo = "/usr/share/zoneinfo";
  std::string localtime = "/etc/localtime";  // the symbolic link that counts
  std::string timezone = "/etc/timezone";    // Debian's copy of the name, kept where there is one
};

class TimeZones {
 public:
  // Makes a zone, which there is, the host's, where we may not replace its files ourselves.
  using Setter = std::function<absl::Status(const std::string& name)>;

  // Without `setter` the files of `paths` are replaced.
  explicit TimeZones(store::FileSystem& files, ZonePaths paths = {}, Setter setter = nullptr);

  // Name of the host's zone; `UTC` where none is set, empty where /etc/localtime is a file
  // of its own and nobody wrote its name down.
  std::string Current();

  // Every name, sorted. NOT_FOUND TIME_ZONES_MISSING.
  absl::StatusOr<std::vector<std::string>> Names();

  // The rules of a zone. NOT_FOUND TIME_ZONE_NOT_FOUND, also for a name that is none.
  absl::StatusOr<absl::TimeZone> Load(const std::string& name);

  // Makes `name` the host's zone: links /etc/localtime to it in one step, and writes
  // /etc/timezone where it exists. On error all is as before. Errors as Load();
  // PERMISSION_DENIED or INTERNAL TIME_ZONE_NOT_SET.
  absl::Status Set(const std::string& name);

 private:
  absl::Status NotFound(const std::string& name);

  store::FileSystem& files_;
  const ZonePaths paths_;
  const Setter setter_;
  std::mutex setting_;
};

// Whether `name` can be a zone's: words of letters, digits, `_`, `+` and `-`, separated by
// single slashes. So it never leaves the folder of zones.
bool IsZoneName(const std::string& name);

}  // namespace hostctl::host_time
