// The protocol's clock behind one or more ports of the engine. It is made when the first
// of their networks comes up, as its identity is that of a network device.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "ptpcore/protocol/ptp_clock.h"

namespace ptpcore::engine {

class ProtocolClock {
 public:
  ProtocolClock(protocol::ClockConfig clock, std::vector<protocol::PortConfig> ports);

  // Null until it is made.
  protocol::PtpClock* get() const { return clock_.get(); }
  // A device with this MAC address came up. Makes the clock, unless it is made; makes
  // it anew where the only device was replaced by another one (the ports of several
  // devices keep their identity). True when it was made now. `now_ns` spreads the random
  // times of clocks that are alike.
  bool Make(const std::array<uint8_t, 6>& mac, int64_t now_ns);

 private:
  protocol::ClockConfig config_;
  std::vector<protocol::PortConfig> ports_;
  std::unique_ptr<protocol::PtpClock> clock_;
};

}  // namespace ptpcore::engine
