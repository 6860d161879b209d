// The derived data types of PTP: IEEE 1588-2019 clause 5.3. Values; never a
// bare integer where the standard has a type.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ptpcore::wire {

// ClockIdentity, 5.3.4: an EUI-64.
struct ClockIdentity {
  std::array<uint8_t, 8> octets{};

  friend bool operator==(const ClockIdentity& a, const ClockIdentity& b) {
    return a.octets == b.octets;
  }
  friend bool operator!=(const ClockIdentity& a, const ClockIdentity& b) { return !(a == b); }
  friend bool operator<(const ClockIdentity& a, const ClockIdentity& b) {
    return a.octets < b.octets;
  }
};

// The identity of a clock whose network device has the given 6-octet MAC
// address: FF-FE in the middle, as 7.5.2.2.2 allows.
ClockIdentity ClockIdentityFromMac(const std::array<uint8_t, 6>& mac);

// `000c29fffe1ddaab`.
std::string ToString(const ClockIdentity& identity);

// PortIdentity, 5.3.5. portNumber 1..65534; 65535 means all ports.
struct PortIdentity {
  ClockIdentity clock;
  uint16_t port = 0;

  friend bool operator==(const PortIdentity& a, const PortIdentity& b) {
    return a.port == b.port && a.clock == b.clock;
  }
  friend bool operator!=(const PortIdentity& a, const PortIdentity& b) { return !(a == b); }
  friend bool operator<(const PortIdentity& a, const PortIdentity& b) {
    return std::tie(a.clock, a.port) < std::tie(b.clock, b.port);
  }
};

// The target of what is meant for every port of every clock (13.12.2.1, 15.4.1).
inline constexpr PortIdentity kAllPorts = {{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
                                           0xFFFF};

// `000c29fffe1ddaab/1`.
std::string ToString(const PortIdentity& identity);

// TimeInterval, 5.3.2: nanoseconds times 2^16, signed.
struct TimeInterval {
  int64_t scaled_ns = 0;

  double nanoseconds() const { return static_cast<double>(scaled_ns) / 65536.0; }
  friend bool operator==(TimeInterval a, TimeInterval b) { return a.scaled_ns == b.scaled_ns; }
};

// The sum, or the nearest representable value: a peer may send anything.
TimeInterval SaturatingAdd(TimeInterval a, TimeInterval b);

// Timestamp, 5.3.3: seconds (48 bits) and nanoseconds since the epoch of the
// timescale in use.
struct Timestamp {
  uint64_t seconds = 0;      // below 2^48
  uint32_t nanoseconds = 0;  // below 10^9 in a valid timestamp

  friend bool operator==(const Timestamp& a, const Timestamp& b) {
    return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
  }
};

// As nanoseconds since the epoch; absent where `nanoseconds` is 10^9 or more, or
// the value is past the year 2262 and does not fit.
std::optional<int64_t> ToNanoseconds(const Timestamp& timestamp);

// ClockQuality, 5.3.7, with the values of 7.6.2.5, 7.6.2.6 and 7.6.3.5.
struct ClockQuality {
  uint8_t clock_class = 248;
  uint8_t clock_accuracy = 0xFE;                 // unknown
  uint16_t offset_scaled_log_variance = 0xFFFF;  // unknown

  friend bool operator==(const ClockQuality& a, const ClockQuality& b) {
    return a.clock_class == b.clock_class && a.clock_accuracy == b.clock_accuracy &&
           a.offset_scaled_log_variance == b.offset_scaled_log_variance;
  }
};

// networkProtocol, 7.4.1 table 3.
enum class NetworkProtocol : uint16_t { kNone = 0, kUdpIpv4 = 1, kUdpIpv6 = 2, kIeee8023 = 3 };

// PortAddress, 5.3.6: where a message came from, in network byte order.
struct PortAddress {
  NetworkProtocol protocol = NetworkProtocol::kNone;
  uint8_t length = 0;  // octets in use
  std::array<uint8_t, 16> octets{};

  friend bool operator==(const PortAddress& a, const PortAddress& b) {
    return a.protocol == b.protocol && a.length == b.length && a.octets == b.octets;
  }
};

}  // namespace ptpcore::wire
