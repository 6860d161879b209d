#include "ptpcore/wire/tlv_management.h"

#include <utility>

#include "ptpcore/wire/ptp_text.h"

namespace ptpcore::wire {

std::optional<ManagementTlv> ManagementTlv::Read(Reader& reader) {
  ManagementTlv tlv;
  tlv.management_id = reader.U16();
  tlv.data = reader.TakeRest();
  return tlv;
}
void ManagementTlv::Write(Writer& writer) const {
  writer.U16(management_id);
  writer.Octets(data);
}

std::optional<ManagementErrorStatus> ManagementErrorStatus::Read(Reader& reader) {
  ManagementErrorStatus tlv;
  tlv.error = static_cast<ManagementError>(reader.U16());
  tlv.management_id = reader.U16();
  reader.U32();  // reserved
  if (reader.remaining() == 0) return tlv;
  std::optional<std::string> text = ReadText(reader);
  if (!text) return std::nullopt;
  tlv.display_data = *std::move(text);
  return tlv;
}
void ManagementErrorStatus::Write(Writer& writer) const {
  writer.U16(static_cast<uint16_t>(error));
  writer.U16(management_id);
  writer.U32(0);
  if (!display_data.empty()) WriteText(display_data, writer);
}

}  // namespace ptpcore::wire
