// rtnetlink messages: any bytes are either refused with a reason or give a
// snapshot that keeps its promises, and a plan that is at rest once carried out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "service/host/binding.h"
#include "service/host/netlink_bytes.h"
#include "service/host/resolve.h"
#include "service/host/rtnetlink_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hostctl::host::Device;
  // At every alignment, and in a block of its own size: a byte too far is seen.
  const size_t shift = size % 4;
  const std::unique_ptr<uint8_t[]> block(new uint8_t[size + shift]);
  for (size_t i = 0; i < size; ++i) block[shift + i] = data[i];

  static_cast<void>(hostctl::host::ComplaintOf({block.get() + shift, size}));
  hostctl::host::SnapshotBuilder builder;
  const absl::Status added = builder.Add({block.get() + shift, size});
  if (!added.ok() && added.message().empty()) std::abort();
  hostctl::host::Snapshot snapshot = builder.Build();
  int last_index = 0;
  bool route_found = !snapshot.default_route_index.has_value();
  for (const Device& device : snapshot.devices) {
    if (device.index <= last_index || device.name.empty()) std::abort();
    last_index = device.index;
    route_found = route_found || snapshot.default_route_index == device.index;
    static_cast<void>(hostctl::host::ResolveInterface(snapshot, device.name));
  }
  if (!route_found) std::abort();

  const hostctl::host::BindingPlan plan = hostctl::host::PlanBindings(snapshot, {});
  for (const hostctl::host::NameChange& change : plan.changes) {
    for (Device& device : snapshot.devices) {
      if (device.index != change.index) continue;
      auto& names = device.alternative_names;
      if (change.add) {
        names.push_back(change.name);
      } else {
        for (size_t i = names.size(); i-- > 0;) {
          if (names[i] == change.name) names.erase(names.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
    }
  }
  const hostctl::host::BindingPlan again = hostctl::host::PlanBindings(snapshot, plan.bindings);
  // Taking names from loopback may only then make room for adoption.
  if (!plan.bindings.empty() && !again.changes.empty()) std::abort();
  return 0;
}
