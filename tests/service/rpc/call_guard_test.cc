// The guard before services of the tests, and callers of several users and roles.
#include "service/rpc/call_guard.h"

#include <grpc/grpc.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hostctl/v1/event.grpc.pb.h"
#include "hostctl/v1/service.grpc.pb.h"
#include "served_host.h"
#include "temporary_folder.h"

namespace hostctl::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

// Lists nothing, and streams large messages for as long as they are read.
class Events final : public v1::EventService::CallbackService {
 public:
  std::atomic<int> lists{0};
  std::atomic<int> streams{0};

  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* /*request*/,
                                       v1::ListEventsResponse* /*response*/) override {
    ++lists;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      grpc::CallbackServerContext* /*context*/,
      const v1::WatchEventsRequest* /*request*/) override {
    return new Stream(streams);
  }

 private:
  class Stream final : public grpc::ServerWriteReactor<v1::WatchEventsResponse> {
   public:
    explicit Stream(std::atomic<int>& streams) : streams_(streams) {
      ++streams_;
      message_.mutable_event()->set_message(std::string(size_t{256} << 10U, 'x'));
      StartWrite(&message_);
    }
    void OnWriteDone(bool ok) override {
      if (ok) {
        StartWrite(&message_);
      } else {
        Finish(grpc::Status::CANCELLED);
      }
    }
    void OnDone() override {
      --streams_;
      delete this;
    }

   private:
    std::atomic<int>& streams_;
    v1::WatchEventsResponse message_;
  };
};

class Services final : public v1::HostServiceService::CallbackService {
 public:
  std::atomic<int> starts{0};

  grpc::ServerUnaryReactor* StartService(grpc::CallbackServerContext* context,
                                         const v1::StartServiceRequest* /*request*/,
                                         v1::StartServiceResponse* response) override {
    ++starts;
    v1::Change* change = response->add_changes();
    change->set_subject("service.ptpd");
    change->set_before("stopped");
    change->set_after("running");
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// What is kept of a record, whose messages live only as long as the call.
struct Recorded {
  std::string name;
  UnixPeer process;
  std::string method;
  std::string request;
  std::string response;
  int code = 0;
  bool admitted = false;
};

class CallGuardTest : public ::testing::Test {
 protected:
  // gRPC's last user would wait ten seconds for a poller that a dropped stream leaves behind:
  // the program stays one.
  static void SetUpTestSuite() { grpc_init(); }

  // A door for each role: `viewer` of user 1000, `operator` of 1001, `admin` of 1002.
  void Serve(GuardSettings settings) {
    settings.record = [this](const CallRecord& record) {
      const std::lock_guard<std::mutex> lock(mutex_);
      recorded_.push_back({record.caller.name, record.caller.process, record.method->name(),
                           record.request == nullptr ? "" : record.request->ShortDebugString(),
                           record.response == nullptr ? "" : record.response->ShortDebugString(),
                           record.status.error_code(), record.admitted});
    };
    guard_.emplace(std::move(settings));
    grpc::ServerBuilder builder;
    guard_->Register(builder, v1::EventService::service_full_name(), events_);
    guard_->Register(builder, v1::HostServiceService::service_full_name(), services_);
    guard_->Install(builder);
    int64_t uid = 1000;
    for (const Role role : {Role::kViewer, Role::kAdmin}) {
      auto peer = std::make_shared<ConnectionPeer>();
      peer->store({uid++, 4711});
      builder.AddListeningPort("unix:" + Door(role), StampingCredentials(peer, role));
    }
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
  }

  std::string Door(Role role) const { return folder_.File(RoleText(role)); }

  std::shared_ptr<grpc::Channel> Channel(Role role) const {
    return grpc::CreateChannel("unix:" + Door(role), grpc::InsecureChannelCredentials());
  }

  grpc::Status Start(Role role) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(20));
    v1::StartServiceRequest request;
    request.set_key("ptpd");
    v1::StartServiceResponse response;
    return v1::HostServiceService::NewStub(Channel(role))
        ->StartService(&context, request, &response);
  }

  static grpc::Status List(v1::EventService::Stub& stub) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(60));
    v1::ListEventsResponse response;
    return stub.ListEvents(&context, v1::ListEventsRequest(), &response);
  }

  TemporaryFolder folder_;
  Events events_;
  Services services_;
  std::mutex mutex_;
  std::vector<Recorded> recorded_;
  std::optional<CallGuard> guard_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CallGuardTest, AReaderMayReadAndNobodyRecordsIt) {
  Serve({});
  const auto stub = v1::EventService::NewStub(Channel(Role::kViewer));
  const grpc::Status status = List(*stub);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(events_.lists, 1);
  EXPECT_TRUE(recorded_.empty());
}

