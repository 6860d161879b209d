// A client and a server that negotiate, as whole clocks: what one says the other hears,
// 10 us later, in simulated time.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"
#include "ptpcore/protocol/ptp_clock.h"

namespace ptpcore::protocol {
namespace {

using ::testing::HasSubstr;
using wire::MessageType;

constexpr Duration kFlight = std::chrono::microseconds(10);
constexpr int64_t kUtcAtStart = 1'795'348'053 * kSecond;

wire::ClockIdentity IdentityOf(uint8_t host) {
  return {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, host}};
}

// Hosts on one network; each is a clock with one port. All clocks show the true time.
class Network {
 public:
  void Add(uint8_t host, bool server, const UnicastConfig& unicast, uint8_t priority1 = 128) {
    ClockConfig clock;
    clock.own.clock_identity = IdentityOf(host);
    clock.own.slave_only = !server;
    clock.own.priority1 = priority1;
    PortConfig port;
    port.master_only = server;
    port.unicast = unicast;
    port.unicast->serve = server;
    port.intervals.log_announce = 0;
    hosts_[host] = std::make_unique<PtpClock>(clock);
    hosts_[host]->AddPort(port);
    Do(host, hosts_[host]->Initialized(0, now_));
  }
  void Remove(uint8_t host) { hosts_.erase(host); }
  void StepClock(uint8_t host) { hosts_[host]->ClockStepped(); }

  const Port& port(uint8_t host) const { return hosts_.at(host)->port(0); }
  MonoTime now() const { return now_; }
  int offsets(uint8_t host) { return std::exchange(measured_[host], 0); }
  int multicast() const { return multicast_; }

  void Run(Duration duration) {
    const MonoTime end = now_ + duration;
    for (;;) {
      MonoTime next = flying_.empty() ? kNever : flying_.begin()->first;
      for (const auto& [host, clock] : hosts_) next = std::min(next, clock->NextDeadline(0));
      if (next > end) break;
      now_ = std::max(now_, next);
      while (!flying_.empty() && flying_.begin()->first <= now_) {
        const Flying flying = std::move(flying_.begin()->second);
        flying_.erase(flying_.begin());
        Arrive(flying);
      }
      std::vector<uint8_t> names;
      for (const auto& [host, clock] : hosts_) names.push_back(host);
      for (uint8_t host : names) {
        if (hosts_[host]->NextDeadline(0) <= now_) Do(host, hosts_[host]->HandleTimers(0, now_));
      }
    }
    now_ = end;
  }

  // The last message of a type that a host sent.
  std::map<std::pair<uint8_t, MessageType>, wire::Header> last_sent;

 private:
  struct Flying {
    uint8_t from;
    uint8_t to;
    wire::Message message;
    TlvOctets tlvs;
  };

  LocalTime Local() const { return {kUtcAtStart + now_.time_since_epoch().count()}; }

  void Arrive(Flying flying) {
    const auto host = hosts_.find(flying.to);
    if (host == hosts_.end()) return;
    flying.message.tlvs = flying.tlvs;
    Do(flying.to, host->second->Handle(0, {flying.message, AddressOf(flying.from), Local()}, now_));
  }
  void Send(uint8_t from, const wire::Message& message, const std::optional<wire::PortAddress>& to,
            const TlvOctets& tlvs) {
    last_sent[{from, message.header.type}] = message.header;
    if (!to) {
      ++multicast_;
      return;
    }
    EXPECT_TRUE(message.header.Has(wire::kUnicast));
    EXPECT_EQ(message.header.log_message_interval, wire::kNoLogInterval);
    flying_.emplace(now_ + kFlight, Flying{from, to->octets[3], message, tlvs});
  }

