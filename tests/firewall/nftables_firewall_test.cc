// The backend against a real kernel: a host and a peer, two network namespaces
// joined by a veth pair, with real packets between them.
#include "firewall/nftables_firewall.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>

#include "firewall/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/firewall/network_namespace.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// Only how long a failing test takes; a passing one waits for what it needs.
constexpr int kDeadlineMilliseconds = 5000;

constexpr char kHost[] = "10.0.0.1";
constexpr char kPeer[] = "10.0.0.2";
constexpr char kOtherPeer[] = "10.0.0.3";
constexpr char kPtpGroup[] = "224.0.1.129";

constexpr char kInDropped[] = "ptpd/in-udp-dst-319-320/dropped";
constexpr char kOutDropped[] = "ptpd/out-udp-dst-319-320/dropped";

// A UDP socket bound to one address and port.
class UdpSocket {
 public:
  UdpSocket(const NetworkNamespace& where, const std::string& address, uint16_t port) {
    where.Run([&] { fd_ = socket(Family(address), SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    sockaddr_storage storage = {};
    const socklen_t length = Fill(address, port, storage);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&storage), length), 0)
        << address << " " << std::strerror(errno);
  }
  ~UdpSocket() { close(fd_); }
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  void Join(const std::string& group, const std::string& interface_address) const {
    ip_mreqn request = {};
    inet_pton(AF_INET, group.c_str(), &request.imr_multiaddr);
    inet_pton(AF_INET, interface_address.c_str(), &request.imr_address);
    EXPECT_EQ(setsockopt(fd_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)), 0);
  }
  void SendMulticastFrom(const std::string& interface_address) const {
    in_addr address = {};
    inet_pton(AF_INET, interface_address.c_str(), &address);
    EXPECT_EQ(setsockopt(fd_, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof(address)), 0);
  }
  // 0, or the errno of the attempt: EPERM when our own output chain drops it.
  int Send(const std::string& text, const std::string& address, uint16_t port) const {
    sockaddr_storage storage = {};
    const socklen_t length = Fill(address, port, storage);
    const ssize_t sent = sendto(fd_, text.data(), text.size(), 0,
                                reinterpret_cast<const sockaddr*>(&storage), length);
    return sent < 0 ? errno : 0;
  }
  // Sends to where nobody listens; the errno that the network answers with.
  int ErrorFrom(const std::string& address, uint16_t port) const {
    sockaddr_storage storage = {};
    const socklen_t length = Fill(address, port, storage);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&storage), length), 0);
    EXPECT_EQ(send(fd_, "", 0, 0), 0);
    pollfd poll_fd = {fd_, POLLIN, 0};
    if (poll(&poll_fd, 1, kDeadlineMilliseconds) != 1) return 0;
    char ignored = 0;
    return recv(fd_, &ignored, 1, 0) < 0 ? errno : 0;
  }
  // What arrives within `milliseconds`, else nothing.
  std::string Receive(int milliseconds = kDeadlineMilliseconds) const {
    pollfd poll_fd = {fd_, POLLIN, 0};
    if (poll(&poll_fd, 1, milliseconds) != 1) return "";
    std::array<char, 100> buffer;
    const ssize_t length = recv(fd_, buffer.data(), buffer.size(), 0);
    return length < 0 ? "" : std::string(buffer.data(), static_cast<size_t>(length));
  }

 private:
  static int Family(const std::string& address) {
    return address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  }
  static socklen_t Fill(const std::string& address, uint16_t port, sockaddr_storage& storage) {
    if (Family(address) == AF_INET) {
      sockaddr_in in = {};
      in.sin_family = AF_INET;
      in.sin_port = htons(port);
      inet_pton(AF_INET, address.c_str(), &in.sin_addr);
      std::memcpy(&storage, &in, sizeof(in));
      return sizeof(in);
    }
    sockaddr_in6 in6 = {};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    inet_pton(AF_INET6, address.c_str(), &in6.sin6_addr);
    std::memcpy(&storage, &in6, sizeof(in6));
    return sizeof(in6);
  }
  int fd_ = -1;
};

