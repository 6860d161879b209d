// Engines that sign their messages, those that cannot, and somebody who would like to.
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "engine_network.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "key_file.h"
#include "ptpcore/engine/report.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace v1 = hostctl::v1;

constexpr int64_t kServerError = 3'000'000;

class AuthenticationTest : public ::testing::Test {
 protected:
  static EngineConfig Config(v1::ClockRole role, const KeyFile* keys) {
    EngineConfig config = SimulatedEngine::Config();
    config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
    config.mutable_protocol()->set_role(role);
    config.mutable_protocol()->set_log_announce_interval(0);
    if (role == v1::CLOCK_ROLE_SERVER) {
      config.mutable_virtual_clock()->set_initial_offset_ns(kServerError);
      config.mutable_virtual_clock()->set_frequency_error_ppb(0);
    }
    if (keys != nullptr) config.mutable_authentication()->set_association_file(keys->path());
    return config;
  }
  static EngineConfig Server(const KeyFile* keys) { return Config(v1::CLOCK_ROLE_SERVER, keys); }
  static EngineConfig Client(const KeyFile* keys) { return Config(v1::CLOCK_ROLE_CLIENT, keys); }

  SimulatedEngine& Add(const EngineConfig& config) {
    SimulatedEngine& added = network_.Add({"red"});
    EXPECT_TRUE(added.engine->Configure(config).value());
    return added;
  }
  static bool FollowsTheServer(SimulatedEngine& client) {
    return client.State() == protocol::PortState::kSlave &&
           std::llabs(client.TrueErrorNs() - kServerError) < 10'000;
  }
  static v1::FaultCounters Faults(SimulatedEngine& engine) {
    return MakeReport(*engine.engine).faults();
  }
  static uint64_t Transitions(SimulatedEngine& engine) {
    return MakeReport(*engine.engine).state_transitions();
  }

  EngineNetwork network_;
  KeyFile keys_{kKeyOne};
};

TEST_F(AuthenticationTest, WhoHasTheKeyGetsTheTime) {
  SimulatedEngine& server = Add(Server(&keys_));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(90);
  EXPECT_TRUE(FollowsTheServer(client));
  for (SimulatedEngine* engine : {&server, &client}) {
    const v1::PtpStats report = MakeReport(*engine->engine);
    EXPECT_EQ(report.faults().unauthenticated_messages(), 0U);
    EXPECT_EQ(report.faults().unknown_authentication_keys(), 0U);
    EXPECT_EQ(report.faults().invalid_authentication(), 0U);
    EXPECT_EQ(report.faults().replayed_messages(), 0U);
    ASSERT_TRUE(report.has_authentication());
    EXPECT_TRUE(report.authentication().required());
    EXPECT_EQ(report.authentication().active_key_id(), 1U);
    EXPECT_THAT(report.authentication().key_ids(), ElementsAre(1U));
    EXPECT_EQ(report.authentication().accepted(), report.messages().received_total());
  }
}

TEST_F(AuthenticationTest, EveryMessageIsSignedBehindAllElse) {
  constexpr char kTlv[] = {'\x80', '\x09', 0, 22, 0, 0, 0, 0, 0, 1};
  int messages = 0;
  network_.overheard = [&](net::Packet::Kind, const std::vector<uint8_t>& octets) {
    ++messages;
    ASSERT_GT(octets.size(), 26U);
    EXPECT_EQ(std::string(octets.end() - 26, octets.end() - 16), std::string(kTlv, sizeof(kTlv)));
    EXPECT_EQ(octets[2] * 256U + octets[3], octets.size());
  };
  Add(Server(&keys_));
  Add(Client(&keys_));
  network_.Run(30);
  EXPECT_GT(messages, 60);
}

TEST_F(AuthenticationTest, PeerDelayAndUnicastAreSignedToo) {
  EngineConfig server = Server(&keys_);
  EngineConfig client = Client(&keys_);
  for (EngineConfig* config : {&server, &client}) {
    config->mutable_protocol()->set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  }
  Add(server);
  SimulatedEngine& p2p = Add(client);
  network_.Run(90);
  EXPECT_TRUE(FollowsTheServer(p2p));

  EngineNetwork unicast;
  for (EngineConfig* config : {&server, &client}) {
    config->mutable_protocol()->clear_delay_mechanism();
    config->mutable_protocol()->set_unicast_negotiation(true);
  }
  client.add_unicast_masters("192.0.2.1");
  SimulatedEngine& serving = unicast.Add({"red"});
  ASSERT_TRUE(serving.engine->Configure(server).ok());
  SimulatedEngine& asking = unicast.Add({"red"});
  ASSERT_TRUE(asking.engine->Configure(client).ok());
  unicast.Run(120);
  EXPECT_TRUE(FollowsTheServer(asking));
  EXPECT_EQ(Faults(asking).replayed_messages(), 0U);
  EXPECT_GT(MakeReport(*serving.engine).messages().signaling_received(), 0U);
}

