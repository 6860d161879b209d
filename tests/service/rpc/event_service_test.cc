// Events over the API: who changed what, lists, and streams that can be resumed.
#include <grpcpp/create_channel_posix.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "hostctl/v1/event.grpc.pb.h"
#include "served_host.h"
#include "service/event/event_log.h"
#include "service/rpc/caller.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EventServiceTest : public ServedHost {
 protected:
  EventServiceTest() : log_(LogOptions(), files_) {
    log_.Open();
    Restart();
  }

  static event::EventLog::Options LogOptions() {
    event::EventLog::Options options;
    options.folder = "/var";
    options.segment_bytes = 4000;
    options.now = [] { return absl::FromUnixSeconds(1795381517); };
    options.random = [] { return uint64_t{7}; };
    return options;
  }

  ~EventServiceTest() override { server_.reset(); }  // before the log that it serves

  // Serves events, too; as a hostd that was started again does.
  void Restart() {
    server_.reset();
    ServedParts parts{*reconciler_, history_};
    parts.events = &log_;
    parts.sink = [this](v1::Event event) {
      const std::lock_guard<std::mutex> lock(adding_);
      log_.Add(std::move(event));
    };
    auto server = Server::Listen(Socket(), parts, [](const std::string&) {});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    ASSERT_TRUE(server_->Serve().ok());
    channel_ = grpc::CreateChannel("unix:" + Socket(), grpc::InsecureChannelCredentials());
    ptp_ = v1::PtpService::NewStub(channel_);
    events_ = v1::EventService::NewStub(channel_);
  }

  v1::Event Add(v1::EventCode code, const std::string& subject) {
    const std::lock_guard<std::mutex> lock(adding_);
    return log_.Add(event::MakeEvent(code, subject, "", "", ""));
  }

  v1::ListEventsResponse List(const v1::ListEventsRequest& request = {}) {
    v1::ListEventsResponse response;
    const grpc::Status status =
        Call(*events_, &v1::EventService::Stub::ListEvents, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  template <typename Response>
  static std::vector<std::string> Subjects(const Response& response) {
    std::vector<std::string> subjects;
    for (const v1::Event& event : response.events()) subjects.push_back(event.subject());
    return subjects;
  }

  using Reader = std::unique_ptr<grpc::ClientReader<v1::WatchEventsResponse>>;
  Reader Watch(grpc::ClientContext& context, const std::string& token) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::WatchEventsRequest request;
    request.set_resume_token(token);
    return events_->WatchEvents(&context, request);
  }

  static v1::UpdatePtpRequest Domain(uint32_t domain) {
    v1::UpdatePtpRequest request;
    request.mutable_config()->set_domain_number(domain);
    request.mutable_update_mask()->add_paths("domain_number");
    return request;
  }

  reconcile::MemoryFiles files_;
  std::mutex adding_;
  event::EventLog log_;
  std::unique_ptr<v1::EventService::Stub> events_;
};

TEST_F(EventServiceTest, AChangeIsAnEventThatSaysByWhom) {
  ASSERT_TRUE(Update(Domain(24)).ok());
  const auto response = List();
  ASSERT_EQ(response.events_size(), 1);
  const v1::Event& event = response.events(0);
  EXPECT_EQ(event.code(), v1::EVENT_CODE_CONFIGURATION_CHANGED);
  EXPECT_EQ(event.subject(), "ptp.domain_number");
  EXPECT_EQ(event.old_value(), "0");
  EXPECT_EQ(event.new_value(), "24");
  EXPECT_EQ(event.message(), "changed from 0 to 24");
  EXPECT_EQ(event.actor(), UserText(geteuid()));
  EXPECT_EQ(event.sequence(), 1u);
  EXPECT_EQ(event.time().seconds(), 1795381517);
}

TEST_F(EventServiceTest, EachChangedSubjectIsOneEvent) {
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  EXPECT_THAT(Subjects(List()), ElementsAre("ptp.enabled", "ptp.interface",
                                            "firewall.ruleset.ptpd.enabled", "service.ptpd"));
}

TEST_F(EventServiceTest, WhatChangesNothingIsNoEvent) {
  ASSERT_TRUE(Update(Domain(0)).ok());
  v1::UpdatePtpRequest dry_run = Domain(24);
  dry_run.set_validate_only(true);
  ASSERT_TRUE(Update(dry_run).ok());
  EXPECT_EQ(updated_.changes_size(), 1);
  EXPECT_FALSE(Update(Domain(256)).ok());
  EXPECT_THAT(List().events(), IsEmpty());
}