class NftablesFirewallTest : public ::testing::Test {
 protected:
  static Wanted Closed() { return {Catalogue(), {}}; }
  static Wanted Open() {
    Wanted wanted = Closed();
    wanted.policy.rulesets["ptpd"].enabled = true;
    return wanted;
  }
  static Wanted OnlyFor(std::vector<std::string> allowed_ips) {
    Wanted wanted = Closed();
    wanted.policy.rulesets["ptpd"] = {true, false, std::move(allowed_ips)};
    return wanted;
  }

  void SetUp() override {
    if (!NetworkNamespace::Available()) {
      GTEST_SKIP() << "may not create network namespaces; run as root";
    }
    host_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
    peer_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
    host_->Run([&] { firewall_ = NewNftablesFirewall(); });
  }

  void Join() const {
    Shell(*host_, "ip link add eth0 type veth peer name eth0 netns " + peer_->path());
    Shell(*host_,
          "ip link set lo up; ip link set eth0 up; ip addr add 10.0.0.1/24 dev eth0;"
          "ip addr add fd00::1/64 dev eth0 nodad");
    Shell(*peer_,
          "ip link set lo up; ip link set eth0 up; ip addr add 10.0.0.2/24 dev eth0;"
          "ip addr add 10.0.0.3/24 dev eth0; ip addr add fd00::2/64 dev eth0 nodad;"
          "ip addr add fd00::3/64 dev eth0 nodad");
  }

  std::string Ruleset() const { return Shell(*host_, "nft list ruleset"); }

  // How many packets the counter has counted, as the administrator's own tool tells
  // it; -1 if there is no such counter.
  int Counted(const std::string& counter) const {
    const json listing =
        json::parse(Shell(*host_, "nft -j list counters table inet hostctl"), nullptr, false);
    for (const json& entry : listing.value("nftables", json::array())) {
      if (!entry.contains("counter") || entry["counter"]["name"] != counter) continue;
      return entry["counter"]["packets"].get<int>();
    }
    return -1;
  }

  bool WaitUntilCounted(const std::string& counter, int count) const {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(kDeadlineMilliseconds);
    while (Counted(counter) < count) {
      if (std::chrono::steady_clock::now() > deadline) return false;
    }
    return true;
  }

  bool ChangeTold(int milliseconds) const {
    pollfd poll_fd = {firewall_->change_fd(), POLLIN, 0};
    return poll(&poll_fd, 1, milliseconds) == 1;
  }

  // `change` by somebody else is told, seen, and put back as it was.
  void ExpectNoticedAndPutBack(const std::string& change) {
    ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
    const std::string before = Ruleset();
    firewall_->DrainChanges();
    ASSERT_FALSE(ChangeTold(0));

    Shell(*host_, change);
    EXPECT_TRUE(ChangeTold(kDeadlineMilliseconds)) << change;
    firewall_->DrainChanges();
    EXPECT_FALSE(ChangeTold(0)) << change;
    EXPECT_FALSE(firewall_->Matches(Open()).value()) << change;

    ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus()) << change;
    EXPECT_TRUE(firewall_->Matches(Open()).value()) << change;
    EXPECT_EQ(Ruleset(), before) << change;
  }

  std::unique_ptr<NetworkNamespace> host_;
  std::unique_ptr<NetworkNamespace> peer_;
  std::unique_ptr<Firewall> firewall_;
};

