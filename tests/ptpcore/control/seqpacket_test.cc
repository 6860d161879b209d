#include "ptpcore/control/seqpacket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "gtest/gtest.h"
#include "scripted_server.h"

namespace ptpcore::control {
namespace {

using std::chrono::milliseconds;

Deadline In(int ms) {
  return std::chrono::steady_clock::now() + milliseconds(ms);
}

ScriptedServer::Script Echo() {
  return [](const std::string& packet) { return packet; };
}

TEST(SeqPacket, APacketComesBackWhole) {
  TemporaryFolder folder;
  ScriptedServer server(folder.File("socket"), Echo());
  auto socket = SeqPacket::Connect(folder.File("socket"), In(2000));
  ASSERT_TRUE(socket.ok()) << socket.status();
  ASSERT_TRUE(socket->Send(std::string("a\0b", 3), In(2000)).ok());
  EXPECT_EQ(socket->Receive(In(2000)).value(), std::string("a\0b", 3));
}

TEST(SeqPacket, ThePeerIsTheListeningProcess) {
  TemporaryFolder folder;
  ScriptedServer server(folder.File("socket"), Echo());
  auto socket = SeqPacket::Connect(folder.File("socket"), In(2000));
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_EQ(socket->PeerPid().value(), getpid());
}

TEST(SeqPacket, TheLargestPacketPasses) {
  TemporaryFolder folder;
  ScriptedServer server(folder.File("socket"),
                        [](const std::string& packet) { return std::to_string(packet.size()); });
  auto socket = SeqPacket::Connect(folder.File("socket"), In(2000));
  ASSERT_TRUE(socket.ok()) << socket.status();
  ASSERT_TRUE(socket->Send(std::string(kMaxPacketBytes, 'x'), In(2000)).ok());
  EXPECT_EQ(socket->Receive(In(2000)).value(), "262144");
}

TEST(SeqPacket, EmptyAndTooLargePacketsAreRefusedBeforeTheyAreSent) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  SeqPacket ours(ends[0]);
  SeqPacket theirs(ends[1]);
  EXPECT_TRUE(absl::IsInvalidArgument(ours.Send("", In(1000))));
  EXPECT_TRUE(absl::IsInvalidArgument(ours.Send(std::string(kMaxPacketBytes + 1, 'x'), In(1000))));
}

TEST(SeqPacket, ATooLargePacketFromThePeerIsRefused) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  const int room = 1 << 20;
  ASSERT_EQ(setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
  SeqPacket ours(ends[0]);
  const std::string large(kMaxPacketBytes + 1, 'x');
  ASSERT_EQ(send(ends[1], large.data(), large.size(), 0), static_cast<ssize_t>(large.size()));
  EXPECT_EQ(ours.Receive(In(1000)).status().code(), absl::StatusCode::kDataLoss);
  close(ends[1]);
}

TEST(SeqPacket, SilenceEndsAtTheDeadline) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  SeqPacket ours(ends[0]);
  SeqPacket theirs(ends[1]);
  EXPECT_TRUE(absl::IsDeadlineExceeded(ours.Receive(In(20)).status()));
}

TEST(SeqPacket, AReaderThatDoesNotReadEndsTheSendAtTheDeadline) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  SeqPacket ours(ends[0]);
  SeqPacket theirs(ends[1]);
  absl::Status last;
  for (int i = 0; i < 10000 && last.ok(); ++i) last = ours.Send(std::string(1000, 'x'), In(20));
  EXPECT_TRUE(absl::IsDeadlineExceeded(last)) << last;
}

TEST(SeqPacket, AClosedPeerIsUnavailableForBothDirections) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  SeqPacket ours(ends[0]);
  close(ends[1]);
  EXPECT_TRUE(absl::IsUnavailable(ours.Receive(In(1000)).status()));
  EXPECT_TRUE(absl::IsUnavailable(ours.Send("x", In(1000))));
}

TEST(SeqPacket, NoFileNobodyListeningAndALongPathAreToldApart) {
  TemporaryFolder folder;
  EXPECT_TRUE(absl::IsNotFound(SeqPacket::Connect(folder.File("socket"), In(1000)).status()));
  { ScriptedServer gone(folder.File("socket"), Echo()); }  // leaves its file behind
  EXPECT_TRUE(absl::IsUnavailable(SeqPacket::Connect(folder.File("socket"), In(1000)).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(SeqPacket::Connect("/" + std::string(200, 'x'), In(1000)).status()));
}

}  // namespace
}  // namespace ptpcore::control