TEST_F(EventServiceTest, OtherServicesTellTheirChangesToo) {
  v1::UpdateFirewallRequest firewall;
  firewall.mutable_firewall()->set_default_action(v1::DEFAULT_ACTION_DROP);
  firewall.mutable_update_mask()->add_paths("default_action");
  firewall.set_force(true);
  v1::UpdateFirewallResponse updated;
  auto stub = v1::FirewallService::NewStub(channel_);
  ASSERT_TRUE(Call(*stub, &v1::FirewallService::Stub::UpdateFirewall, firewall, &updated).ok());
  v1::UpdateServiceRequest policy;
  policy.mutable_service()->set_key("ptpd");
  policy.mutable_service()->set_policy(v1::SERVICE_POLICY_OFF);
  policy.mutable_update_mask()->add_paths("policy");
  v1::UpdateServiceResponse set;
  auto services = v1::HostServiceService::NewStub(channel_);
  ASSERT_TRUE(Call(*services, &v1::HostServiceService::Stub::UpdateService, policy, &set).ok());
  EXPECT_THAT(Subjects(List()), ElementsAre("firewall.default_action", "service.ptpd.policy"));
}

// Connects as another user; only root can.
TEST_F(EventServiceTest, TwoUsersAreToldApart) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  constexpr uid_t kNobodyElse = 65534;
  ASSERT_EQ(chmod(Socket().c_str(), 0666), 0);
  ASSERT_EQ(chmod(folder_.File("").c_str(), 0755), 0);
  ASSERT_TRUE(Update(Domain(1)).ok());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::thread([&] {
    // The system call changes this thread alone; the C library's function all of them.
    ASSERT_EQ(syscall(SYS_setresuid, -1, kNobodyElse, -1), 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    Socket().copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }).join();
  auto other = v1::PtpService::NewStub(grpc::CreateInsecureChannelFromFd("other", fd));
  v1::UpdatePtpResponse response;
  ASSERT_TRUE(Call(*other, &v1::PtpService::Stub::UpdatePtp, Domain(2), &response).ok());
  ASSERT_TRUE(Update(Domain(3)).ok());
  std::vector<std::string> actors;
  const auto listed = List();
  for (const v1::Event& event : listed.events()) actors.push_back(event.actor());
  EXPECT_THAT(actors, ElementsAre("root (uid 0)", "nobody (uid 65534)", "root (uid 0)"));
}

TEST_F(EventServiceTest, ListsWhatIsAskedFor) {
  Add(v1::EVENT_CODE_SYNC_ESTABLISHED, "a");
  Add(v1::EVENT_CODE_HOLDOVER_ENTERED, "b");
  Add(v1::EVENT_CODE_SYNC_LOST, "c");
  EXPECT_THAT(Subjects(List()), ElementsAre("a", "b", "c"));
  v1::ListEventsRequest worse;
  worse.set_minimum_severity(v1::EVENT_SEVERITY_WARNING);
  EXPECT_THAT(Subjects(List(worse)), ElementsAre("b", "c"));
  v1::ListEventsRequest code;
  code.add_codes(v1::EVENT_CODE_SYNC_ESTABLISHED);
  code.add_codes(v1::EVENT_CODE_SYNC_LOST);
  EXPECT_THAT(Subjects(List(code)), ElementsAre("a", "c"));
  v1::ListEventsRequest newest;
  newest.set_limit(2);
  EXPECT_THAT(Subjects(List(newest)), ElementsAre("b", "c"));
  v1::ListEventsRequest since;
  since.mutable_since()->set_seconds(1795381517);
  EXPECT_EQ(List(since).events_size(), 3);
  since.mutable_since()->set_nanos(1);
  EXPECT_EQ(List(since).events_size(), 0);
}

TEST_F(EventServiceTest, ALimitThatIsTooHighIsRefused) {
  v1::ListEventsRequest request;
  request.set_limit(100001);
  v1::ListEventsResponse response;
  const grpc::Status status =
      Call(*events_, &v1::EventService::Stub::ListEvents, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).reason, "EVENT_LIMIT_OUT_OF_RANGE");
}