TEST_F(NftablesFirewallTest, PutsThePolicyInForce) {
  EXPECT_FALSE(firewall_->Matches(Open()).value()) << "there is no table yet";
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  EXPECT_TRUE(firewall_->Matches(Open()).value());
  EXPECT_FALSE(firewall_->Matches(Closed()).value());
  EXPECT_EQ(firewall_->backend_name(), "nftables");
  EXPECT_EQ(Ruleset(),
            R"(table inet hostctl {
	counter ptpd/in-udp-dst-319-320/passed {
		packets 0 bytes 0
	}

	counter ptpd/in-udp-dst-319-320/dropped {
		packets 0 bytes 0
	}

	counter ptpd/out-udp-dst-319-320/passed {
		packets 0 bytes 0
	}

	counter ptpd/out-udp-dst-319-320/dropped {
		packets 0 bytes 0
	}

	map in-udp-dst {
		type inet_service : verdict
		elements = { 319 : jump in-udp-dst-319-320, 320 : jump in-udp-dst-319-320 }
	}

	set in-udp-dst/open {
		type inet_service
		elements = { 319, 320 }
	}

	map out-udp-dst {
		type inet_service : verdict
		elements = { 319 : jump out-udp-dst-319-320, 320 : jump out-udp-dst-319-320 }
	}

	set out-udp-dst/open {
		type inet_service
		elements = { 319, 320 }
	}

	chain in-udp-dst-319-320 {
		counter name "ptpd/in-udp-dst-319-320/passed" accept
	}

	chain out-udp-dst-319-320 {
		counter name "ptpd/out-udp-dst-319-320/passed" accept
	}

	chain input {
		type filter hook input priority filter - 10; policy accept;
		iifname "lo" accept
		udp dport vmap @in-udp-dst
		udp dport @in-udp-dst/open accept
	}

	chain output {
		type filter hook output priority filter - 10; policy accept;
		oifname "lo" accept
		udp dport vmap @out-udp-dst
		udp dport @out-udp-dst/open accept
	}
}
)");
}

TEST_F(NftablesFirewallTest, EveryShapeOfPolicyIsTakenByTheKernelAndRecognised) {
  Wanted drop = OnlyFor({"10.0.0.2", "10.1.2.3", "10.0.0.0/8", "11.0.0.0", "fd00::/8", "::1"});
  drop.policy.default_action = DefaultAction::kDrop;
  Wanted off = Closed();
  off.policy.enabled = false;
  for (const Wanted& wanted :
       {Closed(), Open(), drop, OnlyFor({}), OnlyFor({"0.0.0.0/0", "::/0"}), off}) {
    ASSERT_EQ(firewall_->Apply(wanted), absl::OkStatus());
    EXPECT_TRUE(firewall_->Matches(wanted).value()) << Ruleset();
    // The same by comparing listings: a foreign commit moves the generation.
    Shell(*host_, "nft 'add table ip other; delete table ip other'");
    EXPECT_TRUE(firewall_->Matches(wanted).value()) << Ruleset();
  }
  EXPECT_EQ(Ruleset(), "table inet hostctl {\n}\n") << "off is an empty table";
}

TEST_F(NftablesFirewallTest, ApplyingTheSameAgainChangesNothing) {
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  firewall_->DrainChanges();
  const std::string before = Shell(*host_, "nft -a list ruleset");
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  EXPECT_FALSE(ChangeTold(0));
  EXPECT_EQ(Shell(*host_, "nft -a list ruleset"), before) << "not even the handles";
}

TEST_F(NftablesFirewallTest, AFreshStartDoesNotKnowThePolicyAndReplacesWhatItFinds) {
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  host_->Run([&] { firewall_ = NewNftablesFirewall(); });
  EXPECT_FALSE(firewall_->Matches(Open()).value());
  ASSERT_EQ(firewall_->Apply(Closed()), absl::OkStatus());
  EXPECT_TRUE(firewall_->Matches(Closed()).value());
  EXPECT_EQ(Counted(kInDropped), 0);
}

TEST_F(NftablesFirewallTest, LeavesTheTablesOfOthersAlone) {
  Shell(*host_,
        "nft 'add table inet other; add chain inet other c { type filter hook input "
        "priority 0; }; add rule inet other c tcp dport 22 counter accept'");
  const std::string others = Shell(*host_, "nft -a list table inet other");
  ASSERT_EQ(firewall_->Apply(Closed()), absl::OkStatus());
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  EXPECT_EQ(Shell(*host_, "nft -a list table inet other"), others);

  firewall_->DrainChanges();
  Shell(*host_, "nft add rule inet other c tcp dport 80 accept");
  EXPECT_TRUE(ChangeTold(kDeadlineMilliseconds));
  EXPECT_TRUE(firewall_->Matches(Open()).value()) << "but it is none of our business";
}

