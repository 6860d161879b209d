#include "ptpcore/net/socket_transport.h"

#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/kernel_timestamp.h"
#include "ptpcore/net/looped_back.h"
#include "ptpcore/net/socket_calls.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::net {
namespace {

// One packet read from a socket or its error queue.
struct Reading {
  std::array<uint8_t, 2048> octets;
  alignas(cmsghdr) std::array<char, 256> control;
  SocketAddress from;
  msghdr message{};
  iovec vector{};
  ssize_t size = -1;

  void Read(int fd, int flags) {
    vector = {octets.data(), octets.size()};
    message = {};
    message.msg_name = &from.storage;
    message.msg_namelen = sizeof(from.storage);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    size = recvmsg(fd, &message, flags);
    from.size = message.msg_namelen;
  }
  absl::Span<const uint8_t> span() const { return {octets.data(), static_cast<size_t>(size)}; }
};

// Whether a message is of the peer delay mechanism, by its messageType (table 36).
bool IsPeerDelay(absl::Span<const uint8_t> message) {
  if (message.empty()) return false;
  const auto type = static_cast<wire::MessageType>(message[0] & 0xF);
  return type == wire::MessageType::kPdelayReq || type == wire::MessageType::kPdelayResp ||
         type == wire::MessageType::kPdelayRespFollowUp;
}

// Requests of thousands of unicast clients wait here, and transmit timestamps, when the
// processor is busy with something else. Where it is not permitted: as much as is.
void MakeRoomForBursts(int fd) {
  constexpr int kOctets = 4 << 20;
  if (!SetOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, kOctets)) {
    SetOption(fd, SOL_SOCKET, SO_RCVBUF, kOctets);
  }
}

}  // namespace

SocketTransport::SocketTransport(std::string name, std::unique_ptr<AddressFamily> family,
                                 FileDescriptor event, FileDescriptor general)
    : name_(std::move(name)),
      family_(std::move(family)),
      event_(std::move(event)),
      general_(std::move(general)) {}

absl::StatusOr<std::unique_ptr<Transport>> SocketTransport::Open(
    std::string name, std::unique_ptr<AddressFamily> family, StampSource stamps) {
  absl::StatusOr<FileDescriptor> event = family->Open(MessageClass::kEvent);
  if (!event.ok()) return event.status();
  absl::StatusOr<FileDescriptor> general = family->Open(MessageClass::kGeneral);
  if (!general.ok()) return general.status();
  for (const FileDescriptor* fd : {&*event, &*general}) MakeRoomForBursts(fd->get());
  if (!EnableTimestamps(event->get(), stamps)) return Failed(name, "SO_TIMESTAMPING");
  return std::unique_ptr<Transport>(new SocketTransport(std::move(name), std::move(family),
                                                        *std::move(event), *std::move(general)));
}

void SocketTransport::AppendPollFds(std::vector<pollfd>& fds) const {
  fds.push_back({event_.get(), POLLIN | POLLPRI, 0});
  fds.push_back({general_.get(), POLLIN, 0});
}

absl::Status SocketTransport::Dispatch(absl::Span<const pollfd> fds, Sink sink) {
  for (const pollfd& ready : fds) {
    const bool is_event = ready.fd == event_.get();
    if (!is_event && ready.fd != general_.get()) continue;  // another transport's
    // Transmit stamps first: the answer to the message may wait on the other socket.
    if (is_event && (ready.revents & (POLLERR | POLLPRI)) != 0) {
      if (absl::Status s = ReadErrorQueue(sink); !s.ok()) return s;
    }
    if ((ready.revents & POLLIN) != 0 || (!is_event && (ready.revents & POLLERR) != 0)) {
      const auto kind = is_event ? Packet::Kind::kEvent : Packet::Kind::kGeneral;
      if (absl::Status s = ReadMessage(ready.fd, kind, sink); !s.ok()) return s;
    }
  }
  return absl::OkStatus();
}

