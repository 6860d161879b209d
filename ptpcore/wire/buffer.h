// Reading and writing big-endian fields in a span. Sizes are checked once, before;
// still neither leaves its span (a Reader yields zeros, a Writer writes nothing), so
// that a mistake there can never become an access past the packet.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

class Reader {
 public:
  explicit Reader(absl::Span<const uint8_t> octets) : octets_(octets) {}

  uint8_t U8() { return static_cast<uint8_t>(Big(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Big(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Big(4)); }
  uint64_t U48() { return Big(6); }
  uint64_t U64() { return Big(8); }

  // Fills `out`.
  void Octets(absl::Span<uint8_t> out) {
    if (remaining() >= out.size()) {
      if (!out.empty()) std::memcpy(out.data(), octets_.data() + at_, out.size());
    } else {
      std::fill(out.begin(), out.end(), uint8_t{0});
    }
    at_ += out.size();
  }
  // The next `size` octets, in place; fewer where there are no more.
  absl::Span<const uint8_t> Take(size_t size) {
    const absl::Span<const uint8_t> taken =
        octets_.subspan(std::min(at_, octets_.size()), std::min(size, remaining()));
    at_ += size;
    return taken;
  }
  absl::Span<const uint8_t> TakeRest() { return Take(remaining()); }
  size_t remaining() const { return at_ < octets_.size() ? octets_.size() - at_ : 0; }

  ClockIdentity Clock() {
    ClockIdentity identity;
    Octets(absl::MakeSpan(identity.octets));
    return identity;
  }
  PortIdentity Port() {
    PortIdentity identity;
    identity.clock = Clock();
    identity.port = U16();
    return identity;
  }
  Timestamp Time() {
    Timestamp timestamp;
    timestamp.seconds = U48();
    timestamp.nanoseconds = U32();
    return timestamp;
  }
  TimeInterval Interval() { return {static_cast<int64_t>(U64())}; }

 private:
  uint64_t Big(size_t size) {
    uint64_t value = 0;
    if (remaining() >= size) {
      for (size_t i = 0; i < size; ++i) value = value << 8 | octets_[at_ + i];
    }
    at_ += size;
    return value;
  }

  absl::Span<const uint8_t> octets_;
  size_t at_ = 0;
};

class Writer {
 public:
  explicit Writer(absl::Span<uint8_t> octets) : octets_(octets) {}

  void U8(uint8_t value) { Big(value, 1); }
  void U16(uint16_t value) { Big(value, 2); }
  void U32(uint32_t value) { Big(value, 4); }
  void U48(uint64_t value) { Big(value, 6); }
  void U64(uint64_t value) { Big(value, 8); }
  void Octets(absl::Span<const uint8_t> octets) {
    if (Fits(octets.size())) std::memcpy(octets_.data() + at_, octets.data(), octets.size());
    at_ += octets.size();
  }
  void Clock(const ClockIdentity& identity) { Octets(identity.octets); }
  void Port(const PortIdentity& identity) {
    Clock(identity.clock);
    U16(identity.port);
  }
  void Time(const Timestamp& timestamp) {
    U48(timestamp.seconds);
    U32(timestamp.nanoseconds);
  }
  void Interval(TimeInterval interval) { U64(static_cast<uint64_t>(interval.scaled_ns)); }

  // Octets that were to be written, also those that had no room: a Writer without a
  // span measures.
  size_t size() const { return at_; }

 private:
  bool Fits(size_t size) const {
    return size > 0 && at_ <= octets_.size() && size <= octets_.size() - at_;
  }

  void Big(uint64_t value, size_t size) {
    if (Fits(size)) {
      for (size_t i = size; i-- > 0; value >>= 8) octets_[at_ + i] = static_cast<uint8_t>(value);
    }
    at_ += size;
  }

  absl::Span<uint8_t> octets_;
  size_t at_ = 0;
};

}  // namespace ptpcore::wire