TEST_F(NftablesFirewallTest, ClosedKeepsPacketsOutAndCountsThem) {
  Join();
  const UdpSocket event(*host_, "0.0.0.0", 319);
  const UdpSocket general(*host_, "0.0.0.0", 320);
  const UdpSocket unnamed(*host_, "0.0.0.0", 321);
  const UdpSocket peer(*peer_, kPeer, 0);

  ASSERT_EQ(firewall_->Apply(Closed()), absl::OkStatus());
  peer.Send("shut", kHost, 319);
  peer.Send("shut", kHost, 320);
  peer.Send("other", kHost, 321);
  EXPECT_TRUE(WaitUntilCounted(kInDropped, 2));
  EXPECT_EQ(event.Receive(0), "");
  EXPECT_EQ(general.Receive(0), "");
  EXPECT_EQ(unnamed.Receive(), "other") << "the default action is to pass";
  EXPECT_EQ(event.Send("out", kPeer, 319), EPERM);
  EXPECT_EQ(Counted(kOutDropped), 1);
  EXPECT_TRUE(firewall_->Matches(Closed()).value()) << "a counter that has counted is no change";

  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  peer.Send("open", kHost, 319);
  peer.Send("open", kHost, 320);
  EXPECT_EQ(event.Receive(), "open");
  EXPECT_EQ(general.Receive(), "open");
  EXPECT_EQ(event.Send("out", kPeer, 319), 0);
}

TEST_F(NftablesFirewallTest, AllowedAddressesAreHonouredInBothFamilies) {
  Join();
  const UdpSocket host(*host_, "::", 319);  // takes IPv4 as well
  const UdpSocket allowed(*peer_, kPeer, 0);
  const UdpSocket stranger(*peer_, kOtherPeer, 0);
  const UdpSocket allowed6(*peer_, "fd00::2", 0);
  const UdpSocket stranger6(*peer_, "fd00::3", 0);

  ASSERT_EQ(firewall_->Apply(OnlyFor({kPeer, "fd00::2"})), absl::OkStatus());
  stranger.Send("stranger", kHost, 319);
  stranger6.Send("stranger", "fd00::1", 319);
  EXPECT_TRUE(WaitUntilCounted(kInDropped, 2));
  allowed.Send("allowed", kHost, 319);
  EXPECT_EQ(host.Receive(), "allowed");
  allowed6.Send("allowed6", "fd00::1", 319);
  EXPECT_EQ(host.Receive(), "allowed6");
  EXPECT_EQ(host.Receive(0), "");
  EXPECT_EQ(Counted(kInDropped), 2);
}

TEST_F(NftablesFirewallTest, RestrictedOutputReachesGroupsAndPeersOnly) {
  Join();
  const UdpSocket host(*host_, "0.0.0.0", 319);
  host.SendMulticastFrom(kHost);
  const UdpSocket peer(*peer_, "0.0.0.0", 319);
  peer.Join(kPtpGroup, kPeer);

  ASSERT_EQ(firewall_->Apply(OnlyFor({kPeer})), absl::OkStatus());
  EXPECT_EQ(host.Send("group", kPtpGroup, 319), 0);
  EXPECT_EQ(peer.Receive(), "group");
  EXPECT_EQ(host.Send("peer", kPeer, 319), 0);
  EXPECT_EQ(peer.Receive(), "peer");
  EXPECT_EQ(host.Send("stranger", kOtherPeer, 319), EPERM);

  ASSERT_EQ(firewall_->Apply(OnlyFor({})), absl::OkStatus());
  EXPECT_EQ(host.Send("group", kPtpGroup, 319), EPERM) << "nobody is allowed";
}

