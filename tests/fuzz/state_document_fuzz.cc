// The stored document: any bytes are either refused with a reason or give a
// state that is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/store/desired_state.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hostctl::store::FromText;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<hostctl::store::DesiredState> state = FromText(text);
  if (!state.ok()) {
    if (state.status().message().empty()) std::abort();
    return 0;
  }
  const absl::StatusOr<hostctl::store::DesiredState> again =
      FromText(hostctl::store::ToText(*state));
  if (!again.ok() || !(*again == *state)) std::abort();
  return 0;
}