TEST_F(AuthenticationTest, WithoutAuthenticationAMasterIsNotFollowedAndTheReasonIsTold) {
  Add(Server(nullptr));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(60);
  EXPECT_EQ(client.State(), protocol::PortState::kListening);
  const v1::PtpStats report = MakeReport(*client.engine);
  EXPECT_EQ(report.reason(), v1::PORT_REASON_NOT_AUTHENTICATED);
  EXPECT_THAT(report.state_reason(),
              HasSubstr("master 020000fffe000100/1 announces itself without authentication"));
  EXPECT_GT(report.faults().unauthenticated_messages(), 100U);
  EXPECT_EQ(report.messages().announce_received(), 0U) << "the protocol never saw them";

  EngineConfig migrating = Client(&keys_);
  migrating.mutable_authentication()->set_allow_unauthenticated(true);
  ASSERT_TRUE(client.engine->Configure(migrating).value());
  network_.Run(90);
  EXPECT_TRUE(FollowsTheServer(client));
  EXPECT_FALSE(MakeReport(*client.engine).authentication().required());
}

TEST_F(AuthenticationTest, WithAnotherKeyAMasterIsNeverFollowed) {
  const KeyFile forged(kForgedOne);
  Add(Server(&forged));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(300);
  EXPECT_EQ(client.State(), protocol::PortState::kListening);
  const v1::PtpStats report = MakeReport(*client.engine);
  EXPECT_EQ(report.reason(), v1::PORT_REASON_NOT_AUTHENTICATED);
  EXPECT_THAT(report.state_reason(), HasSubstr("signs with another key than ours"));
  EXPECT_GT(report.faults().invalid_authentication(), 600U);
  EXPECT_EQ(client.engine->ordinary_clock()->clock_steps(), 0U);
}

TEST_F(AuthenticationTest, AKeyThatIsNotInTheFileIsToldApart) {
  const KeyFile other(kKeyTwo);
  Add(Server(&other));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(60);
  EXPECT_GT(Faults(client).unknown_authentication_keys(), 100U);
  EXPECT_THAT(MakeReport(*client.engine).state_reason(), HasSubstr("is not ours"));
}

