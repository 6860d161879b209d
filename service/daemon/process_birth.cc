#include "service/daemon/process_birth.h"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace hostctl::daemon {

std::optional<uint64_t> BirthTicksIn(const std::string& stat) {
  constexpr int kFieldsFromNameToBirth = 20;  // fields 3 to 22
  const size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string::npos) return std::nullopt;
  std::istringstream rest(stat.substr(end_of_name + 1));
  std::string field;
  for (int i = 0; i < kFieldsFromNameToBirth; ++i) {
    if (!(rest >> field)) return std::nullopt;
  }
  uint64_t ticks = 0;
  if (!absl::SimpleAtoi(field, &ticks)) return std::nullopt;
  return ticks;
}

std::optional<uint64_t> BirthTicks(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  return BirthTicksIn(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::optional<absl::Time> StartTimeOf(pid_t pid) {
  const std::optional<uint64_t> ticks = BirthTicks(pid);
  if (!ticks.has_value()) return std::nullopt;
  timespec up{};
  clock_gettime(CLOCK_BOOTTIME, &up);
  const absl::Duration born =
      absl::Seconds(static_cast<double>(*ticks) / static_cast<double>(sysconf(_SC_CLK_TCK)));
  return absl::Now() - (absl::DurationFromTimespec(up) - born);
}

}  // namespace hostctl::daemon
