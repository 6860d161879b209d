#include "ptpcore/control/control_client.h"

#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scripted_server.h"

namespace ptpcore::control {
namespace {

using hostctl::engine::v1::ControlRequest;
using hostctl::engine::v1::ControlResponse;
using hostctl::engine::v1::EngineConfig;
using ::testing::HasSubstr;

ControlRequest Parse(const std::string& packet) {
  ControlRequest request;
  EXPECT_TRUE(request.ParseFromString(packet));
  return request;
}

// An engine that does what it is asked.
std::optional<std::string> GoodEngine(const std::string& packet) {
  const ControlRequest request = Parse(packet);
  ControlResponse response;
  switch (request.request_case()) {
    case ControlRequest::kHello:
      response.mutable_hello()->set_version("0.1.0");
      response.mutable_hello()->set_pid(4711);
      break;
    case ControlRequest::kConfigure:
      response.mutable_configure()->set_changed(request.configure().config().device() == "eth0");
      break;
    case ControlRequest::kGetStats:
      response.mutable_stats()->set_domain_number(7);
      break;
    default:
      return std::nullopt;
  }
  return response.SerializeAsString();
}

class ControlClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<ControlClient> ClientOf(ScriptedServer::Script script, int timeout_ms = 2000) {
    server_.emplace(folder_.File("socket"), std::move(script));
    return ControlClient::Connect(folder_.File("socket"), std::chrono::milliseconds(timeout_ms));
  }

  TemporaryFolder folder_;
  std::optional<ScriptedServer> server_;
};

TEST_F(ControlClientTest, EachRequestGetsItsAnswer) {
  auto client = ClientOf(GoodEngine);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_EQ(client->peer_pid(), getpid());
  EXPECT_EQ(client->Hello().value().version(), "0.1.0");
  EngineConfig config;
  config.set_device("eth0");
  EXPECT_TRUE(client->Configure(config).value());
  config.set_device("eth1");
  EXPECT_FALSE(client->Configure(config).value());
  EXPECT_EQ(client->GetStats().value().domain_number(), 7u);
  EXPECT_TRUE(client->Shutdown().ok());
}

TEST_F(ControlClientTest, ARefusalCarriesTheEnginesWordsAndKeepsTheConnection) {
  auto client = ClientOf([](const std::string& packet) -> std::optional<std::string> {
    if (!Parse(packet).has_configure()) return GoodEngine(packet);
    ControlResponse response;
    response.set_error("eth9: no such device");
    return response.SerializeAsString();
  });
  ASSERT_TRUE(client.ok()) << client.status();
  const absl::Status refused = client->Configure({}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(refused.message()), "eth9: no such device");
  EXPECT_TRUE(client->Hello().ok());
}

TEST_F(ControlClientTest, GarbageIsDataLossAndEndsTheConnection) {
  auto client = ClientOf([](const std::string&) { return std::string("\xff\xff\xff\xff"); });
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_EQ(client->Hello().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::IsUnavailable(client->Hello().status()));
}

TEST_F(ControlClientTest, AnAnswerToAnotherQuestionIsDataLoss) {
  auto client = ClientOf([](const std::string&) {
    ControlResponse response;
    response.mutable_configure();
    return response.SerializeAsString();
  });
  ASSERT_TRUE(client.ok()) << client.status();
  const absl::Status wrong = client->GetStats().status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("GetStats"));
}

TEST_F(ControlClientTest, AnEngineThatClosesIsUnavailable) {
  auto client = ClientOf([](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(absl::IsUnavailable(client->GetStats().status()));
}

TEST_F(ControlClientTest, ASilentEngineTimesOutAndItsLateAnswerIsNeverTakenForAnother) {
  auto client = ClientOf([](const std::string&) { return std::string(); }, 30);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(client->Hello().status()));
  EXPECT_TRUE(absl::IsUnavailable(client->GetStats().status()));
}

TEST_F(ControlClientTest, NoEngineIsSaidWithThePath) {
  const auto client = ControlClient::Connect(folder_.File("socket"));
  EXPECT_TRUE(absl::IsNotFound(client.status()));
  EXPECT_THAT(std::string(client.status().message()), HasSubstr(folder_.File("socket")));
}

}  // namespace
}  // namespace ptpcore::control
