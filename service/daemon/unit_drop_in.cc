#include "service/daemon/unit_drop_in.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace hostctl::daemon {
namespace {

constexpr char kBind[] = "BindReadOnlyPaths=";
constexpr char kLogLevel[] = "LogLevelMax=";

// Where chronyd looks for its configuration: Debian's place, else everybody else's.
std::string ChronyConfFile() {
  const std::string debian = "/etc/chrony/chrony.conf";
  return access(debian.c_str(), F_OK) == 0 ? debian : "/etc/chrony.conf";
}

// What stands after `name` in its line, up to `end`; nothing when there is no such line.
std::optional<std::string> ValueOf(const std::string& text, const std::string& name, char end) {
  const size_t found = text.find("\n" + name);
  if (found == std::string::npos) return std::nullopt;
  const size_t begin = found + 1 + name.size();
  const size_t stop = text.find(end, begin);
  if (stop == std::string::npos) return std::nullopt;
  return text.substr(begin, stop - begin);
}

}  // namespace

std::string DropInText(const OwnConfiguration& configuration, const std::string& read_file) {
  // systemd's names of severities are those of syslog.
  const std::string level = configuration.log_level == "error" ? "err" : configuration.log_level;
  return absl::StrCat(
      "# Made by hostd; gone when `hostctl system ntp set --disable`, or with the next boot.\n"
      "[Service]\n",
      kBind, configuration.file, ":", read_file, "\n", kLogLevel, level, "\n");
}

std::optional<OwnConfiguration> ConfigurationIn(const std::string& drop_in) {
  auto file = ValueOf(drop_in, kBind, ':');
  auto level = ValueOf(drop_in, kLogLevel, '\n');
  if (!file.has_value() || !level.has_value()) return std::nullopt;
  return OwnConfiguration{*file, *level == "err" ? "error" : *level};
}

DropIn::DropIn(const std::string& folder, const std::string& unit)
    : folder_(absl::StrCat(folder, "/", unit, ".d")), path_(folder_ + "/50-hostctl.conf") {}

std::optional<OwnConfiguration> DropIn::Read() const {
  std::ifstream file(path_);
  if (!file) return std::nullopt;
  return ConfigurationIn(std::string(std::istreambuf_iterator<char>(file), {}));
}

absl::Status DropIn::Write(const OwnConfiguration& configuration) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const std::string aside = path_ + ".new";
  std::ofstream file(aside, std::ios::trunc);
  file << DropInText(configuration, ChronyConfFile());
  file.close();
  if (file && std::rename(aside.c_str(), path_.c_str()) == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot write ", path_, ": ", std::strerror(errno)));
}

absl::Status DropIn::Remove() const {
  if (unlink(path_.c_str()) == 0 || errno == ENOENT) {
    rmdir(folder_.c_str());  // unless somebody else has one there
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("cannot remove ", path_, ": ", std::strerror(errno)));
}

}  // namespace hostctl::daemon
