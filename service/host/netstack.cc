#include "service/host/netstack.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace hostctl::host {
namespace {

namespace fs = std::filesystem;

// Two files are one namespace when both numbers agree (namespaces(7)).
bool SameNamespace(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::string NetstackName(const std::string& named, const std::string& first) {
  struct stat ours {};
  if (stat("/proc/thread-self/ns/net", &ours) != 0) return kDefaultNetstack;
  std::error_code error;
  for (fs::directory_iterator file(named, error), end; !error && file != end;
       file.increment(error)) {
    struct stat other {};
    if (stat(file->path().c_str(), &other) == 0 && SameNamespace(ours, other)) {
      return file->path().filename().string();
    }
  }
  struct stat init {};
  if (stat(first.c_str(), &init) != 0 || SameNamespace(ours, init)) return kDefaultNetstack;
  return absl::StrCat("net:[", ours.st_ino, "]");
}

}  // namespace hostctl::host