// Without a key, but in the best master's name, and better than any.
TEST_F(AuthenticationTest, AnAttackerWithoutAKeyIsIgnoredByWhoIsLocked) {
  Add(Server(&keys_));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(90);
  const uint64_t transitions = Transitions(client);
  const KeyFile forged(kForgedOne);
  for (const KeyFile* keys : {static_cast<const KeyFile*>(nullptr), &forged}) {
    EngineConfig attacker = Server(keys);
    attacker.mutable_protocol()->set_priority1(1);
    attacker.mutable_virtual_clock()->set_initial_offset_ns(90'000'000'000);
    Add(attacker);
  }
  network_.Run(120);
  EXPECT_TRUE(FollowsTheServer(client));
  EXPECT_EQ(Transitions(client), transitions);
  EXPECT_GT(Faults(client).unauthenticated_messages(), 200U);
  EXPECT_GT(Faults(client).invalid_authentication(), 200U);
}

TEST_F(AuthenticationTest, WhatWasRecordedAndIsPlayedAgainIsRefused) {
  Add(Server(&keys_));
  SimulatedEngine& client = Add(Client(&keys_));
  std::vector<std::pair<net::Packet::Kind, std::vector<uint8_t>>> recorded;
  network_.overheard = [&](net::Packet::Kind kind, const std::vector<uint8_t>& octets) {
    recorded.emplace_back(kind, octets);
  };
  network_.Run(90);
  network_.overheard = nullptr;
  const uint64_t transitions = Transitions(client);
  ASSERT_TRUE(FollowsTheServer(client));
  uint64_t masters = 0;
  for (const auto& [kind, octets] : recorded) {
    const auto type = static_cast<wire::MessageType>(octets[0] & 0xF);
    masters += type == wire::MessageType::kSync || type == wire::MessageType::kFollowUp ||
               type == wire::MessageType::kAnnounce;
    network_.Inject("red", kind, octets, 1);
    network_.Run(0.3);
    ASSERT_TRUE(FollowsTheServer(client)) << "after " << static_cast<int>(type);
  }
  EXPECT_EQ(Transitions(client), transitions);
  EXPECT_EQ(Faults(client).replayed_messages(), masters);
}

// The new key comes to both, then is used, then the old one goes.
TEST_F(AuthenticationTest, KeysAreChangedUnderALockedClock) {
  KeyFile servers(kKeyOne);
  SimulatedEngine& server = Add(Server(&servers));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(90);
  ASSERT_TRUE(FollowsTheServer(client));
  const uint64_t transitions = Transitions(client);
  const std::string both = std::string(kKeyOne) + kKeyTwo;
  keys_.Write(both);
  network_.Run(20);
  servers.Write(both);
  network_.Run(20);
  for (SimulatedEngine* engine : {&server, &client}) {
    EngineConfig config = *engine->engine->config();
    config.mutable_authentication()->set_active_key_id(2);
    ASSERT_TRUE(engine->engine->Configure(config).value());
    network_.Run(20);
  }
  EXPECT_EQ(MakeReport(*server.engine).authentication().active_key_id(), 2U);
  servers.Write(kKeyTwo);
  network_.Run(20);
  keys_.Write(kKeyTwo);
  network_.Run(60);
  EXPECT_TRUE(FollowsTheServer(client));
  EXPECT_EQ(Transitions(client), transitions);
  EXPECT_EQ(client.engine->resets(), 1U);
  for (SimulatedEngine* engine : {&server, &client}) {
    EXPECT_EQ(Faults(*engine).unknown_authentication_keys(), 0U);
    EXPECT_EQ(Faults(*engine).invalid_authentication(), 0U);
    EXPECT_THAT(MakeReport(*engine->engine).authentication().key_ids(), ElementsAre(2U));
  }
}

TEST_F(AuthenticationTest, AMasterThatWasRestartedIsBelievedAgain) {
  SimulatedEngine& server = Add(Server(&keys_));
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(90);
  EngineConfig other = Server(&keys_);
  other.set_domain_number(5);
  ASSERT_TRUE(server.engine->Configure(other).value());
  network_.Run(2);
  ASSERT_TRUE(server.engine->Configure(Server(&keys_)).value());
  network_.Run(60);
  EXPECT_TRUE(FollowsTheServer(client));
}

TEST_F(AuthenticationTest, WithKeysThatCannotBeReadNothingIsConfigured) {
  SimulatedEngine& client = Add(Client(nullptr));
  network_.Run(5);
  const EngineConfig before = *client.engine->config();
  keys_.Write(kKeyOne, 0644);
  const auto configured = client.engine->Configure(Client(&keys_));
  ASSERT_FALSE(configured.ok());
  EXPECT_THAT(std::string(configured.status().message()), HasSubstr("chmod 600"));
  EXPECT_EQ(client.engine->config()->SerializeAsString(), before.SerializeAsString());
  EXPECT_FALSE(MakeReport(*client.engine).has_authentication());
}

TEST_F(AuthenticationTest, KeysThatBecomeUnreadableStayInForceAndTheFaultIsToldOnce) {
  Add(Server(&keys_));
  KeyFile clients(kKeyOne);
  SimulatedEngine& client = Add(Client(&clients));
  network_.Run(60);
  clients.Write("nonsense\n");
  network_.Run(60);
  EXPECT_TRUE(FollowsTheServer(client));
  int told = 0;
  for (const std::string& line : client.log) told += line.find("line 3") != std::string::npos;
  EXPECT_EQ(told, 1);
  clients.Write(kKeyOne);
  client.engine->ReloadKeys();
  EXPECT_THAT(client.log, Contains("KEYS_READ: " + clients.path()));
}

TEST_F(AuthenticationTest, WhereNobodyAskedForItNothingIsSigned) {
  network_.overheard = [](net::Packet::Kind, const std::vector<uint8_t>& octets) {
    const auto decoded = wire::Decode(octets);
    ASSERT_TRUE(std::holds_alternative<wire::Message>(decoded));
    EXPECT_TRUE(std::get<wire::Message>(decoded).tlvs.empty());
  };
  Add(Server(nullptr));
  SimulatedEngine& client = Add(Client(nullptr));
  network_.Run(90);
  EXPECT_TRUE(FollowsTheServer(client));
}

// One that does not verify follows one that signs: the TLV is skipped.
TEST_F(AuthenticationTest, WhoDoesNotAskForItAcceptsSignedMessages) {
  EngineConfig lenient = Server(&keys_);
  lenient.mutable_authentication()->set_allow_unauthenticated(true);
  Add(lenient);
  SimulatedEngine& client = Add(Client(nullptr));
  network_.Run(90);
  EXPECT_TRUE(FollowsTheServer(client));
}

TEST_F(AuthenticationTest, OtherDomainsAreIgnoredAsBeforeAndNotCountedHere) {
  EngineConfig other = Server(nullptr);
  other.set_domain_number(7);
  Add(other);
  SimulatedEngine& client = Add(Client(&keys_));
  network_.Run(30);
  const v1::PtpStats report = MakeReport(*client.engine);
  EXPECT_EQ(report.reason(), v1::PORT_REASON_OTHER_DOMAIN);
  EXPECT_EQ(report.faults().unauthenticated_messages(), 0U);
  EXPECT_GT(report.faults().domain_mismatches(), 30U);
}

}  // namespace
}  // namespace ptpcore::engine
