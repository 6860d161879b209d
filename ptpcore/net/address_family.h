// What differs between the networks that PTP travels on: IEEE 1588-2019 annexes C, D and E.
// All else of a transport is common: see socket_transport.h.
#pragma once

#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::net {

// A transport has a socket for each.
enum class MessageClass { kEvent, kGeneral };

// A socket address of any family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  template <typename T>
  static SocketAddress Of(const T& address) {
    SocketAddress of;
    static_assert(sizeof(address) <= sizeof(of.storage));
    std::memcpy(&of.storage, &address, sizeof(address));
    of.size = sizeof(address);
    return of;
  }
  template <typename T>
  T As() const {
    T address{};
    std::memcpy(&address, &storage, sizeof(address));
    return address;
  }
};

// How far a message may travel, where that differs from the socket's setting: the
// control message of sendmsg() which says so.
struct HopLimit {
  int level = 0;  // IPPROTO_IP
  int type = 0;   // IP_TTL
  int hops = 1;
};

struct Destination {
  SocketAddress address;
  std::optional<HopLimit> hop_limit;
};

class AddressFamily {
 public:
  virtual ~AddressFamily() = default;

  // A socket that hears and sends messages of this class, without timestamps.
  virtual absl::StatusOr<FileDescriptor> Open(MessageClass which) const = 0;
  // Announces the memberships of both sockets again, for switches that forgot them.
  virtual absl::Status RefreshMembership(int event_fd, int general_fd) const = 0;

  // Where messages for all go; those of the peer delay mechanism have a group of their own.
  virtual const Destination& Group(MessageClass which, bool peer_delay) const = 0;
  // INVALID_ARGUMENT where `to` belongs to another family.
  virtual absl::StatusOr<SocketAddress> Unicast(MessageClass which,
                                                const wire::PortAddress& to) const = 0;
  virtual wire::PortAddress Sender(const SocketAddress& from) const = 0;
  // What is sent behind every message.
  virtual absl::Span<const uint8_t> Trailer() const { return {}; }
};

}  // namespace ptpcore::net
