// A connected unix socket of type SOCK_SEQPACKET (unix(7)): the kernel keeps the
// borders of packets, so one send is one receive and nothing needs framing.
//
//   auto socket = SeqPacket::Connect("/run/hostctl/ptpd.sock", deadline);
//   if (!socket.ok()) return socket.status();
//   absl::Status sent = socket->Send(request, deadline);
//   absl::StatusOr<std::string> answer = socket->Receive(deadline);
//
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ptpcore::control {

using Deadline = std::chrono::steady_clock::time_point;

// The largest packet either side sends.
inline constexpr size_t kMaxPacketBytes = size_t{256} * 1024;

class SeqPacket {
 public:
  // Connects to the socket at `path`. NOT_FOUND when there is no such file,
  // UNAVAILABLE when nobody listens there, PERMISSION_DENIED, DEADLINE_EXCEEDED,
  // INVALID_ARGUMENT for a path longer than unix sockets allow (107 bytes).
  static absl::StatusOr<SeqPacket> Connect(const std::string& path, Deadline deadline);

  // Takes ownership of the connected descriptor `fd`.
  explicit SeqPacket(int fd);
  ~SeqPacket();
  SeqPacket(SeqPacket&& other) noexcept;
  SeqPacket& operator=(SeqPacket&& other) noexcept;

  // Sends `packet` (1..kMaxPacketBytes bytes) as a whole. UNAVAILABLE when the
  // peer has gone, DEADLINE_EXCEEDED when it does not read.
  absl::Status Send(const std::string& packet, Deadline deadline);

  // The next packet. UNAVAILABLE when the peer has gone, DEADLINE_EXCEEDED when
  // it says nothing, DATA_LOSS when the packet is larger than kMaxPacketBytes.
  absl::StatusOr<std::string> Receive(Deadline deadline);

  // Process that listens at the other end (SO_PEERCRED), as seen from our PID
  // namespace.
  absl::StatusOr<pid_t> PeerPid() const;

 private:
  void Close();

  int fd_ = -1;
};

}  // namespace ptpcore::control
