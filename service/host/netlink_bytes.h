// Reading netlink messages (RFC 3549 2.2): structures are copied out of the bytes,
// so that neither their alignment nor their length is ever trusted.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace hostctl::host {

using Bytes = absl::Span<const uint8_t>;

// False when there are too few bytes.
template <typename T>
bool CopyTo(Bytes bytes, T* value) {
  if (bytes.size() < sizeof(T)) return false;
  std::memcpy(value, bytes.data(), sizeof(T));
  return true;
}

// What follows the first `length` bytes. Netlink pads messages and attributes to
// 4 bytes; the last one's padding may be missing.
inline Bytes AfterPadded(Bytes bytes, size_t length) {
  const size_t padded = (length + 3) & ~size_t{3};
  return bytes.subspan(std::min(padded, bytes.size()));
}

// Calls visit(type, value) for each attribute in `bytes`, until it fails. `where`
// names the message in the error about an attribute that is cut off.
template <typename Visit>
absl::Status ForEachAttribute(Bytes bytes, const char* where, Visit visit) {
  while (!bytes.empty()) {
    nlattr header{};
    if (!CopyTo(bytes, &header) || header.nla_len < sizeof header ||
        header.nla_len > bytes.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": attribute ", header.nla_type & NLA_TYPE_MASK, " claims ", header.nla_len,
          " bytes where ", bytes.size(), " are left (at least ", sizeof header, " are needed)"));
    }
    absl::Status visited = visit(header.nla_type & NLA_TYPE_MASK,
                                 bytes.subspan(sizeof header, header.nla_len - sizeof header));
    if (!visited.ok()) return visited;
    bytes = AfterPadded(bytes, header.nla_len);
  }
  return absl::OkStatus();
}

// A number of exactly the size of `out`; `attribute` names it in the error.
template <typename T>
absl::Status ReadNumber(Bytes value, const char* attribute, T* out) {
  if (value.size() == sizeof *out && CopyTo(value, out)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(attribute, " has ", value.size(), " bytes, must have ", sizeof *out));
}

// An interface index: 1 .. INT_MAX.
absl::Status ReadIndex(Bytes value, const char* attribute, int* out);

// Up to the first NUL, or all where there is none.
std::string ReadText(Bytes value);

// `02:00:00:00:00:01`; empty where there is none: all zero, or the size of what
// tunnels put in its place (an IP address).
std::string ReadHardwareAddress(Bytes value);

// An address of `family`, AF_INET or AF_INET6, as text; empty when the size is another's.
std::string ReadIpAddress(Bytes value, int family);

// The kernel's own words in a refusal (NLMSGERR_ATTR_MSG), from a message of type
// NLMSG_ERROR; empty where it has none.
std::string ComplaintOf(Bytes message);

}  // namespace hostctl::host
