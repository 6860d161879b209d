// Keeps the transport of one network device open: opens it, looks after the
// device when nothing was heard on it for two seconds, closes it with a reason when the device is down, gone or
// another one, and opens it again. Announces the group memberships now and then.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

// How the network is reached; replaced under test and in the sandbox.
struct NetworkAccess {
  std::function<absl::StatusOr<net::Device>(const std::string&)> query;
  std::function<absl::StatusOr<std::unique_ptr<net::Transport>>(const std::string&,
                                                                const net::Device&)>
      open;
};
// Ioctls and UDP over IPv4.
NetworkAccess UdpIpv4Access();

class Network {
 public:
  Network(std::string device, NetworkAccess access);

  enum class Change { kNone, kUp, kDown };
  // Looks after the device when that is due, and says what became of it.
  Change HandleTimers(protocol::MonoTime now);
  protocol::MonoTime NextDeadline() const;
  // A packet came: the device works, and need not be looked after for a while.
  void Heard(protocol::MonoTime now);
  // The transport failed under a call: closes it; HandleTimers() opens it again.
  void Fail(const std::string& reason);

  // Null while down.
  net::Transport* transport() const { return transport_.get(); }
  // Why it is down; empty while up.
  const std::string& reason() const { return reason_; }
  // Of the device when it was last opened.
  const std::array<uint8_t, 6>& mac() const { return device_.mac; }

 private:
  absl::Status Look(protocol::MonoTime now);

  std::string name_;
  NetworkAccess access_;
  std::unique_ptr<net::Transport> transport_;
  net::Device device_;
  std::string reason_ = "not opened yet";
  protocol::MonoTime next_look_;
  protocol::MonoTime next_refresh_;
};

}  // namespace ptpcore::engine
