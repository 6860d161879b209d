// The real file system, in a folder of its own.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/store/file_system.h"
#include "service/store/state_store.h"

namespace hostctl::store {
namespace {

using ::testing::HasSubstr;

class PosixFileSystemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "hostctl-store-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  static mode_t ModeOf(const std::string& path) {
    struct stat about {};
    return stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
  }

  std::string folder_;
  FileSystem& files_ = PosixFileSystem();
};

TEST_F(PosixFileSystemTest, ReadsWhatWasWritten) {
  const std::string contents = std::string("a\0b\n", 4) + std::string(100000, 'x');
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), contents).ok());
  EXPECT_EQ(files_.Read(PathOf("file")).value(), contents);
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), "short").ok());
  EXPECT_EQ(files_.Read(PathOf("file")).value(), "short");
}

TEST_F(PosixFileSystemTest, AppendsToWhatIsThereAndToNothing) {
  ASSERT_TRUE(files_.AppendAndSync(PathOf("file"), "first\n").ok());
  ASSERT_TRUE(files_.AppendAndSync(PathOf("file"), "second\n").ok());
  EXPECT_EQ(files_.Read(PathOf("file")).value(), "first\nsecond\n");
  EXPECT_EQ(ModeOf(PathOf("file")), 0600u);
}

TEST_F(PosixFileSystemTest, AFileIsForItsOwnerOnly) {
  std::ofstream(PathOf("file")) << "old";
  ASSERT_EQ(chmod(PathOf("file").c_str(), 0666), 0);
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), "new").ok());
  EXPECT_EQ(ModeOf(PathOf("file")), 0600u);
}

TEST_F(PosixFileSystemTest, AllMayReadAFileThatIsMeantForAll) {
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), "new").ok());
  ASSERT_TRUE(files_.LetAllRead(PathOf("file")).ok());
  EXPECT_EQ(ModeOf(PathOf("file")), 0644u);
  EXPECT_TRUE(absl::IsNotFound(files_.LetAllRead(PathOf("nothing"))));
  ASSERT_EQ(symlink(PathOf("file").c_str(), PathOf("link").c_str()), 0);
  EXPECT_FALSE(files_.LetAllRead(PathOf("link")).ok()) << "the file of somebody else, perhaps";
}

TEST_F(PosixFileSystemTest, AMissingFileIsNotFound) {
  const absl::Status status = files_.Read(PathOf("nothing")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(PathOf("nothing")));
}

TEST_F(PosixFileSystemTest, AFolderAndAPipeAreNoFiles) {
  ASSERT_EQ(mkfifo(PathOf("pipe").c_str(), 0600), 0);
  EXPECT_EQ(files_.Read(folder_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(files_.Read(PathOf("pipe")).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(files_.WriteAndSync(folder_, "x").ok());
}

TEST_F(PosixFileSystemTest, AHugeFileIsNotReadIntoMemory) {
  std::ofstream(PathOf("huge")) << "x";
  std::filesystem::resize_file(PathOf("huge"), uintmax_t{1} << 40U);  // a hole, no disk is used
  EXPECT_EQ(files_.Read(PathOf("huge")).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PosixFileSystemTest, RenameReplaces) {
  ASSERT_TRUE(files_.WriteAndSync(PathOf("new"), "new").ok());
  ASSERT_TRUE(files_.WriteAndSync(PathOf("old"), "old").ok());
  ASSERT_TRUE(files_.Rename(PathOf("new"), PathOf("old")).ok());
  EXPECT_EQ(files_.Read(PathOf("old")).value(), "new");
  EXPECT_TRUE(absl::IsNotFound(files_.Rename(PathOf("new"), PathOf("old"))));
}

TEST_F(PosixFileSystemTest, RemoveRemoves) {
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), "x").ok());
  EXPECT_TRUE(files_.Remove(PathOf("file")).ok());
  EXPECT_TRUE(absl::IsNotFound(files_.Remove(PathOf("file"))));
}

TEST_F(PosixFileSystemTest, FoldersAreMadeWithTheirParents) {
  ASSERT_TRUE(files_.MakeFolders(PathOf("a/b/c")).ok());
  ASSERT_TRUE(files_.MakeFolders(PathOf("a/b/c")).ok()) << "again, nothing to do";
  EXPECT_TRUE(std::filesystem::is_directory(PathOf("a/b/c")));
  EXPECT_TRUE(files_.SyncFolder(PathOf("a/b")).ok());
  EXPECT_FALSE(files_.SyncFolder(PathOf("a/x")).ok());
}

TEST_F(PosixFileSystemTest, AFileWhereAFolderShouldBeIsNamed) {
  ASSERT_TRUE(files_.WriteAndSync(PathOf("file"), "x").ok());
  const absl::Status status = files_.MakeFolders(PathOf("file/sub"));
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("`" + PathOf("file") + "`"));
}

TEST_F(PosixFileSystemTest, ADeviceWithoutRoomIsAFullDisk) {
  // A /dev/full of our own: writing sets the mode.
  if (mknod(PathOf("full").c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0) {
    GTEST_SKIP() << "cannot make a device node (needs root)";
  }
  const absl::Status status = files_.WriteAndSync(PathOf("full"), "x");
  if (absl::IsPermissionDenied(status)) GTEST_SKIP() << "device nodes do not work in " << folder_;
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(PathOf("full")));
}

TEST_F(PosixFileSystemTest, TheStateStoreKeepsItsDocumentInANewFolder) {
  StateStore store(PathOf("lib/hostctl/state.json"), files_);
  DesiredState state;
  state.ptp.domain_number = 42;
  ASSERT_TRUE(store.Save(state).ok());
  EXPECT_EQ(store.Load().value().state, state);

  std::ofstream(store.path(), std::ios::trunc) << "{";
  const LoadedState loaded = store.Load().value();
  EXPECT_EQ(loaded.set_aside_path, store.path() + ".set-aside-1");
  EXPECT_EQ(files_.Read(store.path() + ".set-aside-1").value(), "{");
  EXPECT_TRUE(loaded.from_copy);
  EXPECT_EQ(loaded.state, state);
}

}  // namespace
}  // namespace hostctl::store
