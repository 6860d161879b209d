#include "ptpcore/wire/tlv_organization.h"

namespace ptpcore::wire {

OrganizationTlvId OrganizationTlvId::Read(Reader& reader) {
  OrganizationTlvId id;
  reader.Octets(absl::MakeSpan(id.organization));
  reader.Octets(absl::MakeSpan(id.sub_type));
  return id;
}

void OrganizationTlvId::Write(Writer& writer) const {
  writer.Octets(organization);
  writer.Octets(sub_type);
}

}  // namespace ptpcore::wire
