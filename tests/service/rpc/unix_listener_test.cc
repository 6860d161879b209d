#include "service/rpc/unix_listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;

mode_t ModeOf(const std::string& path) {
  struct stat there {};
  EXPECT_EQ(stat(path.c_str(), &there), 0);
  return there.st_mode;
}

// What a hostd leaves that was killed: a socket file that nobody listens on.
void LeaveStaleSocket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  close(fd);
}

TEST(UnixListener, MakesItsFolderAndASocketForOwnerAndGroup) {
  TemporaryFolder folder;
  const std::string path = folder.File("run/hostd.sock");
  {
    const auto listener = UnixListener::Listen(path);
    ASSERT_TRUE(listener.ok()) << listener.status();
    EXPECT_EQ(ModeOf(path), static_cast<mode_t>(S_IFSOCK | 0660));
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "removed at the end";
}

TEST(UnixListener, TakesOverTheSocketOfADeadHostd) {
  TemporaryFolder folder;
  LeaveStaleSocket(folder.File("hostd.sock"));
  const auto listener = UnixListener::Listen(folder.File("hostd.sock"));
  EXPECT_TRUE(listener.ok()) << listener.status();
}

TEST(UnixListener, LeavesTheSocketOfALiveHostdAlone) {
  TemporaryFolder folder;
  const auto first = UnixListener::Listen(folder.File("hostd.sock"));
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = UnixListener::Listen(folder.File("hostd.sock"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another hostd answers on"));
  EXPECT_EQ(access(folder.File("hostd.sock").c_str(), F_OK), 0);
}

TEST(UnixListener, NeverTouchesAFileThatIsNoSocket) {
  TemporaryFolder folder;
  const std::string path = folder.File("hostd.sock");
  std::ofstream(path) << "a letter";
  const auto listener = UnixListener::Listen(path);
  EXPECT_EQ(listener.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(listener.status().message()), HasSubstr("is not a socket"));
  std::string kept;
  std::getline(std::ifstream(path) >> std::ws, kept);
  EXPECT_EQ(kept, "a letter");
}

TEST(UnixListener, APathThatIsTooLongIsSaid) {
  const auto listener = UnixListener::Listen("/tmp/" + std::string(200, 'x'));
  EXPECT_EQ(listener.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(UnixListener, IsThereAgainWhereSomebodyRemovedItsFile) {
  TemporaryFolder folder;
  auto listener = UnixListener::Listen(folder.File("hostd.sock"));
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_TRUE(listener->Reachable());
  ASSERT_EQ(unlink(listener->path().c_str()), 0);
  EXPECT_FALSE(listener->Reachable());
  ASSERT_TRUE(listener->ListenAgain().ok());
  EXPECT_TRUE(listener->Reachable());
  EXPECT_EQ(ModeOf(listener->path()) & 0777U, 0660u);
}

TEST(UnixListener, LeavesTheFileOfAnotherAlone) {
  TemporaryFolder folder;
  {
    auto listener = UnixListener::Listen(folder.File("hostd.sock"));
    ASSERT_TRUE(listener.ok()) << listener.status();
    ASSERT_EQ(unlink(listener->path().c_str()), 0);
    std::ofstream(listener->path()) << "somebody's";
    EXPECT_FALSE(listener->Reachable());
    EXPECT_EQ(listener->ListenAgain().code(), absl::StatusCode::kFailedPrecondition);
  }
  struct stat there {};
  EXPECT_EQ(stat(folder.File("hostd.sock").c_str(), &there), 0) << "not removed at the end either";
}

}  // namespace
}  // namespace hostctl::rpc