TEST_F(CallGuardTest, ACallWithoutTheRoleNeverReachesTheService) {
  Serve({});
  const grpc::Status status = Start(Role::kViewer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(), "StartService is for administrators of this host; " +
                                        UserText(1000) +
                                        " came through the read-only "
                                        "socket, which only shows");
  EXPECT_EQ(DetailsOf(status).reason, "OPERATOR_REQUIRED");
  EXPECT_THAT(DetailsOf(status).remedy, HasSubstr("usermod -aG hostctl"));
  EXPECT_EQ(services_.starts, 0);
  ASSERT_EQ(recorded_.size(), 1u) << "the attempt is";
  EXPECT_FALSE(recorded_[0].admitted);
  EXPECT_EQ(recorded_[0].code, grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(CallGuardTest, AChangeIsRecordedBeforeItsCallerLearnsOfIt) {
  Serve({});
  ASSERT_TRUE(Start(Role::kAdmin).ok());
  EXPECT_EQ(services_.starts, 1);
  ASSERT_EQ(recorded_.size(), 1u);
  EXPECT_EQ(recorded_[0].name, UserText(1001));
  EXPECT_EQ(recorded_[0].process.uid, 1001);
  EXPECT_EQ(recorded_[0].process.pid, 4711);
  EXPECT_EQ(recorded_[0].method, "StartService");
  EXPECT_EQ(recorded_[0].request, "key: \"ptpd\"");
  EXPECT_EQ(recorded_[0].response,
            "changes { subject: \"service.ptpd\" before: \"stopped\" after: \"running\" }");
  EXPECT_EQ(recorded_[0].code, grpc::StatusCode::OK);
  EXPECT_TRUE(recorded_[0].admitted);
}

TEST_F(CallGuardTest, BytesThatAreNoRequestAreTheCallersFault) {
  Serve({});
  const auto channel = Channel(Role::kAdmin);
  const grpc::internal::RpcMethod method("/hostctl.v1.HostServiceService/StartService",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(20));
  const grpc::Slice cut_off("\x0a\x7fptpd");  // field 1, of 127 octets
  const grpc::ByteBuffer request(&cut_off, 1);
  grpc::ByteBuffer response;
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel.get(), method, &context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "the request of StartService is not a readable message hostctl.v1.StartServiceRequest");
  EXPECT_EQ(DetailsOf(status).reason, "REQUEST_UNREADABLE");
  EXPECT_EQ(services_.starts, 0);
  ASSERT_EQ(recorded_.size(), 1u);
  EXPECT_EQ(recorded_[0].request, "");
  EXPECT_EQ(recorded_[0].code, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(CallGuardTest, AFloodOfOneCallerStarvesNobody) {
  GuardSettings settings;
  settings.limits[Role::kViewer] = {8, 50, 100};
  Serve(settings);
  std::atomic<bool> flooding{true};
  std::atomic<int> answered{0};
  std::atomic<int> refused{0};
  std::atomic<int> otherwise{0};
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> flood;
  for (int i = 0; i < 4; ++i) {
    flood.emplace_back([&] {
      const auto stub = v1::EventService::NewStub(Channel(Role::kViewer));
      while (flooding) {
        const grpc::Status status = List(*stub);
        if (status.ok()) {
          ++answered;
        } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
                   DetailsOf(status).reason.rfind("TOO_MANY_", 0) == 0) {
          ++refused;
        } else {
          ++otherwise;
        }
      }
    });
  }
  while (refused < 100) std::this_thread::yield();
  int got = 0;
  const auto stub = v1::EventService::NewStub(Channel(Role::kAdmin));
  for (int i = 0; i < 200; ++i) got += List(*stub).ok() ? 1 : 0;
  flooding = false;
  for (std::thread& thread : flood) thread.join();
  EXPECT_EQ(got, 200) << "the other caller gets every answer";
  EXPECT_EQ(otherwise, 0);
  const double lasted =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  EXPECT_LE(answered, 100 + 50 * lasted + 1) << "and the flood no more than its limit";
}

TEST_F(CallGuardTest, StreamsAreCountedWhileTheyRun) {
  GuardSettings settings;
  settings.limits[Role::kViewer] = {2, 1000, 1000};
  Serve(settings);
  const auto stub = v1::EventService::NewStub(Channel(Role::kViewer));
  grpc::ClientContext first;
  grpc::ClientContext second;
  v1::WatchEventsResponse response;
  const auto one = stub->WatchEvents(&first, v1::WatchEventsRequest());
  ASSERT_TRUE(one->Read(&response));
  const auto two = stub->WatchEvents(&second, v1::WatchEventsRequest());
  ASSERT_TRUE(two->Read(&response));
  const grpc::Status third = List(*stub);
  EXPECT_EQ(third.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailsOf(third).reason, "TOO_MANY_RUNNING_CALLS");
  first.TryCancel();
  one->Finish();
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!List(*stub).ok()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  second.TryCancel();
  two->Finish();
}

TEST_F(CallGuardTest, AStreamWhoseReaderDoesNotReadIsDropped) {
  GuardSettings settings;
  settings.slow_reader = milliseconds(300);
  Serve(settings);
  const auto stub = v1::EventService::NewStub(Channel(Role::kViewer));
  grpc::ClientContext context;
  const auto reader = stub->WatchEvents(&context, v1::WatchEventsRequest());
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  // Nothing is read from here on.
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (events_.streams > 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the stream goes on";
    std::this_thread::yield();
  }
  while (reader->Read(&response)) {
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "a message was not read for 300 ms: the stream is ended");
}

TEST_F(CallGuardTest, AReaderThatReadsIsNotDropped) {
  GuardSettings settings;
  settings.slow_reader = milliseconds(300);
  Serve(settings);
  const auto stub = v1::EventService::NewStub(Channel(Role::kViewer));
  grpc::ClientContext context;
  const auto reader = stub->WatchEvents(&context, v1::WatchEventsRequest());
  v1::WatchEventsResponse response;
  const auto end = std::chrono::steady_clock::now() + seconds(1);
  while (std::chrono::steady_clock::now() < end) ASSERT_TRUE(reader->Read(&response));
  context.TryCancel();
  reader->Finish();
}

}  // namespace
}  // namespace hostctl::rpc
