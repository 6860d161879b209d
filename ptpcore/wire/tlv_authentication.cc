#include "ptpcore/wire/tlv_authentication.h"

namespace ptpcore::wire {

std::optional<Authentication> Authentication::Read(Reader& reader) {
  Authentication tlv;
  tlv.security_parameter_pointer = reader.U8();
  tlv.security_parameter_indicator = reader.U8();
  tlv.key_id = reader.U32();
  tlv.rest = reader.TakeRest();
  return tlv;
}
void Authentication::Write(Writer& writer) const {
  writer.U8(security_parameter_pointer);
  writer.U8(security_parameter_indicator);
  writer.U32(key_id);
  writer.Octets(rest);
}

std::optional<Pad> Pad::Read(Reader& reader) {
  return Pad{static_cast<uint16_t>(reader.TakeRest().size())};
}
void Pad::Write(Writer& writer) const {
  for (size_t i = 0; i < size; ++i) writer.U8(0);
}

}  // namespace ptpcore::wire
