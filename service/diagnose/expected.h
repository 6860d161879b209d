// What this host's PTP looks for, and who of those that were seen fits: what every judge
// asks of the facts.
#pragma once

#include <string>
#include <vector>

#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

// `UDP over IPv4`.
std::string NameOf(hostctl::v1::NetworkProtocol network);
// `end to end (E2E)`.
std::string NameOf(hostctl::v1::DelayMechanism mechanism);
// `000c29fffe1ddaab/1 (192.0.2.1)`.
std::string NameOf(const Talker& talker);
std::string NameOf(const hostctl::v1::PortIdentity& identity);
// The interface as the user knows it: `vmk0`, with its device if that is another: `vmk0 (eth0)`.
std::string InterfaceName(const Facts& facts);

// PTP follows masters here: its role is not SERVER.
bool Follows(const Facts& facts);
// It has become the master itself, as its role allows.
bool IsMaster(const Facts& facts);
// PTP asks named masters to send to it (IEEE 1588-2019 16.1); nothing comes by multicast.
bool NegotiatesUnicast(const Facts& facts);

// Others that were seen at the interface's own device.
std::vector<const Talker*> Heard(const Facts& facts);
// Those of them that give time, and in just the way this host expects.
std::vector<const Talker*> FittingMasters(const Facts& facts);
bool Fits(const Talker& talker, const Facts& facts);
// It travels as this host's sockets expect it, whatever is in it.
bool ReachesSocket(const Talker& talker, const Facts& facts);
// The master that the engine follows or, if it follows none, the first that fits. Null: none.
const Talker* Master(const Facts& facts);

// How a counter grew while it was observed, 0 after a restart.
//   Grown(facts, [](const auto& stats) { return stats.messages().sync_received(); })
template <typename Counter>
uint64_t Grown(const Facts& facts, Counter counter) {
  if (!facts.before || !facts.after) return 0;
  const uint64_t before = counter(*facts.before);
  const uint64_t after = counter(*facts.after);
  return after > before ? after - before : 0;
}

// Why the port is in its state, at the end; UNSPECIFIED without a report.
hostctl::v1::PortReason Reason(const Facts& facts);
bool Locked(const Facts& facts);

// `3 s`, `3.2 s`.
std::string SecondsText(double seconds);

}  // namespace hostctl::diagnose
