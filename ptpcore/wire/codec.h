// Octets to messages and back: IEEE 1588-2019 clause 13. Pure and without
// allocation; never reads past its input. The layout of the bodies is in body_codec.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/types/span.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::wire {

// Why octets are not a message.
enum class DecodeError {
  kTruncated,      // fewer octets than a header, or than messageLength says
  kVersion,        // versionPTP is not 2
  kUnknownType,    // messageType is reserved
  kMessageLength,  // messageLength is too small for its type
  kTlv,            // a TLV runs past the end of the message
};

// Decodes one packet. Octets behind messageLength are padding and ignored
// (13.3.2.4); a different minorVersionPTP is accepted.
std::variant<Message, DecodeError> Decode(absl::Span<const uint8_t> packet);

// Writes `message` to `out` and returns its size, or 0 if `out` is too small
// or the body is not one of the header's type. Decode(Encode(m)) equals m, and
// Encode(Decode(p)) equals p without its padding.
size_t Encode(const Message& message, absl::Span<uint8_t> out);

}  // namespace ptpcore::wire