TEST_F(EventServiceTest, AWatchBeginsThenTellsWhatHappens) {
  Add(v1::EVENT_CODE_SYNC_LOST, "before");
  grpc::ClientContext context;
  const Reader reader = Watch(context, "");
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_FALSE(response.has_event());
  EXPECT_FALSE(response.missed());
  EXPECT_NE(response.resume_token(), "");
  for (const char* subject : {"first", "second"}) {
    Add(v1::EVENT_CODE_SYNC_LOST, subject);
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.event().subject(), subject);
  }
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(EventServiceTest, AWatchResumesAfterARestartWithoutGapOrRepetition) {
  const std::string listed = List().resume_token();
  std::vector<std::string> seen;
  std::string token = listed;
  v1::WatchEventsResponse response;
  for (int run = 0; run < 3; ++run) {
    Add(v1::EVENT_CODE_SYNC_LOST, std::to_string(2 * run));
    grpc::ClientContext context;
    const Reader reader = Watch(context, token);
    ASSERT_TRUE(reader->Read(&response));
    ASSERT_TRUE(reader->Read(&response));
    seen.push_back(response.event().subject());
    token = response.resume_token();
    Add(v1::EVENT_CODE_SYNC_LOST, std::to_string(2 * run + 1));  // perhaps not read any more
    Restart();
    v1::WatchEventsResponse lost;
    while (reader->Read(&lost)) {  // a call ends only once all of it was read
    }
    reader->Finish();
    grpc::ClientContext again;
    const Reader resumed = Watch(again, token);
    ASSERT_TRUE(resumed->Read(&response));
    ASSERT_TRUE(resumed->Read(&response));
    seen.push_back(response.event().subject());
    token = response.resume_token();
    again.TryCancel();
    resumed->Finish();
  }
  EXPECT_THAT(seen, ElementsAre("0", "1", "2", "3", "4", "5"));
}

TEST_F(EventServiceTest, AWatchMayWantSomeCodesOnly) {
  v1::WatchEventsRequest request;
  request.set_resume_token(List().resume_token());
  request.add_codes(v1::EVENT_CODE_SYNC_LOST);
  Add(v1::EVENT_CODE_MASTER_CHANGED, "a");
  Add(v1::EVENT_CODE_SYNC_LOST, "b");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const Reader reader = events_->WatchEvents(&context, request);
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.event().subject(), "b");
}

TEST_F(EventServiceTest, ATokenOfSomebodyElseIsRefused) {
  grpc::ClientContext context;
  const Reader reader = Watch(context, "rubbish");
  v1::WatchEventsResponse response;
  EXPECT_FALSE(reader->Read(&response));
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).reason, "RESUME_TOKEN_INVALID");
}

TEST_F(EventServiceTest, ATokenThatIsTooOldIsToldWhatItMissed) {
  Add(v1::EVENT_CODE_SYNC_LOST, "first");
  const std::string token = List().resume_token();
  for (int i = 0; i < 200; ++i) Add(v1::EVENT_CODE_SYNC_LOST, "later");
  grpc::ClientContext context;
  const Reader reader = Watch(context, token);
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_TRUE(response.missed());
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.event().sequence(), List().events(0).sequence());
}

TEST_F(EventServiceTest, AReaderThatSleepsDoesNotHoldUpTheLogAndIsTold) {
  grpc::ClientContext context;
  const Reader reader = Watch(context, "");
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  const std::string text(1000, 'x');
  for (int i = 0; i < 3000; ++i) {
    const std::lock_guard<std::mutex> lock(adding_);
    log_.Add(event::MakeEvent(v1::EVENT_CODE_SYNC_LOST, "time", text, text, text));
  }
  uint64_t last = 0;
  while (reader->Read(&response)) {
    EXPECT_EQ(response.event().sequence(), last + 1) << "no gap before it is told";
    last = response.event().sequence();
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(DetailsOf(status).reason, "EVENTS_FORGOTTEN");
}

TEST_F(EventServiceTest, ManyWatchesComeAndGoWhileEventsHappen) {
  std::atomic<bool> ending{false};
  std::thread source([&] {
    while (!ending) Add(v1::EVENT_CODE_SYNC_LOST, "time");
  });
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this] {
      for (int round = 0; round < 20; ++round) {
        grpc::ClientContext context;
        const Reader reader = Watch(context, "");
        v1::WatchEventsResponse response;
        EXPECT_TRUE(reader->Read(&response));
        reader->Read(&response);
        context.TryCancel();
        reader->Finish();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  const auto start = std::chrono::steady_clock::now();
  server_->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  ending = true;
  source.join();
}

}  // namespace
}  // namespace hostctl::rpc
