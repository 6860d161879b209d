// One line on a frame, for people.
#pragma once

#include <string>

#include "service/capture/ptp_frame.h"

namespace hostctl::capture {

// `Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (192.168.0.6), two-step`;
// `IGMPv3 report from 192.168.0.6: joined 224.0.1.129`;
// `UDP 192.168.0.6:5353 > 224.0.0.251:5353, 46 octets`. What is malformed is told as far as
// it can be read.
std::string SummaryOf(const DecodedFrame& frame);

}  // namespace hostctl::capture
