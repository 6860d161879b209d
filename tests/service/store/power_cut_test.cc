// The real process, killed at every system call of a write; and every disk that a power
// cut at that call may leave. What is found afterwards is the old or the new state.
#include <sys/syscall.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "service/store/runtime_store.h"
#include "service/store/state_store.h"
#include "tests/service/store/model_disk.h"
#include "tests/service/store/traced_program.h"

namespace hostctl::store {
namespace {

namespace fs = std::filesystem;
using Files = ModelDisk::Files;

constexpr int kOld = 1;
constexpr int kNew = 2;

class PowerCutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "hostctl-power-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/state.json";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> Writer(const std::string& what, const std::string& value) const {
    return {HOSTCTL_STATE_WRITER, what, path_, value};
  }

  // The folder holds exactly `files`.
  void Become(const Files& files) const {
    for (const auto& entry : fs::directory_iterator(folder_)) fs::remove(entry.path());
    for (const auto& [path, contents] : files) std::ofstream(path, std::ios::binary) << contents;
  }
  Files There() const {
    Files files;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path()] = std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }

  void Save(int domain) const {
    DesiredState state;
    state.ptp.domain_number = static_cast<uint8_t>(domain);
    ASSERT_TRUE(StateStore(path_, PosixFileSystem()).Save(state).ok());
  }

  // The domain that is stored; fails unless the document itself says so.
  int Stored() const {
    const auto loaded = StateStore(path_, PosixFileSystem()).Load();
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    if (!loaded.ok()) return -1;
    EXPECT_EQ(loaded->problem, "");
    return loaded->state.ptp.domain_number;
  }

  // After any cut the next start finds the old or the new state, and goes on.
  void ExpectOldOrNew(std::map<int, int>& seen) const {
    const int stored = Stored();
    EXPECT_TRUE(stored == kOld || stored == kNew) << stored;
    ++seen[stored];
    Save(3);
    EXPECT_EQ(Stored(), 3);
    EXPECT_EQ(There().size(), 2u) << "nothing of the cut write is left";
  }

  std::string folder_;
  std::string path_;
};

TEST_F(PowerCutTest, KilledAtEverySystemCallOfAWriteTheOldOrTheNewStateIsThere) {
  Save(kOld);
  const Files before = There();
  std::map<int, int> seen;
  size_t call = 0;
  for (;; ++call) {
    Become(before);
    const Trace trace = RunTraced(Writer("state", std::to_string(kNew)), call);
    if (!trace.allowed) GTEST_SKIP() << "this machine does not allow ptrace";
    if (!trace.killed) {
      EXPECT_EQ(trace.exit_code, 0);
      break;
    }
    SCOPED_TRACE(absl::StrCat("killed at system call ", call));
    ExpectOldOrNew(seen);
  }
  Become(before);
  EXPECT_EQ(RunTraced(Writer("state", std::to_string(kNew))).exit_code, 0);
  EXPECT_EQ(Stored(), kNew) << "not killed";
  EXPECT_GE(call, 20u) << "folder, write, sync, rename, sync: twice";
  EXPECT_GT(seen[kOld], 0);
  EXPECT_GT(seen[kNew], 0);
  std::printf("\nfigure: system calls of a write of the state, killed at each: %zu (aim: all)\n",
              call);
}

TEST_F(PowerCutTest, WhateverTheDiskKeepsOfWhatWasNotSyncedTheOldOrTheNewStateIsThere) {
  Save(kOld);
  const Files before = There();
  const Trace trace = RunTraced(Writer("state", std::to_string(kNew)));
  if (!trace.allowed) GTEST_SKIP() << "this machine does not allow ptrace";
  ASSERT_EQ(trace.exit_code, 0);
  const Files after = There();

  ModelDisk disk(before);
  std::map<int, int> seen;
  std::set<Files> disks = disk.AfterPowerCut();
  for (const SystemCall& call : trace.calls) {
    disk.Take(call);
    disks.merge(disk.AfterPowerCut());
  }
  EXPECT_EQ(disk.AfterPowerCut(), std::set<Files>{after}) << "Save has synced all of it";
  EXPECT_GE(disks.size(), 8u);
  for (const Files& left : disks) {
    Become(left);
    ExpectOldOrNew(seen);
  }
  EXPECT_GT(seen[kOld], 0);
  EXPECT_GT(seen[kNew], 0);
  std::printf("\nfigure: disks that a power cut may leave, each looked at: %zu (aim: all)\n",
              disks.size());
}

TEST_F(PowerCutTest, TheModelWouldNoticeAMissingSync) {
  Save(kOld);
  const Files before = There();
  const Trace trace = RunTraced(Writer("state", std::to_string(kNew)));
  if (!trace.allowed) GTEST_SKIP() << "this machine does not allow ptrace";
  ModelDisk careless(before);
  std::set<Files> disks;
  for (const SystemCall& call : trace.calls) {
    if (call.number != SYS_fsync) careless.Take(call);
    disks.merge(careless.AfterPowerCut());
  }
  int damaged = 0;
  for (const Files& left : disks) {
    Become(left);
    const auto loaded = StateStore(path_, PosixFileSystem()).Load();
    if (!loaded.ok() || !loaded->problem.empty()) ++damaged;
  }
  EXPECT_GT(damaged, 0);
}

TEST_F(PowerCutTest, KilledAtEverySystemCallOfARuntimeWriteTheOldOrTheNewStateIsThere) {
  const auto stored = [&] { return RuntimeStore(path_, "boot-1", PosixFileSystem()).Load(); };
  const ServicesByHand old_state{{"ptpd", ByHand::kStopped}};
  const ServicesByHand new_state{{"ptpd", ByHand::kStarted}};
  ASSERT_TRUE(RuntimeStore(path_, "boot-1", PosixFileSystem()).Save(old_state).ok());
  const Files before = There();
  int news = 0;
  for (size_t call = 0;; ++call) {
    Become(before);
    const Trace trace = RunTraced(Writer("runtime", "started"), call);
    if (!trace.allowed) GTEST_SKIP() << "this machine does not allow ptrace";
    const auto by_hand = stored();
    ASSERT_TRUE(by_hand.ok()) << by_hand.status();
    EXPECT_TRUE(*by_hand == old_state || *by_hand == new_state) << "killed at " << call;
    if (*by_hand == new_state) ++news;
    if (!trace.killed) break;
  }
  EXPECT_GT(news, 1) << "killed behind the rename, too";
}

}  // namespace
}  // namespace hostctl::store
