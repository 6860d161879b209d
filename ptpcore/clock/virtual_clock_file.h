// The state of a virtual clock in a small file, so that the clock goes on when the engine
// ends (however it ends), and others can read it. The file is mapped into memory, as the
// state changes with every measurement. It holds the last two states, each with a
// checksum: one is whole while the other is being written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ptpcore::clock {

// The clock showed `clock_ns` when CLOCK_MONOTONIC_RAW showed `raw_ns`; since then
// it gains (error_ppb + correction_ppb) against it.
struct VirtualClockState {
  int64_t raw_ns = 0;
  int64_t clock_ns = 0;
  double error_ppb = 0;       // what is wrong with the oscillator
  double correction_ppb = 0;  // what its disciplining takes off

  // What the clock shows when CLOCK_MONOTONIC_RAW shows `at_raw_ns`.
  int64_t At(int64_t at_raw_ns) const;
};

// NOT_FOUND when there is no such file; DATA_LOSS when it is not a clock's state
// or belongs to another boot (CLOCK_MONOTONIC_RAW starts at boot).
absl::StatusOr<VirtualClockState> ReadVirtualClock(const std::string& path);

struct VirtualClockRecord;  // a state as it stands in the file

// Keeps the file mapped. One writer at a time, and now and then somebody who sets the clock
// as one sets a host's.
class VirtualClockFile {
 public:
  // Creates the file where there is none; keeps the state of one that is there.
  static absl::StatusOr<VirtualClockFile> Open(const std::string& path);
  VirtualClockFile(VirtualClockFile&& other) noexcept;
  VirtualClockFile& operator=(VirtualClockFile&&) = delete;
  ~VirtualClockFile();

  // Replaces the state, without a system call; a reader sees the old or the new one.
  void Write(const VirtualClockState& state);

  // What somebody else has written since the last Write() or Foreign(); nothing as a rule.
  std::optional<VirtualClockState> Foreign();

 private:
  explicit VirtualClockFile(VirtualClockRecord* records);

  VirtualClockRecord* records_;  // two of them, in the file
  uint64_t sequence_;
  std::array<uint8_t, 16> boot_id_;
};

}  // namespace ptpcore::clock
