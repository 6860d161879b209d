// Management messages to a whole engine, through its local socket.
#include "ptpcore/engine/management_service.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"
#include "ptpcore/management/table.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_management.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

using management::Id;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using wire::ManagementAction;

struct Answered {
  wire::Message message;
  std::vector<uint8_t> octets;  // of what `message` points to
};

class ManagementServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.set_domain_number(24);
    config_.set_management_socket(path_);
    config_.mutable_protocol()->set_role(hostctl::v1::CLOCK_ROLE_CLIENT);
  }
  ~ManagementServiceTest() override {
    unlink(path_.c_str());
    unlink(asker_path_.c_str());
  }

  void Start() {
    ASSERT_TRUE(sim_.engine->Configure(config_).ok());
    auto bound = ManagementSocket::Bind(asker_path_);
    ASSERT_TRUE(bound.ok()) << bound.status();
    asker_ = *std::move(bound);
  }

  std::vector<Answered> Ask(ManagementAction action, Id id, const std::vector<uint8_t>& data = {}) {
    wire::Message request;
    request.header = wire::HeaderOf(wire::MessageType::kManagement);
    wire::Management body;
    body.target = wire::kAllPorts;
    body.action = action;
    request.body = body;
    std::vector<uint8_t> tlvs;
    wire::AppendTlv(wire::ManagementTlv{static_cast<uint16_t>(id), data}, tlvs);
    request.tlvs = tlvs;
    std::vector<uint8_t> octets(wire::kMaxMessageSize);
    octets.resize(wire::Encode(request, absl::MakeSpan(octets)));
    asker_->Send(octets, path_);
    Serve();

    std::vector<Answered> answers;
    std::vector<pollfd> fds;
    asker_->AppendPollFds(fds);
    poll(fds.data(), fds.size(), 0);
    asker_->HandleReady(fds, [&](absl::Span<const uint8_t> answer, const std::string&) {
      answers.push_back({{}, {answer.begin(), answer.end()}});
      const auto decoded = wire::Decode(answers.back().octets);
      ASSERT_TRUE(std::holds_alternative<wire::Message>(decoded));
      answers.back().message = std::get<wire::Message>(decoded);
    });
    return answers;
  }
  // As the event loop does.
  void Serve() {
    std::vector<pollfd> fds;
    sim_.engine->AppendPollFds(fds);
    poll(fds.data(), fds.size(), 0);
    sim_.engine->HandleReady(fds);
  }
  // The data field of the one answer.
  std::vector<uint8_t> DataOf(const std::vector<Answered>& answers) {
    EXPECT_EQ(answers.size(), 1U);
    if (answers.size() != 1) return {};
    const auto tlv = wire::FindTlv<wire::ManagementTlv>(answers[0].message.tlvs);
    EXPECT_TRUE(tlv) << "an error status";
    return tlv ? std::vector<uint8_t>(tlv->data.begin(), tlv->data.end()) : std::vector<uint8_t>();
  }
  std::optional<wire::ManagementErrorStatus> ErrorOf(const std::vector<Answered>& answers) {
    EXPECT_EQ(answers.size(), 1U);
    if (answers.size() != 1) return std::nullopt;
    return wire::FindTlv<wire::ManagementErrorStatus>(answers[0].message.tlvs);
  }

  std::string path_ = ::testing::TempDir() + "/service" + std::to_string(getpid());
  std::string asker_path_ = path_ + ".asker";
  EngineConfig config_ = SimulatedEngine::Config();
  SimulatedEngine sim_;
  std::unique_ptr<ManagementSocket> asker_;
};

TEST_F(ManagementServiceTest, AnswersForTheClockWhateverDomainIsAsked) {
  Start();
  EXPECT_THAT(DataOf(Ask(ManagementAction::kGet, Id::kDomain)), ElementsAre(24, 0));
  EXPECT_EQ(sim_.engine->management().counters().requests, 1U);
}

TEST_F(ManagementServiceTest, ShowsTheMasterOnceThereIsOne) {
  config_.set_domain_number(0);
  Start();
  sim_.Run(60);
  ASSERT_EQ(sim_.State(), protocol::PortState::kSlave);
  const std::vector<uint8_t> port = DataOf(Ask(ManagementAction::kGet, Id::kPortDataSet));
  ASSERT_EQ(port.size(), 26U);
  EXPECT_EQ(port[10], 9) << "SLAVE";
  const std::vector<uint8_t> current = DataOf(Ask(ManagementAction::kGet, Id::kCurrentDataSet));
  ASSERT_EQ(current.size(), 18U);
  EXPECT_EQ(current[1], 1) << "stepsRemoved";
  EXPECT_NE(std::vector<uint8_t>(current.begin() + 10, current.end()), std::vector<uint8_t>(8, 0))
      << "meanDelay";
}

TEST_F(ManagementServiceTest, ASetIsRefusedUnlessPermitted) {
  Start();
  const auto refused = ErrorOf(Ask(ManagementAction::kSet, Id::kPriority1, {99, 0}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error, wire::ManagementError::kNotSupported);
  EXPECT_THAT(DataOf(Ask(ManagementAction::kGet, Id::kPriority1)), ElementsAre(128, 0));
  EXPECT_EQ(sim_.engine->management().counters().refused, 1U);
  EXPECT_EQ(MakeReport(*sim_.engine).faults().refused_management(), 1U);
}

TEST_F(ManagementServiceTest, APermittedSetBecomesTheConfiguration) {
  config_.mutable_management()->set_allow_set(true);
  Start();
  EXPECT_THAT(DataOf(Ask(ManagementAction::kSet, Id::kPriority1, {99, 0})), ElementsAre(99, 0));
  EXPECT_EQ(sim_.engine->config()->protocol().priority1(), 99U);
  EXPECT_THAT(sim_.log, Contains(HasSubstr("by a management message")));
}

TEST_F(ManagementServiceTest, WhatTheConfigurationForbidsChangesNothing) {
  config_.mutable_management()->set_allow_set(true);
  Start();
  const std::string before = sim_.engine->config()->SerializeAsString();
  const auto refused = ErrorOf(Ask(ManagementAction::kSet, Id::kLogSyncInterval, {80, 0}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error, wire::ManagementError::kWrongValue);
  EXPECT_THAT(refused->display_data, HasSubstr("log_sync_interval"));
  EXPECT_EQ(sim_.engine->config()->SerializeAsString(), before);
}

TEST_F(ManagementServiceTest, TheSocketIsWhereTheConfigurationSays) {
  Start();
  EXPECT_EQ(access(path_.c_str(), F_OK), 0);
  const uint64_t resets = sim_.engine->resets();
  config_.clear_management_socket();
  ASSERT_TRUE(sim_.engine->Configure(config_).ok());
  EXPECT_NE(access(path_.c_str(), F_OK), 0);
  EXPECT_EQ(sim_.engine->resets(), resets) << "the port goes on";
}

TEST_F(ManagementServiceTest, ASocketThatCannotBeOpenedIsSaid) {
  config_.set_management_socket("/nonexistent/folder/socket");
  ASSERT_TRUE(sim_.engine->Configure(config_).ok());
  EXPECT_THAT(sim_.log, Contains(HasSubstr("/nonexistent/folder/socket")));
}

TEST_F(ManagementServiceTest, RubbishIsCounted) {
  Start();
  asker_->Send(std::vector<uint8_t>{1, 2, 3}, path_);
  Serve();
  EXPECT_EQ(sim_.engine->management().counters().malformed, 1U);
}

}  // namespace
}  // namespace ptpcore::engine
