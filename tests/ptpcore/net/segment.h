// Two hosts on one Ethernet segment, in network namespaces of their own, and what stands
// on it: stations with a transport, and a tap that sees every frame.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"
#include "tests/firewall/network_namespace.h"

namespace ptpcore::net {

using Octets = std::vector<uint8_t>;
using Steady = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(10);

int MillisecondsUntil(Steady::time_point deadline);
// The kernel lets packets through a moment after the link came up.
void WaitForCarrier(const hostctl::firewall::NetworkNamespace& where, const std::string& device);

using OpenTransport = std::function<absl::StatusOr<std::unique_ptr<Transport>>(
    const std::string&, const Device&, const TransportOptions&)>;

// A packet that outlives the call it came in.
struct Heard {
  Packet::Kind kind;
  Octets octets;
  std::optional<int64_t> realtime_ns;
  wire::PortAddress from;
};

// One end of a segment: a transport and what it heard.
class Station {
 public:
  Station(const hostctl::firewall::NetworkNamespace& where, const std::string& device,
          const OpenTransport& open, const TransportOptions& options = {});

  Transport& transport() { return *transport_; }
  // The next packet of this kind; absent when none comes for a long time.
  std::optional<Heard> Next(Packet::Kind kind);
  const std::vector<Heard>& waiting() const { return heard_; }

 private:
  bool PollOnce(int timeout_ms);

  std::unique_ptr<Transport> transport_;
  std::vector<Heard> heard_;
};

// Sees every frame that arrives at a device.
class Tap {
 public:
  Tap(const hostctl::firewall::NetworkNamespace& where, const std::string& device);
  // The next frame for which `wanted` holds; empty when none comes for a long time.
  Octets Next(const std::function<bool(const Octets&)>& wanted);
  // ... whose octets contain `part`.
  Octets NextWith(const Octets& part);

 private:
  FileDescriptor socket_;
};

bool Contains(const Octets& whole, const Octets& part);

// Hosts `master` and `client`; MAC addresses 02-00-00-00-00-01 and -02 on eth0, 192.0.2.1 and
// 192.0.2.2, and link-local IPv6 addresses that are ready.
class SegmentTest : public ::testing::Test {
 protected:
  void SetUp() override;
  // Joins both hosts by another pair of devices of this name.
  void AddSegment(const std::string& device, const std::string& net, int number);

  std::unique_ptr<hostctl::firewall::NetworkNamespace> master_;
  std::unique_ptr<hostctl::firewall::NetworkNamespace> client_;
  // A Delay_Req and an Announce, as far as a transport looks into them.
  const Octets event_ = Message(0x1);
  const Octets general_ = Message(0xB);
  static Octets Message(uint8_t type, size_t size = 44);
};

}  // namespace ptpcore::net
