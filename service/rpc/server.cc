#include "service/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/host/host_name.h"
#include "service/rpc/diagnostics_service.h"
#include "service/rpc/event_service.h"
#include "service/rpc/firewall_service.h"
#include "service/rpc/host_service_service.h"
#include "service/rpc/interface_service.h"
#include "service/rpc/ntp_service.h"
#include "service/rpc/precision_clock_service.h"
#include "service/rpc/ptp_service.h"
#include "service/rpc/time_service.h"
#include "service/rpc/unix_callers.h"
#include "service/rpc/unix_listener.h"

namespace hostctl::rpc {
namespace {

constexpr std::chrono::seconds kGrace{2};
constexpr int kPauseWithoutDescriptorsMs = 100;
// So soon a socket file that somebody has removed is there again.
constexpr int kLookAtSocketMs = 1000;
// Clients that watch ping from time to time to learn that we are still there.
constexpr int kLeastPingIntervalMs = 10000;

// We accept connections ourselves and hand them to gRPC: its own listener would
// make the socket 0755, and who calls (SO_PEERCRED) can be known only here.
class RunningServer final : public Server {
 public:
  RunningServer(UnixListener listener, const ServedParts& parts,
                std::function<void(const std::string&)> log, std::optional<TcpSettings> tcp)
      : listener_(std::move(listener)),
        log_(std::move(log)),
        tcp_(std::move(tcp)),
        ptp_(parts.reconciler, parts.history, parts.tester, host::HostName(), parts.sink),
        firewall_(parts.reconciler, parts.sink),
        interfaces_(parts.reconciler, parts.sink),
        ntp_(parts.reconciler, parts.sink, parts.ntp_tester),
        services_(parts.reconciler, parts.sink),
        precision_clocks_(parts.time_status, parts.files),
        diagnostics_(parts.reconciler, parts.open_capture_point),
        wake_fd_(eventfd(0, EFD_CLOEXEC)) {
    if (parts.events != nullptr) events_.emplace(*parts.events);
    if (parts.monitor != nullptr && parts.clocks != nullptr) {
      time_.emplace(*parts.monitor, *parts.clocks, parts.sink);
    }
  }

  ~RunningServer() override {
    Stop();
    close(wake_fd_);
  }

  absl::Status Serve() override {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    callers_.emplace(builder);
    builder.RegisterService(&ptp_);
    builder.RegisterService(&firewall_);
    builder.RegisterService(&interfaces_);
    builder.RegisterService(&ntp_);
    builder.RegisterService(&services_);
    if (events_.has_value()) builder.RegisterService(&*events_);
    builder.RegisterService(&precision_clocks_);
    builder.RegisterService(&diagnostics_);
    if (time_) builder.RegisterService(&*time_);
    if (tcp_) {
      absl::Status added = AddTcp(builder);
      if (!added.ok()) return added;
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr && tcp_) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", tcp_->address,
                       ": another program has the port, or this host has no such address; "
                       "choose another --listen"));
    }
    if (server_ == nullptr) return absl::InternalError("gRPC could not start its server");
    thread_ = std::thread([this] { AcceptLoop(); });
    return absl::OkStatus();
  }

  void Stop() override {
    if (thread_.joinable()) {
      eventfd_write(wake_fd_, 1);
      thread_.join();
    }
    listener_.reset();
    if (server_ == nullptr) return;
    ptp_.EndWatches();
    ntp_.EndTests();
    if (events_.has_value()) events_->EndWatches();
    precision_clocks_.EndWatches();
    diagnostics_.EndCaptures();
    if (time_) time_->EndWatches();
    server_->Shutdown(std::chrono::system_clock::now() + kGrace);
    server_->Wait();
    server_.reset();
  }

  int tcp_port() const override { return tcp_port_; }

 private:
  absl::Status AddTcp(grpc::ServerBuilder& builder) {
    auto credentials = MutualTls(*tcp_);
    if (!credentials.ok()) return credentials.status();
    // A second hostd on the same port must fail, not share the clients.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kLeastPingIntervalMs);
    builder.AddListeningPort(tcp_->address, *credentials, &tcp_port_);
    return absl::OkStatus();
  }

  void AcceptLoop() {
    while (true) {
      std::array<pollfd, 2> entries{{{wake_fd_, POLLIN, 0}, {listener_->fd(), POLLIN, 0}}};
      if (poll(entries.data(), entries.size(), kLookAtSocketMs) < 0) continue;
      if (entries[0].revents != 0) return;
      if (!listener_->Reachable()) {
        ListenAgain();
        continue;
      }
      const int fd = accept4(listener_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        callers_->Accept(fd, listener_->fd());
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        log_(absl::StrCat("cannot accept a connection: ", std::strerror(errno)));
        // The connection stays in the queue: trying at once would spin.
        pollfd wake{wake_fd_, POLLIN, 0};
        poll(&wake, 1, kPauseWithoutDescriptorsMs);
      }
    }
  }

  // The first of many failures is said.
  void ListenAgain() {
    const absl::Status again = listener_->ListenAgain();
    if (again.ok()) {
      log_(absl::StrCat(listener_->path(), " was removed by somebody, and is there again"));
    } else if (unreachable_++ % 1000 == 0) {
      log_(absl::StrCat("nobody can call at ", listener_->path(), ": ", again.message()));
    }
    pollfd wake{wake_fd_, POLLIN, 0};
    if (!again.ok()) poll(&wake, 1, kLookAtSocketMs);
  }

  std::optional<UnixListener> listener_;
  uint64_t unreachable_ = 0;  // times that nobody could be let in there
  const std::function<void(const std::string&)> log_;
  const std::optional<TcpSettings> tcp_;
  int tcp_port_ = 0;
  PtpService ptp_;
  FirewallService firewall_;
  InterfaceService interfaces_;
  NtpService ntp_;
  HostServiceService services_;
  std::optional<EventService> events_;
  PrecisionClockService precision_clocks_;
  DiagnosticsService diagnostics_;
  std::optional<TimeService> time_;
  const int wake_fd_;  // an eventfd: readable when the accept loop is to end
  std::optional<UnixCallers> callers_;
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(const std::string& socket_path,
                                                       const ServedParts& parts,
                                                       std::function<void(const std::string&)> log,
                                                       std::optional<TcpSettings> tcp) {
  auto listener = UnixListener::Listen(socket_path);
  if (!listener.ok()) return listener.status();
  return std::make_unique<RunningServer>(*std::move(listener), parts, std::move(log),
                                         std::move(tcp));
}

}  // namespace hostctl::rpc
