#include "service/diagnose/kernel_clock.h"

#include <sys/timex.h>
#include <time.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace hostctl::diagnose {
namespace {

// From 1900, where the list counts from, to 1970.
constexpr int64_t kNtpToUnix = 2208988800;
constexpr char kRtc[] = "/sys/class/rtc/rtc0/since_epoch";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double RealtimeSeconds() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

std::optional<int> TaiOffsetFromList(const std::string& list, int64_t unix_s) {
  std::optional<int> offset;
  for (const auto& piece : absl::StrSplit(list, '\n')) {
    const std::string line(piece);
    std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t time = 0;
    if (words.size() == 2 && words[0] == "#@" && absl::SimpleAtoi(words[1], &time)) {
      if (time - kNtpToUnix < unix_s) return std::nullopt;  // expired
      continue;
    }
    int seconds = 0;
    if (words.size() < 2 || absl::StartsWith(words[0], "#")) continue;
    if (!absl::SimpleAtoi(words[0], &time) || !absl::SimpleAtoi(words[1], &seconds)) continue;
    if (time - kNtpToUnix <= unix_s) offset = seconds;
  }
  return offset;
}

KernelClock ReadKernelClock(const std::string& leap_seconds_file) {
  KernelClock clock;
  timex state{};
  clock.known = adjtimex(&state) >= 0;
  clock.tai_offset_s = state.tai;
  if (!leap_seconds_file.empty()) {
    clock.leap_list_tai_offset_s =
        TaiOffsetFromList(ReadFile(leap_seconds_file), static_cast<int64_t>(RealtimeSeconds()));
  }
  int64_t rtc = 0;
  if (absl::SimpleAtoi(ReadFile(kRtc), &rtc)) {
    clock.rtc_minus_kernel_s = static_cast<double>(rtc) - RealtimeSeconds();
  }
  return clock;
}

}  // namespace hostctl::diagnose
