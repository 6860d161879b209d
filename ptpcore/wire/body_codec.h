// What stands between a message's header and its TLVs: IEEE 1588-2019 13.5 to 13.13
// and 15.4.1. For codec.cc, which has checked the sizes.
#pragma once

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::wire {

// The type whose body this is.
MessageType TypeOf(const Body& body);

// `type` is not a reserved one; octets that are missing read as zeros.
Body DecodeBody(MessageType type, absl::Span<const uint8_t> octets);

void EncodeBody(const Body& body, Writer& writer);

}  // namespace ptpcore::wire
