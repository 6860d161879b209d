#include "service/diagnose/clock_programs.h"

#include <linux/capability.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace hostctl::diagnose {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestFile = 64 * 1024;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLongestFile, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

std::string NameOf(const ProcessText& process) {
  return process.arguments.empty() ? "" : fs::path(process.arguments.front()).filename().string();
}

bool Has(const ProcessText& process, const std::string& option) {
  return std::count(process.arguments.begin(), process.arguments.end(), option) > 0;
}

// CAP_SYS_TIME is in CapEff of /proc/PID/status.
bool MaySetTime(const std::string& status) {
  const size_t at = status.find("CapEff:");
  if (at == std::string::npos) return true;  // not told: assume the worst
  const uint64_t effective = std::strtoull(status.c_str() + at + 7, nullptr, 16);
  return (effective >> CAP_SYS_TIME & 1) != 0;
}

// `free_running 1` in ptp4l's configuration or `--free_running=1` behind it.
bool IsFreeRunning(const ProcessText& process) {
  if (Has(process, "--free_running=1")) return true;
  for (const auto& line : absl::StrSplit(process.config, '\n')) {
    const std::vector<std::string> words =
        absl::StrSplit(std::string(line), absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() == 2 && words[0] == "free_running") return words[1] == "1";
  }
  return false;
}

std::string ConfigPath(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == "-f") return arguments[i + 1];
  }
  return "";
}

}  // namespace

bool SteersClock(const ProcessText& process) {
  static constexpr std::array<const char*, 6> kAlways = {
      "ntpd", "ntpsec", "phc2sys", "timemaster", "openntpd", "systemd-timesyncd"};
  const std::string name = NameOf(process);
  if (!MaySetTime(process.status)) return false;
  if (name == "chronyd") return !Has(process, "-x");
  if (name == "ptp4l") return !IsFreeRunning(process);
  return std::any_of(kAlways.begin(), kAlways.end(),
                     [&](const char* always) { return name == always; });
}

std::vector<ClockProgram> FindClockPrograms(const std::string& proc,
                                            const std::string& only_network,
                                            const std::vector<int>& ours) {
  std::vector<ClockProgram> programs;
  std::error_code error;
  for (fs::directory_iterator entry(proc, error), end; !error && entry != end;
       entry.increment(error)) {
    ProcessText process;
    if (!absl::SimpleAtoi(entry->path().filename().string(), &process.pid)) continue;
    if (std::count(ours.begin(), ours.end(), process.pid) > 0) continue;
    const std::string folder = entry->path().string();
    process.arguments = absl::StrSplit(ReadFile(folder + "/cmdline"), '\0', absl::SkipEmpty());
    process.status = ReadFile(folder + "/status");
    if (NameOf(process) == "ptp4l") process.config = ReadFile(ConfigPath(process.arguments));
    if (!SteersClock(process)) continue;
    std::error_code gone;
    const std::string network = fs::read_symlink(folder + "/ns/net", gone).string();
    if (!only_network.empty() && network != only_network) continue;
    programs.push_back({NameOf(process), process.pid, absl::StrJoin(process.arguments, " ")});
  }
  return programs;
}

}  // namespace hostctl::diagnose
