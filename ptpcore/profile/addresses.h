// How clocks are named by people: network addresses and identities, brought into one form.
#pragma once

#include <optional>
#include <string>

#include "hostctl/v1/ptp_protocol.pb.h"

namespace ptpcore::profile {

// The address of one clock.
struct ClockAddress {
  hostctl::v1::NetworkProtocol network;  // by which it is reached
  std::string text;                      // `192.0.2.1`, `2001:db8::1`, `02:00:00:00:00:01`
};

// Nothing for what is neither an IPv4, IPv6 nor MAC address, and for one that is no single
// clock's: multicast, broadcast, unspecified.
std::optional<ClockAddress> ParseAddress(const std::string& text);

// A clockIdentity of 16 hexadecimal digits, or a portIdentity with `/` and portNumber 1 to
// 65534, in lower case. Octets may be parted (`00-1b-21-ff-fe-03-04-05`), and linuxptp's
// `001b21.fffe.030405-1` is understood too.
std::optional<std::string> CanonicalIdentity(const std::string& text);

}  // namespace ptpcore::profile
