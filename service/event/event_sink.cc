// See event_sink.h.
#include "service/event/event_sink.h"

#include <cstddef>
#include <utility>

namespace hostctl::event {

std::string CodeName(v1::EventCode code) {
  constexpr size_t kPrefix = sizeof("EVENT_CODE_") - 1;
  const std::string name = v1::EventCode_Name(code);
  return name.size() > kPrefix ? name.substr(kPrefix) : std::to_string(static_cast<int>(code));
}

v1::EventSeverity SeverityOf(v1::EventCode code) {
  switch (code) {
    case v1::EVENT_CODE_SYNC_LOST:
    case v1::EVENT_CODE_ENGINE_RESTARTED:
    case v1::EVENT_CODE_INTERFACE_LOST:
      return v1::EVENT_SEVERITY_ERROR;
    case v1::EVENT_CODE_HOLDOVER_ENTERED:
    case v1::EVENT_CODE_FALLBACK_ENTERED:
    case v1::EVENT_CODE_DOMAIN_MISMATCH:
    case v1::EVENT_CODE_FIREWALL_REPAIRED:
    case v1::EVENT_CODE_MASTER_DISTRUSTED:
    case v1::EVENT_CODE_CLOCK_STEPPED:
    case v1::EVENT_CODE_FLAPPING_STARTED:
      return v1::EVENT_SEVERITY_WARNING;
    default:
      return v1::EVENT_SEVERITY_INFO;
  }
}

v1::Event MakeEvent(v1::EventCode code, std::string subject, std::string old_value,
                    std::string new_value, std::string message) {
  v1::Event event;
  event.set_code(code);
  event.set_severity(SeverityOf(code));
  event.set_subject(std::move(subject));
  event.set_old_value(std::move(old_value));
  event.set_new_value(std::move(new_value));
  event.set_message(std::move(message));
  return event;
}

}  // namespace hostctl::event
