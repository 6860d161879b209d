// The gRPC server of hostd on its unix socket and, where asked for, over TCP: its
// services, health checking and reflection.
//
//   auto server = Server::Listen("/run/hostctl/hostd.sock", {reconciler, history}, log);
//   if (!server.ok()) return server.status();     // e.g. another hostd has it
//   absl::Status serving = (*server)->Serve();
//   ...
//   (*server)->Stop();
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "hostctl/v1/time.pb.h"
#include "service/capture/capture.h"
#include "service/diagnose/ntp/run_ntp_test.h"
#include "service/diagnose/run_test.h"
#include "service/event/event_log.h"
#include "service/event/event_sink.h"
#include "service/history/ptp_history.h"
#include "service/host_time/host_clocks.h"
#include "service/host_time/monitor.h"
#include "service/reconcile/reconciler.h"
#include "service/rpc/tls_listener.h"
#include "service/store/file_system.h"

namespace hostctl::rpc {

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
};

class Server {
 public:
  // Takes the socket; callers wait until Serve(). Errors as UnixListener::Listen().
  static absl::StatusOr<std::unique_ptr<Server>> Listen(const std::string& socket_path,
                                                        const ServedParts& parts,
                                                        std::function<void(const std::string&)> log,
                                                        std::optional<TcpSettings> tcp = {});

  virtual ~Server() = default;

  // Answers calls, on threads of its own. Once. Errors as MutualTls(), or
  // FAILED_PRECONDITION when the TCP address cannot be listened on.
  virtual absl::Status Serve() = 0;

  // The TCP port that is served, after Serve(); 0 without TCP.
  virtual int tcp_port() const = 0;

  // Stops accepting, ends watches, lets calls end (two seconds at most), removes
  // the socket. The destructor does it too.
  virtual void Stop() = 0;
};

}  // namespace hostctl::rpc
