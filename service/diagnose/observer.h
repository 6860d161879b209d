// Looks at the network as long as it lives: packet sockets on the devices of the host, and
// the trace of the packet filter.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "firewall/drop_trace.h"
#include "service/capture/packet_socket.h"
#include "service/diagnose/facts.h"
#include "service/diagnose/traffic_counter.h"

namespace hostctl::diagnose {

class Observer {
 public:
  // `device`: the one of PTP; `others`: all that are up, where PTP may arrive instead.
  Observer(const std::string& device, const std::vector<std::string>& others);

  void SetOwn(const hostctl::v1::PortIdentity& own);
  // Takes what comes for so long.
  void Watch(std::chrono::milliseconds time);
  // Whether any PTP of others came to the device.
  bool HearsPtp() const;
  // What was seen so far: facts.wire, and of facts.firewall what was traced.
  void Describe(Facts& facts);

 private:
  struct Wire {
    std::string device;
    std::unique_ptr<capture::FrameSource> frames;
  };
  void TakeFrames(Wire& wire);

  std::string device_;
  std::vector<Wire> wires_;
  std::string no_wire_;  // why there is no packet socket on the device
  std::unique_ptr<firewall::DropTrace> trace_;
  std::string no_trace_;
  TrafficCounter counter_;
};

}  // namespace hostctl::diagnose
