#include "ptpcore/wire/tlv_path_trace.h"

namespace ptpcore::wire {

std::optional<PathTrace> PathTrace::Read(Reader& reader) {
  constexpr size_t kSize = sizeof(ClockIdentity::octets);
  if (reader.remaining() % kSize != 0) return std::nullopt;
  PathTrace tlv;
  tlv.path.reserve(reader.remaining() / kSize);
  while (reader.remaining() > 0) tlv.path.push_back(reader.Clock());
  return tlv;
}
void PathTrace::Write(Writer& writer) const {
  for (const ClockIdentity& clock : path) writer.Clock(clock);
}

}  // namespace ptpcore::wire
