#include "service/store/checksum.h"

#include <zlib.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "service/store/members.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

constexpr char kMember[] = "checksum";

// CRC-32 (ISO 3309) of the members in the order of their names, without blanks.
std::string ChecksumOf(const json& document) {
  const std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
  const uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size());
  return absl::StrCat("crc32 ", absl::Hex(sum, absl::kZeroPad8));
}

}  // namespace

void AddChecksum(json& document) {
  document[kMember] = ChecksumOf(document);
}

absl::Status TakeChecksum(json& document) {
  if (!document.contains(kMember)) return absl::InvalidArgumentError("`checksum` is missing");
  const json stated = document[kMember];
  document.erase(kMember);
  const std::string found = ChecksumOf(document);
  if (stated == found) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("`checksum` is ", Shown(stated),
                                                 ", that of the contents is \"", found,
                                                 "\": they were damaged or edited"));
}

}  // namespace hostctl::store
