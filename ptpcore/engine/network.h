// Keeps the transport of one network device open: opens it, looks after the
// device when nothing was heard on it for two seconds, closes it with a reason when the device is
// down, gone or another one, and opens it again. Announces the group memberships now and then.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ptpcore/net/announce_watch.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

// OK where the device has an IPv4 address to send from.
absl::Status CheckIpv4Address(const std::string& name, const net::Device& device);

// What a port hears.
struct Listening {
  wire::NetworkProtocol protocol = wire::NetworkProtocol::kUdpIpv4;
  uint8_t ipv6_scope = 5;  // of its group, with kUdpIpv6
};

// How the network is reached; replaced under test and in the sandbox.
struct NetworkAccess {
  std::function<absl::StatusOr<net::Device>(const std::string&)> query;
  std::function<absl::StatusOr<std::unique_ptr<net::Transport>>(const std::string&,
                                                                const net::Device&)>
      open;
  // Whether the device has the address that its protocol needs; UNAVAILABLE says what is
  // missing.
  std::function<absl::Status(const std::string&, const net::Device&)> check_address =
      CheckIpv4Address;
  // Whether the device still stamps packets: what had to be repaired, in words. Empty
  // where the kernel stamps.
  std::function<absl::StatusOr<std::optional<std::string>>(const std::string&)> check_stamps = {};
  // Looks at what arrives at the device otherwise; may be empty, and may return null.
  std::function<std::unique_ptr<net::AnnounceWatch>(const net::Device&)> watch = {};
  Listening listening = {};
};
// Ioctls and sockets of this protocol (kNone is kUdpIpv4), with the kernel's timestamps.
NetworkAccess SocketAccess(wire::NetworkProtocol protocol, const net::TransportOptions& options);

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
  // Down because of the device: gone, down, without link or address. Else the transport
  // failed, or could not be opened.
  bool interface_down() const { return interface_down_; }
  // What was repaired since the last call, in words.
  std::optional<std::string> TakeRepair();
  uint64_t repairs() const { return repairs_; }
  // A look at what arrives at the device otherwise; null where there is none.
  std::unique_ptr<net::AnnounceWatch> Watch() const;
  const Listening& listening() const { return access_.listening; }
  // Of the device when it was last opened.
  const std::array<uint8_t, 6>& mac() const { return device_.mac; }
  const net::Device& device() const { return device_; }

 private:
  absl::StatusOr<net::Device> LookAtDevice() const;
  void CheckStamps(protocol::MonoTime now);
  absl::Status LookAfterTransport(const net::Device& device, protocol::MonoTime now);

  std::string name_;
  NetworkAccess access_;
  std::unique_ptr<net::Transport> transport_;
  net::Device device_;
  std::string reason_ = "not opened yet";
  bool interface_down_ = false;
  protocol::MonoTime next_look_;
  protocol::MonoTime next_refresh_;
  protocol::MonoTime next_stamp_check_;
  std::optional<std::string> repaired_;
  uint64_t repairs_ = 0;
};

}  // namespace ptpcore::engine
