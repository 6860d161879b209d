#include "service/store/members.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"

namespace hostctl::store {

using nlohmann::json;

namespace {

// The kernel's longest alternative name (ALTIFNAMSIZ less its NUL).
constexpr size_t kLongestName = 127;

}  // namespace

bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) {
           return c == '/' || std::iscntrl(c) != 0 || std::isspace(c) != 0;
         });
}

std::string Shown(const json& value) {
  std::string text = value.is_primitive() ? value.dump(-1, ' ', /*ensure_ascii=*/true,
                                                       json::error_handler_t::replace)
                                          : std::string(value.type_name());
  if (text.size() > 60) text = absl::StrCat(text.substr(0, 60), "...");
  return text;
}

// A parsed integer is of an unsigned type in this library, one that a program put
// into the document may be of a signed one.
std::optional<uint64_t> ReadUnsigned(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (!value.is_number_unsigned() && value.get<int64_t>() < 0) return std::nullopt;
  return value.get<uint64_t>();
}

Members::Members(const json& object, std::string path, absl::Status& status)
    : object_(object), path_(std::move(path)), status_(status) {
  if (!object_.is_object()) {
    Refuse(path_.empty() ? "the document" : path_, absl::StrCat("is ", Shown(object_)),
           "an object");
  }
}

bool Members::Has(const std::string& name) {
  asked_.insert(name);
  return status_.ok() && object_.contains(name);
}

const json* Members::Get(const std::string& name) {
  asked_.insert(name);
  if (!status_.ok()) return nullptr;
  const auto found = object_.find(name);
  if (found != object_.end()) return &*found;
  status_ = absl::InvalidArgumentError(absl::StrCat("`", PathOf(name), "` is missing"));
  return nullptr;
}

void Members::Read(const std::string& name, bool& out) {
  const json* value = Get(name);
  if (value == nullptr) return;
  if (!value->is_boolean()) return RefuseMember(name, *value, "true or false");
  out = value->get<bool>();
}

void Members::Read(const std::string& name, std::string& out) {
  const json* value = Get(name);
  if (value == nullptr) return;
  if (!value->is_string()) return RefuseMember(name, *value, "a string");
  out = value->get<std::string>();
}

void Members::Read(const std::string& name, uint8_t& out) {
  const json* value = Get(name);
  if (value == nullptr) return;
  const std::optional<uint64_t> number = ReadUnsigned(*value);
  if (!number.has_value() || *number > 255) {
    return RefuseMember(name, *value, "an integer from 0 to 255");
  }
  out = static_cast<uint8_t>(*number);
}

void Members::Read(const std::string& name, int64_t low, int64_t high, int64_t& out) {
  const json* value = Get(name);
  if (value == nullptr) return;
  // What is unsigned may be too large for the signed type.
  const bool fits = value->is_number_unsigned()
                        ? value->get<uint64_t>() <= static_cast<uint64_t>(high)
                        : value->is_number_integer() && value->get<int64_t>() <= high;
  if (!fits || value->get<int64_t>() < low) {
    return RefuseMember(name, *value, absl::StrCat("an integer from ", low, " to ", high));
  }
  out = value->get<int64_t>();
}

void Members::RefuseMember(const std::string& name, const json& value,
                           const std::string& expected) {
  Refuse(absl::StrCat("`", PathOf(name), "`"), absl::StrCat("is ", Shown(value)), expected);
}

void Members::RefuseOthers() {
  if (!status_.ok()) return;
  for (const auto& item : object_.items()) {
    if (asked_.count(item.key()) != 0) continue;
    status_ = absl::InvalidArgumentError(absl::StrCat(
        "the member ", Shown(item.key()), path_.empty() ? "" : absl::StrCat(" of `", path_, "`"),
        " is not known to this release"));
    return;
  }
}

std::string Members::PathOf(const std::string& name) const {
  return path_.empty() ? name : absl::StrCat(path_, ".", name);
}

void Members::Refuse(const std::string& what, const std::string& is, const std::string& expected) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(absl::StrCat(what, " ", is, ", must be ", expected));
}

}  // namespace hostctl::store
