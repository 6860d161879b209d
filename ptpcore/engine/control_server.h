// The engine's end of the control socket (proto/hostctl/engine/v1/control.proto).
// Never blocks: a peer that does not read its answers is dropped.
#pragma once

#include <poll.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::engine {

class ControlServer {
 public:
  static constexpr size_t kMaxConnections = 16;

  // Listens at `path` (mode 0660: hostd may be of our group). A socket file that a dead engine left is
  // replaced; ALREADY_EXISTS when an engine answers there or the file is no socket.
  static absl::StatusOr<std::unique_ptr<ControlServer>> Listen(const std::string& path,
                                                               std::string version);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  void AppendPollFds(std::vector<pollfd>& fds) const;
  // Answers what is ready.
  void HandleReady(absl::Span<const pollfd> fds, PtpEngine& engine);
  // A Shutdown request was received.
  bool shutdown_requested() const { return shutdown_requested_; }

 private:
  ControlServer(std::string path, std::string version, net::FileDescriptor listener);
  void Accept();
  // False when the connection is to be closed.
  bool Serve(int fd, PtpEngine& engine);
  std::string Answer(const std::string& packet, PtpEngine& engine);

  std::string path_;
  std::string version_;
  net::FileDescriptor listener_;
  std::vector<net::FileDescriptor> connections_;
  std::string buffer_;
  bool shutdown_requested_ = false;
};

}  // namespace ptpcore::engine
