// Who stamps the packets of all ports, and by that which clock is disciplined: the network
// device's PTP hardware clock, which the system clock then follows, or the system clock
// itself. All ports share one clock, so all stamp by the same.
#pragma once

#include <functional>
#include <string>

#include "ptpcore/engine/config.h"
#include "ptpcore/engine/network.h"
#include "ptpcore/net/timestamping.h"

namespace ptpcore::engine {

struct StampDecision {
  net::StampSource source = net::StampSource::kSoftware;
  int phc_index = -1;     // with kHardware: X of /dev/ptpX
  std::string why;        // in words
  bool demanded = false;  // hardware is asked for: without it the ports stay faulty
  // A device is not there: what there was goes on until it comes back.
  bool provisional = false;

  // What the network is to do, and with which clock.
  friend bool operator==(const StampDecision& a, const StampDecision& b) {
    return a.source == b.source && a.phc_index == b.phc_index;
  }
};

// Of a normalized configuration. `open_phc`: whether the clock /dev/ptpX can be used. One that
// cannot be is as good as none.
StampDecision DecideStamps(const EngineConfig& config, const net::DeviceIoctl& ioctl,
                           const std::function<absl::Status(int phc_index)>& open_phc);

// The configuration with what was decided in the place of what was wanted.
EngineConfig ForClock(EngineConfig config, const StampDecision& decision);
EngineConfig ForNetwork(EngineConfig config, const StampDecision& decision);

// As SocketAccess(), with timestamps of the device by the clock `phc_index`; the device is
// told to take them, and looked after.
NetworkAccess HardwareStampedAccess(wire::NetworkProtocol protocol, net::TransportOptions options,
                                    int phc_index, const net::DeviceIoctl& ioctl);

}  // namespace ptpcore::engine
