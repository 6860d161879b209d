#include "ptpcore/engine/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;
using ::testing::HasSubstr;

class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest() { unlink(path_.c_str()); }
  ~ControlServerTest() override { unlink(path_.c_str()); }

  void Listen() {
    auto server = ControlServer::Listen(path_, "1.2.3");
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  net::FileDescriptor Connect() const {
    net::FileDescriptor fd(socket(AF_UNIX, SOCK_SEQPACKET, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }
  // Lets the server do everything that is ready.
  void Serve() {
    for (int i = 0; i < 3; ++i) {
      std::vector<pollfd> fds;
      server_->AppendPollFds(fds);
      poll(fds.data(), fds.size(), 0);
      server_->HandleReady(fds, *sim_.engine);
    }
  }
  v1::ControlResponse Ask(const net::FileDescriptor& fd, const v1::ControlRequest& request) {
    const std::string packet = request.SerializeAsString();
    EXPECT_EQ(send(fd.get(), packet.data(), packet.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(packet.size()));
    Serve();
    std::string answer(65536, '\0');
    const ssize_t size = recv(fd.get(), answer.data(), answer.size(), MSG_DONTWAIT);
    EXPECT_GT(size, 0);
    answer.resize(static_cast<size_t>(size > 0 ? size : 0));
    v1::ControlResponse response;
    EXPECT_TRUE(response.ParseFromString(answer));
    return response;
  }
  // Whether the server has closed the connection.
  static bool IsClosed(const net::FileDescriptor& fd) {
    char octet;
    return recv(fd.get(), &octet, 1, MSG_DONTWAIT) == 0;
  }

  std::string path_ = ::testing::TempDir() + "/ctl" + std::to_string(getpid());
  SimulatedEngine sim_;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, ConfiguresTheEngineAndReports) {
  Listen();
  const auto fd = Connect();
  v1::ControlRequest hello;
  hello.mutable_hello();
  EXPECT_EQ(Ask(fd, hello).hello().version(), "1.2.3");
  EXPECT_FALSE(Ask(fd, hello).hello().has_config());

  v1::ControlRequest configure;
  *configure.mutable_configure()->mutable_config() = SimulatedEngine::Config();
  EXPECT_TRUE(Ask(fd, configure).configure().changed());
  EXPECT_FALSE(Ask(fd, configure).configure().changed());
  EXPECT_EQ(Ask(fd, hello).hello().config().interface(), "vmk0");

  sim_.Run(30);
  v1::ControlRequest stats;
  stats.mutable_get_stats();
  EXPECT_EQ(Ask(fd, stats).stats().port_state(), hostctl::v1::PORT_STATE_SLAVE);
}

TEST_F(ControlServerTest, SaysWhyAConfigurationIsRefused) {
  Listen();
  v1::ControlRequest configure;
  *configure.mutable_configure()->mutable_config() = SimulatedEngine::Config();
  configure.mutable_configure()->mutable_config()->set_domain_number(999);
  EXPECT_THAT(Ask(Connect(), configure).error(), HasSubstr("domain_number 999"));
}

TEST_F(ControlServerTest, ClosesAConnectionThatTalksNonsenseAndServesOthers) {
  Listen();
  const auto bad = Connect();
  const auto good = Connect();
  ASSERT_EQ(send(bad.get(), "\xff\xff\xff", 3, MSG_NOSIGNAL), 3);
  Serve();
  EXPECT_TRUE(IsClosed(bad));
  v1::ControlRequest hello;
  hello.mutable_hello();
  EXPECT_EQ(Ask(good, hello).hello().pid(), static_cast<uint32_t>(getpid()));
}

TEST_F(ControlServerTest, AnEmptyRequestIsFromANewerHostd) {
  Listen();
  const auto fd = Connect();
  // Field 15 of a future version: parses, but sets no request that we know.
  ASSERT_EQ(send(fd.get(), "\x7a\x00", 2, MSG_NOSIGNAL), 2);
  Serve();
  char answer[256];
  const ssize_t size = recv(fd.get(), answer, sizeof(answer), MSG_DONTWAIT);
  ASSERT_GT(size, 0);
  v1::ControlResponse response;
  ASSERT_TRUE(response.ParseFromArray(answer, static_cast<int>(size)));
  EXPECT_THAT(response.error(), HasSubstr("newer"));
}

TEST_F(ControlServerTest, ShutdownEndsTheConnectionAndAsksTheLoopToEnd) {
  Listen();
  const auto fd = Connect();
  v1::ControlRequest shutdown;
  shutdown.mutable_shutdown();
  const std::string packet = shutdown.SerializeAsString();
  ASSERT_EQ(send(fd.get(), packet.data(), packet.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(packet.size()));
  Serve();
  EXPECT_TRUE(IsClosed(fd));
  EXPECT_TRUE(server_->shutdown_requested());
}

TEST_F(ControlServerTest, IsForItsOwnerOnlyAndLeavesNoFileBehind) {
  Listen();
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  server_.reset();
  EXPECT_NE(stat(path_.c_str(), &status), 0);
}

TEST_F(ControlServerTest, ReplacesADeadSocketButNoFileAndNoLiveEngine) {
  Listen();
  EXPECT_THAT(std::string(ControlServer::Listen(path_, "x").status().message()),
              HasSubstr("another engine is listening"));
  server_.reset();
  std::ofstream(path_) << "precious";
  EXPECT_THAT(std::string(ControlServer::Listen(path_, "x").status().message()),
              HasSubstr("is not a socket"));
  unlink(path_.c_str());
  {
    // A socket file whose process is gone.
    net::FileDescriptor dead(socket(AF_UNIX, SOCK_SEQPACKET, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    ASSERT_EQ(bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  Listen();
  EXPECT_NE(server_, nullptr);
}

TEST_F(ControlServerTest, RefusesPathsThatUnixSocketsCannotHave) {
  EXPECT_TRUE(absl::IsInvalidArgument(ControlServer::Listen("", "x").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ControlServer::Listen(std::string(200, 'a'), "x").status()));
}

}  // namespace
}  // namespace ptpcore::engine
