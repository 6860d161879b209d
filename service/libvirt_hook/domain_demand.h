// What a libvirt domain asks of the host's time, in its metadata:
//
//   <domain type='kvm'>
//     <metadata>
//       <hostctl:precisionClock xmlns:hostctl="https://hostctl.org/xmlns/precision-clock/1"
//                               protocol="ptp" maxError="10us"/>
//     </metadata>
//   ...
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace hostctl::libvirt_hook {

inline constexpr char kNamespace[] = "https://hostctl.org/xmlns/precision-clock/1";

struct DomainDemand {
  std::string protocol;   // `ptp`, `ntp` or `any`
  std::string max_error;  // as written, e.g. `10us`; empty: any error

  bool operator==(const DomainDemand& o) const {
    return protocol == o.protocol && max_error == o.max_error;
  }
};

// Nothing when the domain asks for nothing. INVALID_ARGUMENT says what is wrong with what it
// asks: an element, attribute or protocol of that namespace which is not known, or given twice.
// FAILED_PRECONDITION: `xml` is not well-formed, or has a document type, which a domain never
// has and which could make it expand without end.
absl::StatusOr<std::optional<DomainDemand>> DemandOf(const std::string& xml);

}  // namespace hostctl::libvirt_hook
