#include "ptpcore/wire/tlv_alternate_time_offset.h"

#include <utility>

#include "ptpcore/wire/ptp_text.h"

namespace ptpcore::wire {

std::optional<AlternateTimeOffsetIndicator> AlternateTimeOffsetIndicator::Read(Reader& reader) {
  AlternateTimeOffsetIndicator tlv;
  tlv.key = reader.U8();
  tlv.current_offset_s = static_cast<int32_t>(reader.U32());
  tlv.jump_s = static_cast<int32_t>(reader.U32());
  tlv.time_of_next_jump = reader.U48();
  std::optional<std::string> name = ReadText(reader);
  if (!name) return std::nullopt;
  tlv.display_name = *std::move(name);
  return tlv;
}
void AlternateTimeOffsetIndicator::Write(Writer& writer) const {
  writer.U8(key);
  writer.U32(static_cast<uint32_t>(current_offset_s));
  writer.U32(static_cast<uint32_t>(jump_s));
  writer.U48(time_of_next_jump);
  WriteText(display_name, writer);
}

}  // namespace ptpcore::wire
