// PTP over a pair of sockets, one for event messages with kernel timestamps and one for
// general messages, whatever the network below.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/address_family.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"

namespace ptpcore::net {

class SocketTransport : public Transport {
 public:
  // Opens both sockets for the device `name` and turns on timestamps. PERMISSION_DENIED or
  // UNAVAILABLE name the call that failed.
  static absl::StatusOr<std::unique_ptr<Transport>> Open(std::string name,
                                                         std::unique_ptr<AddressFamily> family,
                                                         StampSource stamps);

  void AppendPollFds(std::vector<pollfd>& fds) const override;
  absl::Status Dispatch(absl::Span<const pollfd> fds, Sink sink) override;
  absl::Status CollectTransmitTimestamps(Sink sink) override;
  absl::Status SendEvent(absl::Span<const uint8_t> message, const wire::PortAddress* to) override;
  absl::Status SendGeneral(absl::Span<const uint8_t> message, const wire::PortAddress* to) override;
  absl::Status RefreshMembership() override;

 private:
  SocketTransport(std::string name, std::unique_ptr<AddressFamily> family, FileDescriptor event,
                  FileDescriptor general);

  absl::Status ReadMessage(int fd, Packet::Kind kind, Sink sink);
  absl::Status ReadErrorQueue(Sink sink);
  absl::Status Send(MessageClass which, absl::Span<const uint8_t> message,
                    const wire::PortAddress* to);

  std::string name_;
  std::unique_ptr<AddressFamily> family_;
  FileDescriptor event_;
  FileDescriptor general_;
};

}  // namespace ptpcore::net