absl::Status SocketTransport::CollectTransmitTimestamps(Sink sink) {
  return ReadErrorQueue(sink);
}

absl::Status SocketTransport::SendEvent(absl::Span<const uint8_t> message,
                                        const wire::PortAddress* to) {
  return Send(MessageClass::kEvent, message, to);
}

absl::Status SocketTransport::SendGeneral(absl::Span<const uint8_t> message,
                                          const wire::PortAddress* to) {
  return Send(MessageClass::kGeneral, message, to);
}

absl::Status SocketTransport::RefreshMembership() {
  return family_->RefreshMembership(event_.get(), general_.get());
}

// Nothing to read is no error; an error the socket reports once (ENETDOWN) is.
absl::Status SocketTransport::ReadMessage(int fd, Packet::Kind kind, Sink sink) {
  Reading reading;
  reading.Read(fd, 0);
  if (reading.size < 0) {
    if (errno == EAGAIN || errno == EINTR) return absl::OkStatus();
    return Failed(name_, "recvmsg");
  }
  Packet packet;
  packet.kind = kind;
  packet.octets = reading.span();
  const KernelTimestamps stamps = TimestampsOf(reading.message);
  packet.realtime_ns = stamps.software_ns;
  packet.hardware_ns = stamps.hardware_ns;
  packet.from = family_->Sender(reading.from);
  sink(packet);
  return absl::OkStatus();
}

// Reads one transmit timestamp. When POLLERR had another reason, that is taken from the
// socket, or poll() would return at once forever.
absl::Status SocketTransport::ReadErrorQueue(Sink sink) {
  Reading reading;
  reading.Read(event_.get(), MSG_ERRQUEUE);
  if (reading.size < 0) {
    if (errno != EAGAIN && errno != EINTR) return Failed(name_, "recvmsg from the error queue");
    int pending = 0;
    socklen_t size = sizeof(pending);
    getsockopt(event_.get(), SOL_SOCKET, SO_ERROR, &pending, &size);
    if (pending == 0) return absl::OkStatus();
    errno = pending;
    return Failed(name_, "socket");
  }
  Packet packet;
  packet.kind = Packet::Kind::kTransmitted;
  packet.octets = PayloadOfLoopedBack(reading.span());
  packet.from = DestinationOfLoopedBack(reading.span());
  const KernelTimestamps stamps = TimestampsOf(reading.message);
  packet.realtime_ns = stamps.software_ns;
  packet.hardware_ns = stamps.hardware_ns;
  if (stamps.any()) sink(packet);
  return absl::OkStatus();
}

absl::Status SocketTransport::Send(MessageClass which, absl::Span<const uint8_t> message,
                                   const wire::PortAddress* to) {
  Destination single;
  if (to != nullptr) {
    absl::StatusOr<SocketAddress> address = family_->Unicast(which, *to);
    if (!address.ok()) return address.status();
    single.address = *address;
  }
  const Destination& destination =
      to != nullptr ? single : family_->Group(which, IsPeerDelay(message));

  const absl::Span<const uint8_t> trailer = family_->Trailer();
  std::array<iovec, 2> vectors{{{const_cast<uint8_t*>(message.data()), message.size()},
                                {const_cast<uint8_t*>(trailer.data()), trailer.size()}}};
  msghdr header{};
  header.msg_name = const_cast<sockaddr_storage*>(&destination.address.storage);
  header.msg_namelen = destination.address.size;
  header.msg_iov = vectors.data();
  header.msg_iovlen = trailer.empty() ? 1 : 2;

  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  if (destination.hop_limit) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = destination.hop_limit->level;
    c->cmsg_type = destination.hop_limit->type;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(c), &destination.hop_limit->hops, sizeof(int));
  }
  const int fd = which == MessageClass::kEvent ? event_.get() : general_.get();
  if (sendmsg(fd, &header, 0) < 0) {
    return Failed(name_, absl::StrCat("sendmsg to ", to != nullptr ? "one address" : "all"));
  }
  return absl::OkStatus();
}

}  // namespace ptpcore::net
