// A message with where and when it came.
#pragma once

#include <optional>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

struct Received {
  const wire::Message& message;
  wire::PortAddress from;
  std::optional<LocalTime> timestamp;  // event messages only
};

}  // namespace ptpcore::protocol