TEST_F(NftablesFirewallTest, AnOpenRulesetDoesNotOverruleTheAdministrator) {
  Join();
  Shell(*host_,
        "nft 'add table inet own; add chain inet own c { type filter hook input priority "
        "0; }; add rule inet own c udp dport 319 counter drop comment \"own\"'");
  const UdpSocket host(*host_, "0.0.0.0", 319);
  const UdpSocket control(*host_, "0.0.0.0", 320);
  const UdpSocket peer(*peer_, kPeer, 0);
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  peer.Send("first", kHost, 319);
  peer.Send("second", kHost, 320);
  ASSERT_EQ(control.Receive(), "second");
  EXPECT_EQ(host.Receive(0), "");
  EXPECT_THAT(Ruleset(), HasSubstr("counter packets 1"));
}

TEST_F(NftablesFirewallTest, DefaultDropShutsWhatNoRulesetNames) {
  Join();
  const UdpSocket ptp(*host_, "0.0.0.0", 319);
  const UdpSocket unnamed(*host_, "0.0.0.0", 321);
  const UdpSocket peer(*peer_, kPeer, 0);
  Wanted wanted = Open();
  wanted.policy.default_action = DefaultAction::kDrop;
  ASSERT_EQ(firewall_->Apply(wanted), absl::OkStatus());

  peer.Send("ptp", kHost, 319);
  EXPECT_EQ(ptp.Receive(), "ptp");
  peer.Send("other", kHost, 321);
  EXPECT_TRUE(WaitUntilCounted("default/in/dropped", 1));
  EXPECT_EQ(unnamed.Receive(0), "");
  EXPECT_EQ(unnamed.Send("other", kPeer, 9), EPERM);
}

TEST_F(NftablesFirewallTest, DefaultDropKeepsTheHostOnItsLinks) {
  Join();
  const UdpSocket host(*host_, "::", 319);
  const UdpSocket peer(*peer_, "::", 320);
  Wanted wanted = Open();
  wanted.policy.default_action = DefaultAction::kDrop;
  ASSERT_EQ(firewall_->Apply(wanted), absl::OkStatus());

  // Neighbours are found, from both sides (ARP is no matter of ours, ND is).
  Shell(*host_, "ip neigh flush dev eth0");
  EXPECT_EQ(host.Send("find the peer", "fd00::2", 320), 0);
  EXPECT_EQ(peer.Receive(), "find the peer");
  Shell(*host_, "ip neigh flush dev eth0");
  Shell(*peer_, "ip neigh flush dev eth0");
  EXPECT_EQ(peer.Send("find the host", "fd00::1", 319), 0);
  EXPECT_EQ(host.Receive(), "find the host");

  // Answers go out to ports that no ruleset names.
  const UdpSocket client(*peer_, kPeer, 5000);
  const UdpSocket server(*host_, kHost, 320);
  EXPECT_EQ(client.Send("question", kHost, 320), 0);
  EXPECT_EQ(server.Receive(), "question");
  EXPECT_EQ(server.Send("answer", kPeer, 5000), 0);
  EXPECT_EQ(client.Receive(), "answer");

  // ICMP errors come in: nobody listens there.
  EXPECT_EQ(server.ErrorFrom(kOtherPeer, 319), ECONNREFUSED);

  // The host talks to itself.
  const UdpSocket local(*host_, "127.0.0.1", 321);
  EXPECT_EQ(local.Send("myself", "127.0.0.1", 321), 0);
  EXPECT_EQ(local.Receive(), "myself");
}

