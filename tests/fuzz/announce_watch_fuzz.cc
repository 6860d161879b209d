// Whatever arrives at a device, looking at it harms nobody; and what is taken for an Announce
// message is long enough to be one.
#include <cstdint>
#include <cstdlib>

#include "ptpcore/net/announce_watch.h"
#include "ptpcore/net/looped_back.h"
#include "ptpcore/wire/message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::Span<const uint8_t> frame(data, size);
  const absl::Span<const uint8_t> payload = ptpcore::net::PayloadOfLoopedBack(frame);
  if (payload.data() < data || payload.data() + payload.size() > data + size) std::abort();
  if (ptpcore::net::AnnounceIn(frame) && payload.size() < ptpcore::wire::kHeaderSize) std::abort();
  return 0;
}
