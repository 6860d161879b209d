// A group of nfnetlink_log (linux/netfilter/nfnetlink_log.h): copies of the packets that
// rules with `log group N` meet.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "service/capture/frame_source.h"

struct mnl_socket;
struct nlmsghdr;

namespace hostctl::capture {

// The frame in a message of the log, and its number; absent where it is none.
struct LoggedPacket {
  Frame frame;
  std::optional<uint32_t> sequence;
};
// `now` is its time where the kernel gives none. `message`: one netlink message.
std::optional<LoggedPacket> ParseLogged(absl::Span<const uint8_t> message, absl::Time now);

class PacketLog {
 public:
  // Takes a group that nobody has, of `first`..65535. `what` is named in errors.
  static absl::StatusOr<PacketLog> Open(uint16_t first);

  uint16_t group() const { return group_; }
  int fd() const;
  // Never waits.
  std::optional<Frame> Next();
  uint64_t dropped() const { return dropped_; }

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit PacketLog(mnl_socket* socket);
  // 0 or an errno.
  int Configure(nlmsghdr* request);
  int Bind(uint16_t group);
  int WantWholePackets();
  nlmsghdr* PutRequest();

  std::unique_ptr<mnl_socket, Close> socket_;
  uint16_t group_ = 0;
  uint32_t request_ = 0;
  std::vector<uint8_t> buffer_;
  absl::Span<const uint8_t> rest_;  // of `buffer_`, not yet handed out
  std::optional<uint32_t> expected_;
  uint64_t dropped_ = 0;
};

}  // namespace hostctl::capture
