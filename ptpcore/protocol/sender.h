// What all messages of a port have in common: IEEE 1588-2019 13.3.
#pragma once

#include <cstdint>

#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

struct Sender {
  wire::PortIdentity port;
  uint8_t domain_number = 0;
  uint16_t sdo_id = 0;  // 0..4095, 7.1.4
  // 0 on a network that drops minor version 1; such messages have no minorSdoId.
  uint8_t minor_version = wire::kMinorVersionPtp;
  bool gptp = false;  // as IEEE 802.1AS-2020 10.6.2 and 11.4 lay messages out

  // A message of this type with an empty body, for any clock or port.
  wire::Message Message(wire::MessageType type, uint16_t sequence_id,
                        int8_t log_interval = wire::kNoLogInterval) const;
};

}  // namespace ptpcore::protocol
