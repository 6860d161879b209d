// Every way in which hostd cannot be reached or says no, as a user sees it.
#include "cli/connection.h"

#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

constexpr char kGet[] = "system ptp get";
constexpr char kStart[] =
    "  Do: start hostd ('systemctl start hostd', or 'hostd' as root, or 'hostd --sandbox' to try "
    "it), or name its socket with --socket\n";

// A listening unix socket that nobody serves; closed, it is a dead hostd's.
int Listen(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

grpc::Status StatusWith(grpc::StatusCode code, const std::string& message,
                        const google::protobuf::Message& first,
                        const google::protobuf::Message& second) {
  google::rpc::Status details;
  details.add_details()->PackFrom(first);
  details.add_details()->PackFrom(second);
  return {code, message, details.SerializeAsString()};
}

TEST(NoHostd, NamesTheSocketThatIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.path("hostd.sock");
  const CallResult result = RunHostctl(path, kGet);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "Error: hostd is not running: there is no socket " + path + "\n" + kStart);
}

TEST(NoHostd, SaysThatTheSocketIsAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path("file");
  std::ofstream(path) << "not a socket";
  const CallResult result = RunHostctl("/nowhere", "--socket " + path + " " + kGet);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err, "Error: " + path +
                            " is a regular file, not hostd's socket\n"
                            "  Do: name hostd's socket with --socket\n");
}

TEST(NoHostd, RecognizesTheSocketOfADeadHostd) {
  const TemporaryFolder folder;
  const std::string path = folder.path("hostd.sock");
  close(Listen(path));
  const CallResult result = RunHostctl(path, kGet);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err, "Error: hostd is not running: nobody listens on the socket " + path +
                            " that it left behind\n" + kStart);
}

TEST(NoHostd, RefusesAPathThatNoSocketCanHave) {
  const CallResult result = RunHostctl("/" + std::string(200, 'x'), kGet);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("has 201 bytes; a socket path has 1 to 107"), std::string::npos)
      << result.err;
}

TEST(NoHostd, SaysThatTheRightToConnectIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder.path("hostd.sock");
  const int fd = Listen(path);
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  // Root may connect to every socket; this thread is nobody for a moment.
  constexpr uid_t kNobody = 65534;
  const uid_t before = static_cast<uid_t>(setfsuid(geteuid() == 0 ? kNobody : geteuid()));
  const CallResult result = RunHostctl(path, kGet);
  setfsuid(before);
  close(fd);
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.err, "Error: No permission to use the socket " + path +
                            "\n  Do: run hostctl with sudo, or become a member of the group that "
                            "owns the socket: sudo usermod -aG hostctl USER, and log in again\n");
}

// What a user without rights does: reads through the socket for everybody.
TEST(ReadOnlySocket, IsAskedWhereTheOtherMayNotBeOpened) {
  const TemporaryFolder folder;
  const std::string path = folder.path("hostd.sock");
  const int fd = Listen(path);
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  FakeHostd hostd;
  hostd.ptp.mutable_config()->set_interface("vmk3");
  Connection connection(UnixTarget{path, hostd.socket()}, std::chrono::seconds(10));
  constexpr uid_t kNobody = 65534;
  const std::filesystem::path read_only = hostd.socket();
  ASSERT_EQ(chmod(read_only.parent_path().c_str(), 0755), 0);
  ASSERT_EQ(chmod(read_only.c_str(), 0666), 0);
  const uid_t before = static_cast<uid_t>(setfsuid(geteuid() == 0 ? kNobody : geteuid()));
  v1::Ptp ptp;
  const auto failure = connection.Call(&v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp);
  setfsuid(before);
  close(fd);
  ASSERT_FALSE(failure.has_value()) << failure->message;
  EXPECT_EQ(ptp.config().interface(), "vmk3");
}

TEST(ReadOnlySocket, IsNotAskedWhereHostdIsNotRunning) {
  const TemporaryFolder folder;
  FakeHostd hostd;
  Connection connection(UnixTarget{folder.path("hostd.sock"), hostd.socket()},
                        std::chrono::seconds(10));
  v1::Ptp ptp;
  const auto failure = connection.Call(&v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->exit_code, 3);
}

TEST(SilentHostd, IsWaitedForNoLongerThanTheTimeout) {
  FakeHostd hostd;
  hostd.silent = true;
  const CallResult result = hostd.Run("--timeout 1 system ptp get");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err,
            "Error: hostd did not answer within 1 s; what was asked may still be done\n"
            "  Do: allow more time with --timeout, or see what hostd logs\n");
}

TEST(SilentHostd, IsAlsoOneThatNeverAcceptsTheConnection) {
  const TemporaryFolder folder;
  const std::string path = folder.path("hostd.sock");
  const int fd = Listen(path);
  const CallResult result = RunHostctl(path, "--timeout 1 system ptp get");
  close(fd);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err.rfind("Error: hostd did not answer within 1 s", 0), 0U) << result.err;
}

TEST(RefusedCall, ShowsTheFieldAndTheRemedy) {
  FakeHostd hostd;
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("config.interface");
  violation->set_description("loopback carries no PTP");
  google::rpc::Help help;
  help.add_links()->set_description("hostctl network ip interface list");
  hostd.status = StatusWith(grpc::StatusCode::INVALID_ARGUMENT, "lo is a loopback interface",
                            bad_request, help);
  const CallResult result = hostd.Run("system ptp set --enable --interface lo");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Error: lo is a loopback interface\n"
            "  Field: config.interface: loopback carries no PTP\n"
            "  Do: hostctl network ip interface list\n");
}

TEST(RefusedCall, ExitsWithItsOwnCodeForLackOfPermission) {
  FakeHostd hostd;
  hostd.status = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not permitted to use nftables");
  const CallResult result = hostd.Run("system ptp set --enable -i vmk0");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.err, "Error: not permitted to use nftables\n");
}

TEST(RefusedCall, TellsAnUnavailableEngineFromAnUnreachableHostd) {
  FakeHostd hostd;
  google::rpc::ErrorInfo info;
  info.set_reason("ENGINE_NOT_RUNNING");
  google::rpc::Help help;
  help.add_links()->set_description("wait a moment");
  hostd.status = StatusWith(grpc::StatusCode::UNAVAILABLE, "the engine restarts", info, help);
  const CallResult result = hostd.Run("system ptp stats get");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "Error: the engine restarts\n  Do: wait a moment\n");
}

TEST(RefusedCall, ShowsTheMessageEvenIfTheDetailsAreGarbage) {
  FakeHostd hostd;
  hostd.status = grpc::Status(grpc::StatusCode::INTERNAL, "broken", "\xff\xff garbage");
  const CallResult result = hostd.Run(kGet);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "Error: broken\n");
}

TEST(Call, AlwaysCarriesADeadline) {
  FakeHostd hostd;
  EXPECT_EQ(hostd.Run(kGet).exit_code, 0);
  EXPECT_EQ(hostd.calls, 1);
  EXPECT_TRUE(hostd.all_had_deadlines);
}

}  // namespace
}  // namespace hostctl::cli
