// Packets: any octets are either refused or decoded to a message that encodes to
// the same octets again, with TLVs that lie within the packet.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <variant>
#include <vector>

#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"

namespace {

using ptpcore::wire::Message;

void Require(bool holds) {
  if (!holds) std::abort();
}

void WalkTlvs(absl::Span<const uint8_t> tlvs) {
  size_t seen = 0;
  ptpcore::wire::TlvCursor cursor(tlvs);
  while (const auto tlv = cursor.Next()) seen += 4 + tlv->value.size();
  Require(cursor.whole() && seen == tlvs.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto decoded = ptpcore::wire::Decode({data, size});
  const auto* message = std::get_if<Message>(&decoded);
  if (message == nullptr) return 0;
  Require(size >= ptpcore::wire::MinimumSize(message->header.type));
  WalkTlvs(message->tlvs);

  std::vector<uint8_t> again(size);  // exactly enough: what is behind it must not be needed
  const size_t length = ptpcore::wire::Encode(*message, absl::MakeSpan(again));
  Require(length == static_cast<size_t>(data[2] << 8 | data[3]));
  Require(std::memcmp(again.data(), data, length) == 0);
  return 0;
}
