// A made-up host behind hostd's real server, on a unix socket in a folder of its own: nothing
// that is asked of it touches this host.
//
//   FuzzedHost host;
//   host.Reset();
//   Answer answer = host.Call(method, bytes);
//   host.Look()["engine"];        // what the host holds
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../../service/host_time/fake_clocks.h"
#include "../../service/reconcile/fakes.h"
#include "../../service/rpc/temporary_folder.h"
#include "google/protobuf/descriptor.h"
#include "request_script.h"
#include "service/rpc/server.h"

namespace hostctl::fuzz {

struct Answer {
  grpc::Status status;
  std::vector<std::string> messages;
};

class FuzzedHost {
 public:
  FuzzedHost();
  ~FuzzedHost();
  FuzzedHost(const FuzzedHost&) = delete;
  FuzzedHost& operator=(const FuzzedHost&) = delete;

  // As after the first start of hostd on a new host.
  void Reset();

  // Sends `request` as the administrator does. Of a stream the first message is read, and then
  // it is cancelled.
  Answer Call(const google::protobuf::MethodDescriptor& method, const std::string& request);

  // Lets a step of the next request fail, until Mend().
  void Break(Fault fault);
  void Mend();

  // All that a request could change, in words: files, kernel, engine, services, clocks. Two of
  // them are equal if and only if nothing was changed.
  std::map<std::string, std::string> Look();

  // What is wrong with the stored document: it must be what hostd shows, and be read back as it
  // was written. Empty: nothing.
  std::string TroubleWithStored();

  // As when hostd ends and starts on the same host.
  void Restart();

 private:
  rpc::ServedParts Parts();

  rpc::TemporaryFolder folder_;
  reconcile::FakeHost host_;
  reconcile::MemoryFiles log_files_;  // of events and the audit trail: any thread's
  reconcile::MemoryFiles kernel_files_;
  event::EventLog events_;
  audit::AuditLog trail_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  diagnose::Tester tester_;
  diagnose::NtpTester ntp_tester_;
  host_time::FakeSystemClock system_;
  host_time::FakeRtc rtc_{system_};
  host_time::TimeZones zones_;
  host_time::Monitor monitor_;
  host_time::HostClocks clocks_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

}  // namespace hostctl::fuzz
