// The TLVs of organizations: IEEE 1588-2019 14.3. One kind is passed on by boundary clocks,
// one is not, and the oldest leaves it open.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

// organizationId: an OUI or CID of the IEEE; and the organization's own number below it.
struct OrganizationTlvId {
  std::array<uint8_t, 3> organization{};
  std::array<uint8_t, 3> sub_type{};

  friend bool operator==(const OrganizationTlvId& a, const OrganizationTlvId& b) {
    return a.organization == b.organization && a.sub_type == b.sub_type;
  }

  static OrganizationTlvId Read(Reader& reader);
  void Write(Writer& writer) const;
};

// `Type` is one of the three. What a value holds beyond its id is the organization's.
template <TlvType Type>
struct OrganizationTlv {
  static constexpr TlvType kType = Type;

  OrganizationTlvId id;
  absl::Span<const uint8_t> data;  // points into what was decoded

  static std::optional<OrganizationTlv> Read(Reader& reader) {
    OrganizationTlv tlv;
    tlv.id = OrganizationTlvId::Read(reader);
    tlv.data = reader.TakeRest();
    return tlv;
  }
  void Write(Writer& writer) const {
    id.Write(writer);
    writer.Octets(data);
  }
};

using OrganizationExtension = OrganizationTlv<TlvType::kOrganizationExtension>;
using OrganizationExtensionPropagate = OrganizationTlv<TlvType::kOrganizationExtensionPropagate>;
using OrganizationExtensionDoNotPropagate =
    OrganizationTlv<TlvType::kOrganizationExtensionDoNotPropagate>;

}  // namespace ptpcore::wire
