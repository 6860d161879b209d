// The checksum of a stored document: the member `checksum`, over everything else in it.
//
//   {"checksum": "crc32 0f3a91c2", ...}
//
// It tells damage that leaves the document readable, as a digit that became another. It
// is over the values and not over the text: other blanks do not matter.
#pragma once

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace hostctl::store {

// Adds the member to `document`, an object without it.
void AddChecksum(nlohmann::json& document);

// Takes the member out again. INVALID_ARGUMENT when it is missing or wrong.
absl::Status TakeChecksum(nlohmann::json& document);

}  // namespace hostctl::store
