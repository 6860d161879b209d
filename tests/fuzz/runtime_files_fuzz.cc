// Whatever stands in the files of the runtime folder, it is read or refused; what
// is read reads back the same once written.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/daemon/process_birth.h"
#include "service/daemon/process_record.h"
#include "service/store/runtime_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto state = hostctl::store::RuntimeStateFromText(text);
  if (state.ok()) {
    const auto again = hostctl::store::RuntimeStateFromText(hostctl::store::ToText(*state));
    if (!again.ok() || again->services_by_hand != state->services_by_hand) std::abort();
  }
  const auto record = hostctl::daemon::ProcessRecordFromText(text);
  if (record.has_value()) {
    const auto again = hostctl::daemon::ProcessRecordFromText(hostctl::daemon::ToText(*record));
    if (!again.has_value() || again->pid != record->pid ||
        again->birth_ticks != record->birth_ticks ||
        again->command.size() != record->command.size()) {
      std::abort();
    }
  }
  static_cast<void>(hostctl::daemon::BirthTicksIn(text));
  return 0;
}
