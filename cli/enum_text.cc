#include "cli/enum_text.h"

#include <cctype>

namespace hostctl::cli {
namespace {

// `PortState` -> `PORT_STATE_`.
std::string Prefix(const std::string& type_name) {
  std::string prefix;
  for (const char c : type_name) {
    if (!prefix.empty() && std::isupper(static_cast<unsigned char>(c)) != 0) prefix += '_';
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + "_";
}

}  // namespace

std::string EnumText(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) return std::to_string(number);
  const std::string prefix = Prefix(type.name());
  return value->name().rfind(prefix, 0) == 0 ? value->name().substr(prefix.size()) : value->name();
}

}  // namespace hostctl::cli
