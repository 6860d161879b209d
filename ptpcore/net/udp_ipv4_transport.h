// PTP over UDP over IPv4: IEEE 1588-2019 annex C. Event messages on port 319,
// general messages on 320, to and from 224.0.1.129, on one network device.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/net/transport.h"

namespace ptpcore::net {

class UdpIpv4Transport : public Transport {
 public:
  // Opens both sockets on the device `name`, joins the group and turns on kernel
  // timestamps. PERMISSION_DENIED without CAP_NET_BIND_SERVICE; UNAVAILABLE names
  // the call that failed.
  static absl::StatusOr<std::unique_ptr<UdpIpv4Transport>> Open(const std::string& name,
                                                                const Device& device);

  void AppendPollFds(std::vector<pollfd>& fds) const override;
  absl::Status Dispatch(absl::Span<const pollfd> fds, Sink sink) override;
  absl::Status CollectTransmitTimestamps(Sink sink) override;
  absl::Status SendEvent(absl::Span<const uint8_t> message, const wire::PortAddress* to) override;
  absl::Status SendGeneral(absl::Span<const uint8_t> message, const wire::PortAddress* to) override;
  absl::Status RefreshMembership() override;

 private:
  UdpIpv4Transport(std::string name, int index, FileDescriptor event, FileDescriptor general);

  std::string name_;
  int index_;
  FileDescriptor event_;
  FileDescriptor general_;
};

}  // namespace ptpcore::net
