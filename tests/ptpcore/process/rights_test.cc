#include "ptpcore/process/rights.h"

#include <linux/capability.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "in_a_child.h"

namespace ptpcore::process {
namespace {

// `NoNewPrivs` -> `1`, of this process.
std::string StatusOf(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    if (word == name + ":" && file >> word) return word;
  }
  return "";
}

uint64_t Set(const std::string& name) {
  return std::stoull(StatusOf(name), nullptr, 16);
}

constexpr uint64_t Bit(unsigned capability) {
  return uint64_t{1} << capability;
}

constexpr uint64_t kUsed = Bit(CAP_SYS_TIME) | Bit(CAP_NET_BIND_SERVICE) | Bit(CAP_NET_RAW);
constexpr uint64_t kKept = kUsed | Bit(CAP_NET_ADMIN) | Bit(CAP_IPC_LOCK) | Bit(CAP_SYS_NICE);

TEST(Rights, NoneIsGainedAndWhatAnEngineHasNoUseForIsGone) {
  const uint64_t had = Set("CapPrm");
  const int code = ExitCodeOf(InAChild([&] {
    if (!KeepEngineRights().ok()) return 1;
    if (Set("CapPrm") != (had & kKept) || Set("CapEff") != (had & kKept)) return 2;
    if (Set("CapInh") != 0 || Set("CapAmb") != 0) return 3;
    if (StatusOf("NoNewPrivs") != "1") return 4;
    // A second time changes nothing.
    return KeepEngineRights().ok() && Set("CapPrm") == (had & kKept) ? 0 : 5;
  }));
  EXPECT_EQ(code, 0);
}

TEST(Rights, RootBecomesAnotherUserAndCannotGoBack) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const uint64_t had = Set("CapPrm");
  const int code = ExitCodeOf(InAChild([&] {
    if (!BecomeUser("nobody").ok()) return 1;
    if (getuid() == 0 || geteuid() == 0 || getgid() == 0) return 2;
    if (getgroups(0, nullptr) != 0) return 3;
    if (Set("CapEff") != (had & (kUsed | Bit(CAP_IPC_LOCK)))) return 4;
    if ((Set("CapBnd") & ~(kUsed | Bit(CAP_IPC_LOCK))) != 0) return 5;
    if (setuid(0) == 0 || setgid(0) == 0) return 6;
    return StatusOf("NoNewPrivs") == "1" ? 0 : 7;
  }));
  EXPECT_EQ(code, 0);
}

TEST(Rights, AUserThatThereIsNotIsNamed) {
  const absl::Status status = BecomeUser("no-such-user");
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(status.message(), "there is no user no-such-user");
}

}  // namespace
}  // namespace ptpcore::process