TEST_F(NftablesFirewallTest, CountersAreToldByRuleAndOutlastAChangeOfThePolicy) {
  Join();
  const UdpSocket event(*host_, "0.0.0.0", 319);
  const UdpSocket peer(*peer_, kPeer, 0);
  EXPECT_TRUE(firewall_->Counters().value().empty()) << "nothing was applied yet";
  const auto ptpd_in = [&] {
    const std::vector<RuleCount> counts = firewall_->Counters().value();
    const auto found = std::find_if(counts.begin(), counts.end(), [](const RuleCount& count) {
      return count.ruleset_id == "ptpd" && count.rule_index == 0;
    });
    return found == counts.end() ? RuleCount{} : *found;
  };
  ASSERT_EQ(firewall_->Apply(Closed()), absl::OkStatus());
  peer.Send("12345678", kHost, 319);
  ASSERT_TRUE(WaitUntilCounted(kInDropped, 1));
  const PacketCount one = {1, 20 + 8 + 8};  // IPv4 and UDP headers
  EXPECT_EQ(ptpd_in(), (RuleCount{"ptpd", 0, {}, one}));

  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  peer.Send("12345678", kHost, 319);
  ASSERT_EQ(event.Receive(), "12345678");
  EXPECT_EQ(ptpd_in(), (RuleCount{"ptpd", 0, one, one}));

  host_->Run([&] { firewall_ = NewNftablesFirewall(); });
  ASSERT_EQ(firewall_->Apply(OnlyFor({kOtherPeer})), absl::OkStatus());
  EXPECT_EQ(ptpd_in(), (RuleCount{"ptpd", 0, one, one})) << "also across a restart";
  EXPECT_TRUE(firewall_->Matches(OnlyFor({kOtherPeer})).value());

  Shell(*host_, "nft flush ruleset");
  EXPECT_EQ(ptpd_in(), (RuleCount{"ptpd", 0, {}, {}})) << "gone with the table";
}

TEST_F(NftablesFirewallTest, UnderDropTheDefaultActionAndTheUnmanagedRuleCount) {
  Join();
  const UdpSocket peer(*peer_, kPeer, 0);
  Wanted wanted = Open();
  wanted.policy.default_action = DefaultAction::kDrop;
  ASSERT_EQ(firewall_->Apply(wanted), absl::OkStatus());
  peer.Send("ntp", kHost, 123);
  peer.Send("other", kHost, 7);
  EXPECT_TRUE(WaitUntilCounted("default/in/dropped", 2));
  EXPECT_EQ(Counted("chronyd/in-udp-dst-123/dropped"), 1);
}

TEST_F(NftablesFirewallTest, AFlushIsNoticedAndPutBack) {
  ExpectNoticedAndPutBack("nft flush ruleset");
}

TEST_F(NftablesFirewallTest, ADeletedTableIsNoticedAndPutBack) {
  ExpectNoticedAndPutBack("nft delete table inet hostctl");
}

TEST_F(NftablesFirewallTest, OneDeletedRuleIsNoticedAndPutBack) {
  ExpectNoticedAndPutBack(
      "nft delete rule inet hostctl output handle "
      "$(nft -a list chain inet hostctl output | sed -n 's/.*vmap.*# handle //p')");
}

TEST_F(NftablesFirewallTest, AnAddedRuleIsNoticedAndPutBack) {
  ExpectNoticedAndPutBack("nft insert rule inet hostctl input udp dport 319 drop");
}

TEST_F(NftablesFirewallTest, AnAddedChainAndAChangedPolicyAreNoticedAndPutBack) {
  ExpectNoticedAndPutBack("nft add chain inet hostctl other");
  ExpectNoticedAndPutBack("nft 'chain inet hostctl input { policy drop; }'");
}

TEST_F(NftablesFirewallTest, ATablePutToSleepIsNoticedAndPutBack) {
  ExpectNoticedAndPutBack("nft 'add table inet hostctl { flags dormant; }'");
}

TEST_F(NftablesFirewallTest, AnEditedAllowedListIsNoticed) {
  ASSERT_EQ(firewall_->Apply(OnlyFor({kPeer})), absl::OkStatus());
  Shell(*host_, "nft add element inet hostctl ptpd/ip4 '{ 10.0.0.3 }'");
  EXPECT_FALSE(firewall_->Matches(OnlyFor({kPeer})).value());
  ASSERT_EQ(firewall_->Apply(OnlyFor({kPeer})), absl::OkStatus());
  EXPECT_THAT(Ruleset(), Not(HasSubstr("10.0.0.3")));
}

