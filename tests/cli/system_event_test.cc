// `system event list`: the table, the options, and watching through restarts of hostd.
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hostctl/v1/event.grpc.pb.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Event EventOf(v1::EventCode code, v1::EventSeverity severity, const std::string& subject) {
  v1::Event event;
  event.set_sequence(7);
  event.set_code(code);
  event.set_severity(severity);
  event.mutable_time()->set_seconds(1623949795);
  event.set_subject(subject);
  return event;
}

// A hostd that has nothing but events.
class FakeEvents final : public v1::EventService::Service {
 public:
  FakeEvents() : socket_(folder_.path("hostd.sock")) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_, grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeEvents() override { server_->Shutdown(std::chrono::system_clock::now()); }

  CallResult Run(const std::string& line) { return RunHostctl(socket_, line); }

  v1::ListEventsResponse listed;
  v1::ListEventsRequest list_request;
  // What each watch streams, and how it ends.
  struct Stream {
    std::vector<v1::WatchEventsResponse> responses;
    grpc::Status end;
  };
  std::vector<Stream> streams;
  std::vector<v1::WatchEventsRequest> watch_requests;

 private:
  grpc::Status ListEvents(grpc::ServerContext* /*context*/, const v1::ListEventsRequest* request,
                          v1::ListEventsResponse* response) override {
    list_request = *request;
    *response = listed;
    return grpc::Status::OK;
  }
  grpc::Status WatchEvents(grpc::ServerContext* /*context*/, const v1::WatchEventsRequest* request,
                           grpc::ServerWriter<v1::WatchEventsResponse>* writer) override {
    watch_requests.push_back(*request);
    const Stream& stream = streams.at(watch_requests.size() - 1);
    for (const v1::WatchEventsResponse& response : stream.responses) writer->Write(response);
    return stream.end;
  }

  TemporaryFolder folder_;
  std::string socket_;
  std::unique_ptr<grpc::Server> server_;
};

v1::WatchEventsResponse Response(const std::string& token, const std::string& subject) {
  v1::WatchEventsResponse response;
  response.set_resume_token(token);
  if (!subject.empty()) {
    *response.mutable_event() =
        EventOf(v1::EVENT_CODE_MASTER_CHANGED, v1::EVENT_SEVERITY_INFO, subject);
    response.mutable_event()->set_message("it changed");
  }
  return response;
}

class SystemEvent : public ::testing::Test {
 protected:
  void AddEvents() {
    v1::Event& lost = *hostd_.listed.add_events();
    lost = EventOf(v1::EVENT_CODE_INTERFACE_LOST, v1::EVENT_SEVERITY_ERROR, "interface vmk0");
    lost.set_old_value("up");
    lost.set_new_value("no link");
    lost.set_message("PTP cannot use vmk0: it is without link");
    v1::Event& changed = *hostd_.listed.add_events();
    changed =
        EventOf(v1::EVENT_CODE_CONFIGURATION_CHANGED, v1::EVENT_SEVERITY_INFO, "ptp.domain_number");
    changed.set_old_value("0");
    changed.set_new_value("24");
    changed.set_actor("root (uid 0)");
    changed.set_message("changed from 0 to 24");
    hostd_.listed.set_resume_token("after the list");
  }

  FakeEvents hostd_;
};

TEST_F(SystemEvent, ListSaysWhenWhatAndByWhom) {
  AddEvents();
  const CallResult listed = hostd_.Run("system event list");
  EXPECT_EQ(listed.out,
            "Time                  Severity  Code                   Subject            Old  New    "
            "  By            Message\n"
            "--------------------  --------  ---------------------  -----------------  ---  -------"
            "  ------------  -------\n"
            "2021-06-17T17:09:55Z  ERROR     INTERFACE_LOST         interface vmk0     up   no link"
            "                PTP cannot use vmk0: it is without link\n"
            "2021-06-17T17:09:55Z  INFO      CONFIGURATION_CHANGED  ptp.domain_number  0    24     "
            "  root (uid 0)  changed from 0 to 24\n");
  EXPECT_EQ(listed.err, "");
  EXPECT_EQ(listed.exit_code, kExitDone);
}

TEST_F(SystemEvent, ListShowsSeverityInColour) {
  AddEvents();
  EXPECT_THAT(hostd_.Run("--color=always system event list").out,
              HasSubstr("\x1b[31mERROR\x1b[0m "));
}

