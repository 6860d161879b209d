#include "service/daemon/user_folder.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::daemon {
namespace {

struct stat StatusOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status;
}

TEST(UserFolder, BelongsToTheUserAlsoIfItWasThere) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const TemporaryFolder folder;
  const std::string path = folder.File("a") + "/b";
  ASSERT_TRUE(MakeFolderOf("nobody", path, 0750).ok());
  const passwd* nobody = getpwnam("nobody");
  EXPECT_EQ(StatusOf(path).st_uid, nobody->pw_uid);
  EXPECT_EQ(StatusOf(path).st_gid, nobody->pw_gid);
  EXPECT_EQ(StatusOf(path).st_mode & 07777U, 0750u);
  EXPECT_EQ(StatusOf(folder.File("a")).st_uid, 0u) << "only the last one";
  ASSERT_TRUE(MakeFolderOf("root", path, 0700).ok());
  EXPECT_EQ(StatusOf(path).st_uid, 0u);
  rmdir(path.c_str());
  rmdir(folder.File("a").c_str());
}

TEST(UserFolder, ALinkIsNotFollowed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const TemporaryFolder folder;
  const std::string target = folder.File("target");
  const std::string link = folder.File("link");
  ASSERT_EQ(mkdir(target.c_str(), 0755), 0);
  ASSERT_EQ(symlink(target.c_str(), link.c_str()), 0);
  MakeFolderOf("nobody", link, 0755).IgnoreError();
  EXPECT_EQ(StatusOf(target).st_uid, 0u);
  unlink(link.c_str());
  rmdir(target.c_str());
}

TEST(UserFolder, WithoutAUserItIsOursAndAUserThatThereIsNotIsNamed) {
  const TemporaryFolder folder;
  ASSERT_TRUE(MakeFolderOf("", folder.File("ours"), 0700).ok());
  EXPECT_EQ(StatusOf(folder.File("ours")).st_uid, geteuid());
  const absl::Status unknown = MakeFolderOf("no-such-user", folder.File("ours"), 0700);
  EXPECT_TRUE(absl::IsNotFound(unknown));
  rmdir(folder.File("ours").c_str());
}

}  // namespace
}  // namespace hostctl::daemon
