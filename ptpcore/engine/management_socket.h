// A unix datagram socket for management messages: what `pmc -u -s PATH` speaks. Each
// datagram is one PTP message; the answer goes to the path that the asker has bound.
#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::engine {

class ManagementSocket {
 public:
  // Binds `path` (mode 0660). A socket file that a dead engine left is replaced;
  // ALREADY_EXISTS when somebody listens there or the file is no socket.
  static absl::StatusOr<std::unique_ptr<ManagementSocket>> Bind(const std::string& path);
  ~ManagementSocket();
  ManagementSocket(const ManagementSocket&) = delete;
  ManagementSocket& operator=(const ManagementSocket&) = delete;

  const std::string& path() const { return path_; }
  void AppendPollFds(std::vector<pollfd>& fds) const;
  // Hands over what is there: the message, and the path of who sent it (empty: nobody who
  // could be answered). At most a few, so that packets from the network need not wait.
  using Sink = absl::FunctionRef<void(absl::Span<const uint8_t> message, const std::string& from)>;
  void HandleReady(absl::Span<const pollfd> fds, Sink sink);
  // An asker that is gone, or does not read, misses its answer.
  void Send(absl::Span<const uint8_t> message, const std::string& to);

 private:
  ManagementSocket(std::string path, net::FileDescriptor fd);

  std::string path_;
  net::FileDescriptor fd_;
};

}  // namespace ptpcore::engine
