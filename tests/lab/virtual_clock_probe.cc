// Tells the truth about a virtual clock, which only a test may know:
//
//   $ virtual_clock_probe FILE
//   offset_from_realtime_ns 12345
//   frequency_ppb -3.21
//   $ virtual_clock_probe FILE 5000000      # somebody else steps it by 5 ms
//
// The offset is the clock minus CLOCK_REALTIME now; the frequency is what is left of
// its error against CLOCK_MONOTONIC_RAW after the correction.
#include <cstdio>
#include <cstdlib>

#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/clock/virtual_clock_file.h"

int main(int argc, char** argv) {
  using namespace ptpcore::clock;
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: virtual_clock_probe FILE [STEP_NS]\n");
    return 2;
  }
  absl::StatusOr<VirtualClockState> state = ReadVirtualClock(argv[1]);
  if (!state.ok()) {
    std::fprintf(stderr, "%s\n", state.status().ToString().c_str());
    return 1;
  }
  if (argc == 3) {
    absl::StatusOr<VirtualClockFile> file = VirtualClockFile::Open(argv[1]);
    if (!file.ok()) {
      std::fprintf(stderr, "%s\n", file.status().ToString().c_str());
      return 1;
    }
    state->clock_ns += std::atoll(argv[2]);
    file->Write(*state);
    return 0;
  }
  const TimePair now = ReadPair(RealKernelTime());
  std::printf("offset_from_realtime_ns %lld\n",
              static_cast<long long>(state->At(now.monotonic_raw_ns) - now.realtime_ns));
  std::printf("frequency_ppb %.2f\n", state->error_ppb + state->correction_ppb);
  return 0;
}
