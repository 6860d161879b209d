// Small things the test sends or reads to find out why nothing arrives.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace hostctl::diagnose {

// Tells switches, once, that this host wants the IPv4 multicast group: an IGMPv2 and an
// IGMPv3 report (RFC 2236, RFC 3376), as if the network had just been joined.
absl::Status SendMembershipReport(int device_index, const std::string& group);

// Whether a host has something that listens on the port of PTP event messages, asked by
// unicast (IPv4 or IPv6). Takes at most `patience_ms`. False where there is no telling: it
// does not answer at all for another port either.
bool PtpPortIsOpen(const std::string& address, const std::string& device, int patience_ms);

// Packets that the reverse path filter has dropped, IPReversePathFilter in the text of
// /proc/net/netstat; 0 where it is not told.
uint64_t ReversePathDrops(const std::string& netstat);

}  // namespace hostctl::diagnose
