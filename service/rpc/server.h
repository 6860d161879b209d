// The gRPC server of hostd on its unix sockets and, where asked for, over TCP: its
// services, health checking and reflection.
//
//   auto server = Server::Listen("/run/hostctl/hostd.sock", {reconciler, history}, log);
//   if (!server.ok()) return server.status();     // e.g. another hostd has it
//   absl::Status serving = (*server)->Serve();
//   ...
//   (*server)->Stop();
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "hostctl/v1/time.pb.h"
#include "service/audit/audit_log.h"
#include "service/capture/capture.h"
#include "service/diagnose/ntp/run_ntp_test.h"
#include "service/diagnose/run_test.h"
#include "service/event/event_log.h"
#include "service/event/event_sink.h"
#include "service/history/ptp_history.h"
#include "service/host_time/host_clocks.h"
#include "service/host_time/monitor.h"
#include "service/reconcile/reconciler.h"
#include "service/rpc/call_guard.h"
#include "service/rpc/tls_listener.h"
#include "service/store/file_system.h"

namespace hostctl::rpc {

// Who may do what, and how much of it.
struct AccessSettings {
  // Where everybody on this host may read; empty: nowhere.
  std::string read_only_socket;
  // Whose members may use the admin socket beside root; where there is no such group, or hostd
  // may not give it away, the socket stays as it was made.
  std::string admin_group = "hostctl";
  // See GuardSettings.
  std::map<Role, CallLimit> limits = GuardSettings().limits;
  std::chrono::milliseconds slow_reader = GuardSettings().slow_reader;
  audit::AuditLog* trail = nullptr;  // absent: changes are in hostd's log only
};

// What the services answer from; all must outlive the server.
struct ServedParts {
  reconcile::Reconciler& reconciler;
  const history::PtpHistory& history;
  event::EventLog* events = nullptr;  // absent: there are no events to ask for
  // Who changed what is left here.
  event::Sink sink = [](const v1::Event&) {};
  // The host's time now; empty: nobody observes it.
  std::function<v1::TimeStatus()> time_status = {};
  // The kernel's files, /dev and /sys.
  store::FileSystem& files = store::PosixFileSystem();
  capture::PointOpener open_capture_point = {};  // empty: nothing can be captured
  diagnose::Tester* tester = nullptr;            // absent: there are no tests
  diagnose::NtpTester* ntp_tester = nullptr;     // likewise
  // The host's time; absent: there is no TimeService.
  host_time::Monitor* monitor = nullptr;
  host_time::HostClocks* clocks = nullptr;
  AccessSettings access = {};
};

class Server {
 public:
  // Takes the admin socket, and the read-only one; callers wait until Serve(). Errors as
  // UnixListener::Listen().
  static absl::StatusOr<std::unique_ptr<Server>> Listen(const std::string& socket_path,
                                                        const ServedParts& parts,
                                                        std::function<void(const std::string&)> log,
                                                        std::optional<TcpSettings> tcp = {});

  virtual ~Server() = default;

  // Answers calls, on threads of its own. Once. Errors as MutualTls() and PolicyFile::Open(), or
  // FAILED_PRECONDITION when the TCP address cannot be listened on.
  virtual absl::Status Serve() = 0;

  // The TCP port that is served, after Serve(); 0 without TCP.
  virtual int tcp_port() const = 0;

  // Stops accepting, ends watches, lets calls end (two seconds at most), removes
  // the socket. The destructor does it too.
  virtual void Stop() = 0;
};

}  // namespace hostctl::rpc
