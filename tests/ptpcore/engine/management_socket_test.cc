#include "ptpcore/engine/management_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ManagementSocketTest : public ::testing::Test {
 protected:
  ~ManagementSocketTest() override {
    unlink(path_.c_str());
    unlink(other_.c_str());
  }
  static std::unique_ptr<ManagementSocket> BindOrDie(const std::string& path) {
    auto bound = ManagementSocket::Bind(path);
    EXPECT_TRUE(bound.ok()) << bound.status();
    return bound.ok() ? *std::move(bound) : nullptr;
  }
  // What has come, each as `path: octets`.
  static std::vector<std::string> Received(ManagementSocket& socket) {
    std::vector<pollfd> fds;
    socket.AppendPollFds(fds);
    poll(fds.data(), fds.size(), 0);
    std::vector<std::string> all;
    socket.HandleReady(fds, [&](absl::Span<const uint8_t> message, const std::string& from) {
      all.push_back(from + ": " + std::string(message.begin(), message.end()));
    });
    return all;
  }
  static absl::Span<const uint8_t> Octets(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  std::string path_ = ::testing::TempDir() + "/mgmt" + std::to_string(getpid());
  std::string other_ = path_ + ".asker";
};

TEST_F(ManagementSocketTest, TakesAMessageAndAnswersWhoSentIt) {
  const auto server = BindOrDie(path_);
  const auto asker = BindOrDie(other_);
  EXPECT_THAT(Received(*server), IsEmpty());
  asker->Send(Octets("get"), path_);
  EXPECT_THAT(Received(*server), ElementsAre(other_ + ": get"));
  server->Send(Octets("response"), other_);
  EXPECT_THAT(Received(*asker), ElementsAre(path_ + ": response"));
}

TEST_F(ManagementSocketTest, IsForItsOwnerAndGroup) {
  const auto server = BindOrDie(path_);
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
}

TEST_F(ManagementSocketTest, LeavesNoFileBehind) {
  BindOrDie(path_).reset();
  EXPECT_NE(access(path_.c_str(), F_OK), 0);
}

TEST_F(ManagementSocketTest, ReplacesWhatADeadEngineLeft) {
  {
    const auto dead = BindOrDie(other_);
    ASSERT_EQ(link(other_.c_str(), path_.c_str()), 0);
  }
  EXPECT_NE(BindOrDie(path_), nullptr);
}

TEST_F(ManagementSocketTest, TakesNothingFromOthers) {
  const auto first = BindOrDie(path_);
  const auto second = ManagementSocket::Bind(path_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(path_));
  std::ofstream(other_) << "a file";
  EXPECT_EQ(ManagementSocket::Bind(other_).status().code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ManagementSocketTest, APathThatIsNoneIsRefused) {
  EXPECT_EQ(ManagementSocket::Bind("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ManagementSocket::Bind(std::string(200, 'a')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ManagementSocketTest, AnAskerThatIsGoneDoesNoHarm) {
  const auto server = BindOrDie(path_);
  server->Send(Octets("response"), other_);
  server->Send(Octets("response"), "");
  EXPECT_THAT(Received(*server), IsEmpty());
}

}  // namespace
}  // namespace ptpcore::engine