TEST_F(NftablesFirewallTest, LosingNotificationsIsSurvived) {
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  // A buffer too small for what follows, so that the kernel reports ENOBUFS.
  const int tiny = 1;
  ASSERT_EQ(setsockopt(firewall_->change_fd(), SOL_SOCKET, SO_RCVBUF, &tiny, sizeof(tiny)), 0);
  Shell(*host_, "{ for i in $(seq 300); do echo add table ip t$i; done; } | nft -f -");
  pollfd poll_fd = {firewall_->change_fd(), POLLIN, 0};
  ASSERT_EQ(poll(&poll_fd, 1, kDeadlineMilliseconds), 1);
  ASSERT_NE(poll_fd.revents & POLLERR, 0) << "nothing was lost, so nothing is tested";
  firewall_->DrainChanges();
  EXPECT_FALSE(ChangeTold(0));
  EXPECT_TRUE(firewall_->Matches(Open()).value());
  Shell(*host_, "nft flush ruleset");
  EXPECT_TRUE(ChangeTold(kDeadlineMilliseconds)) << "and it goes on telling";
}

TEST_F(NftablesFirewallTest, AnInvalidPolicyLeavesTheKernelAsItWas) {
  ASSERT_EQ(firewall_->Apply(Open()), absl::OkStatus());
  const std::string before = Shell(*host_, "nft -a list ruleset");
  const Wanted bad = OnlyFor({"10.0.0.2", "not an address"});
  EXPECT_EQ(firewall_->Apply(bad).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(firewall_->Matches(bad).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Shell(*host_, "nft -a list ruleset"), before);
  EXPECT_TRUE(firewall_->Matches(Open()).value());
}

TEST_F(NftablesFirewallTest, ATableOwnedByAnotherProcessIsReportedInTheKernelsWords) {
  // nft keeps owning the table while its standard input stays open.
  std::array<int, 2> input = {-1, -1};
  ASSERT_EQ(pipe2(input.data(), O_CLOEXEC), 0);
  FILE* owner = nullptr;
  host_->Run([&] { owner = popen("nft -i >/dev/null 2>&1", "we"); });
  close(input[0]);
  close(input[1]);
  ASSERT_NE(owner, nullptr);
  fputs("add table inet hostctl { flags owner; }\n", owner);
  fflush(owner);
  ASSERT_TRUE(ChangeTold(kDeadlineMilliseconds));

  const absl::Status refused = firewall_->Apply(Open());
  EXPECT_EQ(refused.code(), absl::StatusCode::kInternal) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("Operation not permitted"));
  EXPECT_FALSE(firewall_->Matches(Open()).value());
  pclose(owner);
  EXPECT_EQ(firewall_->Apply(Open()), absl::OkStatus()) << "its owner is gone, and so is it";
}

TEST_F(NftablesFirewallTest, WithoutTheRightToItSaysWhatToDo) {
  host_->Run([] {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      constexpr uid_t kNobody = 65534;
      if (setresgid(kNobody, kNobody, kNobody) != 0) _exit(10);
      if (setresuid(kNobody, kNobody, kNobody) != 0) _exit(11);
      const std::unique_ptr<Firewall> firewall = NewNftablesFirewall();
      const absl::Status applied = firewall->Apply(Open());
      if (applied.code() != absl::StatusCode::kPermissionDenied) _exit(12);
      if (std::string(applied.message()).find("CAP_NET_ADMIN") == std::string::npos) _exit(13);
      const absl::Status matched = firewall->Matches(Open()).status();
      _exit(matched.code() == absl::StatusCode::kPermissionDenied ? 0 : 14);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << "10, 11: setup; 12, 13: Apply; 14: Matches";
  });
}

}  // namespace
}  // namespace hostctl::firewall
