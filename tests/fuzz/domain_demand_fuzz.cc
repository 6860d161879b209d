// A libvirt domain's XML: what is read of it is a demand in due form, or nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/libvirt_hook/domain_demand.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string xml(reinterpret_cast<const char*>(data), size);
  const auto demand = hostctl::libvirt_hook::DemandOf(xml);
  if (!demand.ok() || !demand->has_value()) return 0;
  const std::string& protocol = (*demand)->protocol;
  if (protocol != "ptp" && protocol != "ntp" && protocol != "any") std::abort();
  return 0;
}
