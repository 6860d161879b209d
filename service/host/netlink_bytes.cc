#include "service/host/netlink_bytes.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <limits>

#include "absl/strings/str_format.h"

namespace hostctl::host {

absl::Status ReadIndex(Bytes value, const char* attribute, int* out) {
  uint32_t number = 0;
  absl::Status read = ReadNumber(value, attribute, &number);
  if (!read.ok()) return read;
  if (number == 0 || number > static_cast<uint32_t>(std::numeric_limits<int>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat(attribute, " is ", number, ", which is no interface index"));
  }
  *out = static_cast<int>(number);
  return absl::OkStatus();
}

std::string ReadText(Bytes value) {
  return {value.begin(), std::find(value.begin(), value.end(), uint8_t{0})};
}

std::string ReadHardwareAddress(Bytes value) {
  const bool mac = value.size() == 6 || value.size() == 8 || value.size() == 20;
  if (!mac || std::all_of(value.begin(), value.end(), [](uint8_t b) { return b == 0; })) return "";
  std::string text;
  for (const uint8_t byte : value) {
    absl::StrAppendFormat(&text, "%s%02x", text.empty() ? "" : ":", byte);
  }
  return text;
}

std::string ReadIpAddress(Bytes value, int family) {
  const size_t size = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  in6_addr address{};
  if (value.size() != size) return "";
  std::memcpy(&address, value.data(), size);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, &address, text.data(), text.size());
  return text.data();
}

std::string ComplaintOf(Bytes message) {
  nlmsghdr header{};
  nlmsgerr error{};
  if (!CopyTo(message, &header) || header.nlmsg_type != NLMSG_ERROR ||
      (header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) {
    return "";
  }
  Bytes payload = message.subspan(sizeof header);
  if (!CopyTo(payload, &error)) return "";
  // The request comes back first: whole, or only its header.
  const bool capped = (header.nlmsg_flags & NLM_F_CAPPED) != 0;
  payload = AfterPadded(payload,
                        capped ? sizeof error : sizeof error.error + size_t{error.msg.nlmsg_len});
  std::string complaint;
  static_cast<void>(ForEachAttribute(payload, "NLMSG_ERROR", [&complaint](int type, Bytes value) {
    if (type == NLMSGERR_ATTR_MSG) complaint = ReadText(value);
    return absl::OkStatus();
  }));
  return complaint;
}

}  // namespace hostctl::host