TEST_F(SystemEvent, ListCarriesEveryFieldForPrograms) {
  AddEvents();
  EXPECT_EQ(hostd_.Run("--formatter=csv system event list").out,
            "sequence,code,severity,time,subject,old_value,new_value,message,actor,suppressed\n"
            "7,INTERFACE_LOST,ERROR,2021-06-17T17:09:55.000000000Z,interface vmk0,up,no link,"
            "PTP cannot use vmk0: it is without link,,0\n"
            "7,CONFIGURATION_CHANGED,INFO,2021-06-17T17:09:55.000000000Z,ptp.domain_number,0,24,"
            "changed from 0 to 24,root (uid 0),0\n");
}

TEST_F(SystemEvent, OptionsBecomeTheRequest) {
  hostd_.Run(
      "system event list --since 2021-06-17T17:09:55Z --severity warning --code sync_lost "
      "--code MASTER_CHANGED --limit 5");
  EXPECT_EQ(hostd_.list_request.since().seconds(), 1623949795);
  EXPECT_EQ(hostd_.list_request.minimum_severity(), v1::EVENT_SEVERITY_WARNING);
  EXPECT_THAT(hostd_.list_request.codes(),
              ElementsAre(v1::EVENT_CODE_SYNC_LOST, v1::EVENT_CODE_MASTER_CHANGED));
  EXPECT_EQ(hostd_.list_request.limit(), 5u);
}

TEST_F(SystemEvent, WhatIsNoTimeIsRefused) {
  const CallResult refused = hostd_.Run("system event list --since yesterday");
  EXPECT_EQ(refused.exit_code, kExitUsage);
  EXPECT_EQ(refused.err,
            "Error: While processing '--since'. Expecting a span (90s, 30m, 1h, 2d, 1w) or a time "
            "(2026-11-22T21:05:17Z). Got 'yesterday'\n");
}

TEST_F(SystemEvent, WatchGoesOnFromTheListAndThroughRestartsOfHostd) {
  AddEvents();
  hostd_.streams = {
      {{Response("1", ""), Response("2", "a"), Response("3", "b")},
       grpc::Status(grpc::StatusCode::UNAVAILABLE, "hostd is ending; connect again later")},
      {{Response("3", ""), Response("4", "c")},
       grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "enough")}};
  const CallResult watched = hostd_.Run("system event list --watch");
  EXPECT_EQ(watched.out,
            "2021-06-17T17:09:55Z  ERROR    INTERFACE_LOST           interface vmk0: PTP cannot "
            "use vmk0: it is without link\n"
            "2021-06-17T17:09:55Z  INFO     CONFIGURATION_CHANGED    ptp.domain_number: changed "
            "from 0 to 24, by root (uid 0)\n"
            "2021-06-17T17:09:55Z  INFO     MASTER_CHANGED           a: it changed\n"
            "2021-06-17T17:09:55Z  INFO     MASTER_CHANGED           b: it changed\n"
            "2021-06-17T17:09:55Z  INFO     MASTER_CHANGED           c: it changed\n");
  ASSERT_EQ(hostd_.watch_requests.size(), 2u);
  EXPECT_EQ(hostd_.watch_requests[0].resume_token(), "after the list");
  EXPECT_EQ(hostd_.watch_requests[1].resume_token(), "3");
  EXPECT_THAT(watched.err, HasSubstr("; waiting for it\n"));
  EXPECT_THAT(watched.err, HasSubstr(" answers again\n"));
  EXPECT_THAT(watched.err, HasSubstr("Error: enough\n"));
}

TEST_F(SystemEvent, WatchSaysThatEventsAreMissing) {
  v1::WatchEventsResponse missed = Response("1", "");
  missed.set_missed(true);
  hostd_.streams = {{{missed}, grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "enough")}};
  EXPECT_THAT(hostd_.Run("system event list --watch").err,
              HasSubstr("Events in between are forgotten or lost\n"));
}

TEST_F(SystemEvent, WatchWritesALineOfJsonPerEvent) {
  hostd_.streams = {{{Response("1", ""), Response("2", "a"), Response("3", "b")},
                     grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "enough")}};
  const std::string out = hostd_.Run("--formatter=json system event list --watch").out;
  EXPECT_THAT(out, HasSubstr("\"subject\":\"a\""));
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_EQ(hostd_.Run("--formatter=xml system event list --watch").exit_code, kExitUsage);
}

}  // namespace
}  // namespace hostctl::cli
