#include "service/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
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
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/host/host_name.h"
#include "service/rpc/audit_record.h"
#include "service/rpc/call_guard.h"
#include "service/rpc/diagnostics_service.h"
#include "service/rpc/event_service.h"
#include "service/rpc/firewall_service.h"
#include "service/rpc/host_service_service.h"
#include "service/rpc/interface_service.h"
#include "service/rpc/ntp_service.h"
#include "service/rpc/policy_file.h"
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
constexpr mode_t kAdminSocketMode = 0660;
constexpr mode_t kReadOnlySocketMode = 0666;
// Our requests are a few hundred bytes.
constexpr int kLongestRequestBytes = 1 << 20;
// Above what any caller may run, so that it is told so.
constexpr int kMostStreamsOfAConnection = 4096;
constexpr int kHandshakeMs = 10000;
// Of reflection, the only service whose calls take a thread each.
constexpr int kMostThreads = 32;
// At once, of each user.
constexpr size_t kAdminConnections = 400;
constexpr size_t kReadOnlyConnections = 32;

// We accept connections ourselves and hand them to gRPC: its own listener would
// make the socket 0755, and who calls (SO_PEERCRED) can be known only here. Two of them: one
// for administrators, and one where everybody on this host may read.
class RunningServer final : public Server {
 public:
  // `read_only` may be absent.
  RunningServer(UnixListener admin, std::optional<UnixListener> read_only, const ServedParts& parts,
                std::function<void(const std::string&)> log, std::optional<TcpSettings> tcp)
      : log_(std::move(log)),
        access_(parts.access),
        files_(parts.files),
        trail_(parts.access.trail, log_),
        tcp_(std::move(tcp)),
        ptp_(parts.reconciler, parts.history, parts.tester, host::HostName(), parts.sink),
        firewall_(parts.reconciler, parts.sink),
        interfaces_(parts.reconciler, parts.sink),
        ntp_(parts.reconciler, parts.sink, parts.ntp_tester),
        services_(parts.reconciler, parts.sink),
        precision_clocks_(parts.time_status, parts.files),
        diagnostics_(parts.reconciler, parts.open_capture_point),
        wake_fd_(eventfd(0, EFD_CLOEXEC)) {
    doors_[0].listener.emplace(std::move(admin));
    if (read_only) doors_[1].listener.emplace(*std::move(read_only));
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
    Limit(builder);
    auto policy = PolicyFile::Open(tcp_ ? tcp_->policy : "", files_, log_);
    if (!policy.ok()) return policy.status();
    policy_ = *std::move(policy);
    guard_.emplace(GuardSettingsOf());
    doors_[0].callers.emplace(builder, Role::kAdmin, kAdminConnections);
    if (doors_[1].listener) doors_[1].callers.emplace(builder, Role::kViewer, kReadOnlyConnections);
    guard_->Register(builder, v1::PtpService::service_full_name(), ptp_);
    guard_->Register(builder, v1::FirewallService::service_full_name(), firewall_);
    guard_->Register(builder, v1::InterfaceService::service_full_name(), interfaces_);
    guard_->Register(builder, v1::NtpService::service_full_name(), ntp_);
    guard_->Register(builder, v1::HostServiceService::service_full_name(), services_);
    if (events_) guard_->Register(builder, v1::EventService::service_full_name(), *events_);
    guard_->Register(builder, v1::PrecisionClockService::service_full_name(), precision_clocks_);
    guard_->Register(builder, v1::DiagnosticsService::service_full_name(), diagnostics_);
    if (time_) guard_->Register(builder, v1::TimeService::service_full_name(), *time_);
    guard_->Install(builder);
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
    for (Door& door : doors_) door.listener.reset();
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
    for (Door& door : doors_) door.callers.reset();
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

  static void Limit(grpc::ServerBuilder& builder) {
    builder.SetMaxReceiveMessageSize(kLongestRequestBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostStreamsOfAConnection);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    grpc::ResourceQuota quota("hostd");
    quota.SetMaxThreads(kMostThreads);
    builder.SetResourceQuota(quota);
  }

  GuardSettings GuardSettingsOf() {
    GuardSettings settings;
    settings.role_of = [this](const CertificateIdentity& identity) {
      return policy_->RoleOf(identity);
    };
    settings.limits = access_.limits;
    settings.slow_reader = access_.slow_reader;
    settings.record = [this](const CallRecord& record) { trail_.Record(record); };
    settings.log = log_;
    return settings;
  }

  // One of the sockets, and who came in through it.
  struct Door {
    std::optional<UnixListener> listener;
    std::optional<UnixCallers> callers;
    uint64_t turned_away = 0;
    uint64_t unreachable = 0;  // times that nobody could be let in there
  };

  void AcceptLoop() {
    while (true) {
      std::vector<pollfd> entries{{wake_fd_, POLLIN, 0}};
      for (const Door& door : doors_) {
        if (!door.callers) continue;
        entries.push_back({door.listener->fd(), POLLIN, 0});
        entries.push_back({door.callers->ended_fd(), POLLIN, 0});
      }
      if (poll(entries.data(), entries.size(), kLookAtSocketMs) < 0) continue;
      if (entries[0].revents != 0) return;
      for (Door& door : doors_) {
        if (!door.callers) continue;
        if (!door.listener->Reachable()) ListenAgain(door);
        Accept(door);
      }
    }
  }

  // The first of many failures is said.
  void ListenAgain(Door& door) {
    const absl::Status again = door.listener->ListenAgain();
    if (again.ok()) {
      log_(absl::StrCat(door.listener->path(), " was removed by somebody, and is there again"));
    } else if (door.unreachable++ % 1000 == 0) {
      log_(absl::StrCat("nobody can call at ", door.listener->path(), ": ", again.message()));
    }
    // What stands in the way may stay: to look without a pause would spin.
    pollfd wake{wake_fd_, POLLIN, 0};
    if (!again.ok()) poll(&wake, 1, kLookAtSocketMs);
  }

  void Accept(Door& door) {
    door.callers->Collect();
    const int fd = accept4(door.listener->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      if (door.callers->Accept(fd, door.listener->fd())) return;
      // The first of many is said.
      if (door.turned_away++ % 1000 == 0) {
        log_(absl::StrCat("connections to ", door.listener->path(),
                          " are closed: their user has too many"));
      }
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      log_(absl::StrCat("cannot accept a connection: ", std::strerror(errno)));
      // The connection stays in the queue: trying at once would spin.
      pollfd wake{wake_fd_, POLLIN, 0};
      poll(&wake, 1, kPauseWithoutDescriptorsMs);
    }
  }

  const std::function<void(const std::string&)> log_;
  const AccessSettings access_;
  store::FileSystem& files_;
  AuditTrail trail_;
  std::array<Door, 2> doors_;  // the admin socket, and the one for everybody
  std::unique_ptr<PolicyFile> policy_;
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
  const int wake_fd_;               // an eventfd: readable when the accept loop is to end
  std::optional<CallGuard> guard_;  // outlives the server
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Listen(const std::string& socket_path,
                                                       const ServedParts& parts,
                                                       std::function<void(const std::string&)> log,
                                                       std::optional<TcpSettings> tcp) {
  auto admin = UnixListener::Listen(socket_path, kAdminSocketMode);
  if (!admin.ok()) return admin.status();
  if (!parts.access.admin_group.empty()) {
    const absl::Status given = admin->GiveTo(parts.access.admin_group);
    if (!given.ok()) {
      log(absl::StrCat(given.message(), ": ", socket_path, " is for hostd's own user and root"));
    }
  }
  std::optional<UnixListener> read_only;
  if (!parts.access.read_only_socket.empty()) {
    auto listener = UnixListener::Listen(parts.access.read_only_socket, kReadOnlySocketMode);
    if (!listener.ok()) return listener.status();
    read_only.emplace(*std::move(listener));
  }
  return std::make_unique<RunningServer>(*std::move(admin), std::move(read_only), parts,
                                         std::move(log), std::move(tcp));
}

}  // namespace hostctl::rpc
