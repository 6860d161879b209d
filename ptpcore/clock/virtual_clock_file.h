// The state of a virtual clock in a file of 64 octets, so that the clock goes on
// when the engine ends, and others can read it.
#pragma once

#include <array>
#include <cstdint>
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

// Keeps the file open, as the state is written with every change of the clock.
class VirtualClockFile {
 public:
  // Creates the file where there is none.
  static absl::StatusOr<VirtualClockFile> Open(const std::string& path);
  VirtualClockFile(VirtualClockFile&& other) noexcept;
  VirtualClockFile& operator=(VirtualClockFile&&) = delete;
  ~VirtualClockFile();

  // Replaces the state in one write; a reader sees the old or the new one.
  absl::Status Write(const VirtualClockState& state);

 private:
  VirtualClockFile(std::string path, int fd);

  std::string path_;
  int fd_;
  std::array<uint8_t, 16> boot_id_;
};

// Writes once: opens, writes, closes.
absl::Status WriteVirtualClock(const std::string& path, const VirtualClockState& state);

}  // namespace ptpcore::clock