  void Do(uint8_t host, const Actions& actions) {
    for (const Action& action : actions) {
      if (const auto* general = std::get_if<SendGeneral>(&action)) {
        Send(host, general->message, general->to, general->tlvs);
      } else if (const auto* event = std::get_if<SendEvent>(&action)) {
        Send(host, event->message, event->to, event->tlvs);
        Do(host, hosts_[host]->HandleTransmitted(0, event->message, Local(), now_,
                                                 event->to.value_or(wire::PortAddress())));
      } else if (const auto* sync = std::get_if<SyncMeasured>(&action)) {
        EXPECT_EQ(sync->t2.ns - sync->t1_utc_ns, kFlight.count());
        ++measured_[host];
      } else if (const auto* delay = std::get_if<DelayMeasured>(&action)) {
        EXPECT_EQ(delay->t4_utc_ns - delay->t3.ns, kFlight.count());
        ++measured_[host];
      }
    }
  }

  std::map<uint8_t, std::unique_ptr<PtpClock>> hosts_;
  std::multimap<MonoTime, Flying> flying_;
  std::map<uint8_t, int> measured_;
  int multicast_ = 0;
  MonoTime now_ = At(seconds(1));
};

constexpr uint8_t kServer = 1;
constexpr uint8_t kSecondServer = 2;
constexpr uint8_t kClientHost = 9;

UnicastConfig Asking(std::vector<uint8_t> masters, int8_t log_sync = 0, int8_t log_delay = 0) {
  UnicastConfig config;
  for (uint8_t host : masters) {
    config.client.masters.push_back({"192.0.2." + std::to_string(host), AddressOf(host)});
  }
  config.client.log_intervals = {0, log_sync, log_delay};
  return config;
}

TEST(UnicastPortTest, AClientIsServedByUnicastAlone) {
  Network network;
  network.Add(kServer, true, {});
  network.Add(kClientHost, false, Asking({kServer}));
  network.Run(seconds(10));
  EXPECT_EQ(network.port(kServer).state(), PortState::kMaster);
  EXPECT_EQ(network.port(kClientHost).state(), PortState::kUncalibrated);
  network.offsets(kClientHost);
  network.Run(seconds(100));
  EXPECT_NEAR(network.offsets(kClientHost), 200, 40) << "100 Sync and about 100 Delay_Resp";
  EXPECT_EQ(network.multicast(), 0);
  EXPECT_EQ(network.port(kServer).unicast()->server()->clients(), 1U);
  EXPECT_EQ(network.port(kClientHost).client_side().log_sync_interval(), 0);
}

TEST(UnicastPortTest, TheRatesAreThoseThatTheClientAsksFor) {
  for (const int8_t log_interval : std::vector<int8_t>{-7, -4, 0, 4}) {
    Network network;
    network.Add(kServer, true, {});
    network.Add(kClientHost, false, Asking({kServer}, log_interval, log_interval));
    network.Run(seconds(40));
    network.offsets(kClientHost);
    network.Run(seconds(320));
    const double expected = 640 / std::pow(2.0, log_interval);
    EXPECT_NEAR(network.offsets(kClientHost), expected, 3 * std::sqrt(expected) + 1)
        << int{log_interval};
  }
}

TEST(UnicastPortTest, WhatTheServerCannotKeepUpWithIsGrantedSlower) {
  Network network;
  UnicastConfig serving;
  serving.server.fastest_log_interval = {-1, 0, 1};
  network.Add(kServer, true, serving);
  network.Add(kClientHost, false, Asking({kServer}, -3, -3));
  network.Run(seconds(30));
  const UnicastClient& client = *network.port(kClientHost).unicast()->client();
  EXPECT_EQ(client.Granted(AddressOf(kServer), UnicastService::kSync), 0);
  EXPECT_EQ(client.Granted(AddressOf(kServer), UnicastService::kDelayResp), 1);
  EXPECT_EQ(network.port(kClientHost).client_side().delay_exchange().log_interval(), 1);
}

TEST(UnicastPortTest, WhenTheFirstMasterDiesTheSecondIsFollowed) {
  Network network;
  network.Add(kServer, true, {}, 10);
  network.Add(kSecondServer, true, {}, 20);
  network.Add(kClientHost, false, Asking({kServer, kSecondServer}));
  network.Run(seconds(20));
  ASSERT_NE(network.port(kClientHost).parent(), nullptr);
  EXPECT_EQ(network.port(kClientHost).parent()->address, AddressOf(kServer));
  EXPECT_EQ(network.port(kSecondServer).counters().sync_sent, 0U);
  network.Remove(kServer);
  network.Run(seconds(5));
  ASSERT_NE(network.port(kClientHost).parent(), nullptr);
  EXPECT_EQ(network.port(kClientHost).parent()->address, AddressOf(kSecondServer));
  network.offsets(kClientHost);
  network.Run(seconds(100));
  EXPECT_NEAR(network.offsets(kClientHost), 200, 40);

  network.Add(kServer, true, {}, 10);
  network.Run(seconds(60));
  EXPECT_EQ(network.port(kClientHost).parent()->address, AddressOf(kServer));
  EXPECT_FALSE(network.port(kSecondServer).unicast()->ServesDelay(AddressOf(kClientHost)))
      << "what was granted there was given back";
}

TEST(UnicastPortTest, AServerThatWasRestartedIsAskedAgain) {
  Network network;
  network.Add(kServer, true, {});
  network.Add(kClientHost, false, Asking({kServer}));
  network.Run(seconds(20));
  network.Remove(kServer);
  network.Add(kServer, true, {});
  network.Run(seconds(10));
  network.offsets(kClientHost);
  network.Run(seconds(100));
  EXPECT_NEAR(network.offsets(kClientHost), 200, 40);
}

TEST(UnicastPortTest, SaysThatNobodyAnswers) {
  Network network;
  network.Add(kClientHost, false, Asking({kServer}));
  network.Run(seconds(10));
  const Explanation why = network.port(kClientHost).Explain(network.now());
  EXPECT_EQ(why.reason, Reason::kUnicastUnanswered);
  EXPECT_EQ(why.sentence, "unicast master 192.0.2.1: Announce not answered");
}

TEST(UnicastPortTest, SaysThatItIsDenied) {
  Network network;
  UnicastConfig full;
  full.server.maximum_clients = 0;
  network.Add(kServer, true, full);
  network.Add(kClientHost, false, Asking({kServer, kSecondServer}));
  network.Run(seconds(10));
  const Explanation why = network.port(kClientHost).Explain(network.now());
  EXPECT_EQ(why.reason, Reason::kUnicastDenied);
  EXPECT_EQ(why.sentence,
            "unicast master 192.0.2.1: Announce denied; "
            "unicast master 192.0.2.2: Announce not answered");
}

TEST(UnicastPortTest, SaysThatSyncIsDenied) {
  Network network;
  UnicastConfig serving;
  serving.server.maximum_rate_hz = 1;
  network.Add(kServer, true, serving);
  network.Add(kClientHost, false, Asking({kServer}, -7));
  // Announce takes all of the rate.
  network.Run(seconds(30));
  const Explanation why = network.port(kClientHost).Explain(network.now());
  EXPECT_EQ(network.port(kClientHost).state(), PortState::kUncalibrated);
  EXPECT_EQ(why.reason, Reason::kUnicastDenied);
  EXPECT_THAT(why.sentence, HasSubstr("Sync denied"));
}

TEST(UnicastPortTest, AnAnnounceOfAStrangerIsIgnored) {
  Network network;
  UnicastConfig none;
  network.Add(kServer, true, none);
  network.Add(kSecondServer, true, none, 1);
  network.Add(kClientHost, false, Asking({kServer}));
  // The stranger serves somebody else at our address, it believes.
  network.Run(seconds(60));
  EXPECT_EQ(network.port(kClientHost).foreign_masters().size(), 1U);
}

TEST(UnicastPortTest, ADelayReqWithoutAGrantIsNotAnswered) {
  Network network;
  network.Add(kServer, true, {});
  network.Run(seconds(10));
  const Port& server = network.port(kServer);
  EXPECT_EQ(server.state(), PortState::kMaster);
  EXPECT_FALSE(server.unicast()->ServesDelay(AddressOf(kClientHost)));
  EXPECT_EQ(server.counters().delay_resp_sent, 0U);
}

}  // namespace
}  // namespace ptpcore::protocol
