// Files of security associations: whatever stands in them, they are read whole or refused with a
// sentence that fits on a line; and every key that was read makes a value.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ptpcore/security/association_file.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ptpcore::security;  // NOLINT(google-build-using-namespace): what is tested
  const auto read = ParseAssociations({reinterpret_cast<const char*>(data), size});
  if (!read.ok()) {
    const std::string message(read.status().message());
    Require(!message.empty() && message.size() < 200);
    for (const char c : message) Require(c >= ' ' && c <= '~');
    return 0;
  }
  Require(!read->empty() && read->size() <= 256);
  for (const auto& [pointer, association] : *read) {
    Require(association.pointer == pointer && association.ForSending(0) != nullptr);
    for (const Key& key : association.keys) {
      Require(association.Find(key.id) == &key);
      const auto icv = key.mac.Compute({});
      Require(icv && icv->size == IcvSize(key.mac.algorithm()));
    }
  }
  return 0;
}
