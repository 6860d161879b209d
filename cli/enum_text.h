// Enum values under their short names: PORT_STATE_SLAVE is `SLAVE`.
#pragma once

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace hostctl::cli {

// The name without the enum's own (`PORT_STATE_`), or the number where this
// program does not know the value.
std::string EnumText(const google::protobuf::EnumDescriptor& type, int number);

template <typename Enum>
std::string EnumText(Enum value) {
  return EnumText(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace hostctl::cli
