// What the journal and syslog are sent, byte by byte.
#include "service/event/outlet.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

using ::testing::EndsWith;
using ::testing::MatchesRegex;

// A socket that stands where the journal's or syslog's does.
class Receiver {
 public:
  explicit Receiver(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Receiver() { close(fd_); }
  // The next datagram; empty when there is none.
  std::string Take() const {
    std::string text(65536, '\0');
    const ssize_t size = recv(fd_, text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return text;
  }

 private:
  int fd_;
};

class OutletTest : public ::testing::Test {
 protected:
  OutletTest() {
    std::string pattern = ::testing::TempDir() + "hostctl-outlet-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~OutletTest() override { std::filesystem::remove_all(folder_); }
  Outlet::Sockets Sockets() const { return {folder_ + "/journal", folder_ + "/log"}; }

  std::string folder_;
};

v1::Event Changed() {
  v1::Event event = MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED, "ptp.domain_number", "0", "24",
                              "changed from 0 to 24");
  event.set_actor("root (uid 0)");
  event.set_sequence(7);
  return event;
}

TEST_F(OutletTest, TheJournalIsSentStructuredFields) {
  const Receiver journal(Sockets().journal);
  const Receiver syslog(Sockets().syslog);
  EXPECT_TRUE(Outlet(Sockets()).Write(Changed()));
  EXPECT_EQ(journal.Take(),
            "MESSAGE=ptp.domain_number: changed from 0 to 24 (by root (uid 0))\n"
            "MESSAGE_ID=6f1d3b0a5c2e4f7c9d8140a7e2b35c15\n"
            "PRIORITY=5\n"
            "SYSLOG_IDENTIFIER=hostd\n"
            "HOSTCTL_EVENT_CODE=CONFIGURATION_CHANGED\n"
            "HOSTCTL_SUBJECT=ptp.domain_number\n"
            "HOSTCTL_OLD=0\n"
            "HOSTCTL_NEW=24\n"
            "HOSTCTL_ACTOR=root (uid 0)\n"
            "HOSTCTL_SEQUENCE=7\n");
  EXPECT_EQ(syslog.Take(), "") << "one of them is enough";
}

TEST_F(OutletTest, AValueWithALineBreakIsSentWithItsLength) {
  v1::Event event = MakeEvent(v1::EVENT_CODE_SYNC_LOST, "time", "", "a\nb", "gone");
  EXPECT_EQ(JournalDatagram(event), std::string("MESSAGE=time: gone\n"
                                                "MESSAGE_ID=6f1d3b0a5c2e4f7c9d8140a7e2b35c02\n"
                                                "PRIORITY=3\n"
                                                "SYSLOG_IDENTIFIER=hostd\n"
                                                "HOSTCTL_EVENT_CODE=SYNC_LOST\n"
                                                "HOSTCTL_SUBJECT=time\n"
                                                "HOSTCTL_NEW\n") +
                                        std::string("\3\0\0\0\0\0\0\0", 8) + "a\nb\n" +
                                        "HOSTCTL_SEQUENCE=0\n");
}

TEST_F(OutletTest, WithoutAJournalSyslogIsSentALine) {
  const Receiver syslog(Sockets().syslog);
  EXPECT_TRUE(Outlet(Sockets()).Write(Changed()));
  const std::string line = syslog.Take();
  EXPECT_THAT(line, MatchesRegex("<29>[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]+ hostd.*"));
  EXPECT_THAT(line, EndsWith("[" + std::to_string(getpid()) +
                             "]: CONFIGURATION_CHANGED ptp.domain_number: changed from 0 to 24 "
                             "(by root (uid 0))"));
}

TEST_F(OutletTest, WithoutEitherNothingHappens) {
  EXPECT_FALSE(Outlet(Sockets()).Write(Changed()));
  EXPECT_FALSE(Outlet({"", ""}).Write(Changed()));
}

TEST_F(OutletTest, EveryCodeHasAMessageIdOfItsOwn) {
  std::set<std::string> ids;
  for (int code = 1; code < v1::EventCode_ARRAYSIZE; ++code) {
    const std::string id = MessageId(static_cast<v1::EventCode>(code));
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]+"));
    EXPECT_EQ(id.size(), 32u);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(v1::EventCode_ARRAYSIZE) - 1);
}

}  // namespace
}  // namespace hostctl::event
