// NFT_MSG_GETGEN and NFT_MSG_GETTABLE of linux/netfilter/nf_tables.h over libmnl.
#include "firewall/nft_query.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace hostctl::firewall {
namespace {

// The largest message that netlink sends as an answer to one question.
constexpr size_t kBufferSize = 8192;
using Buffer = std::array<char, kBufferSize>;

absl::Status Failed(const std::string& what, int error) {
  if (error == EPERM || error == EACCES) {
    return absl::PermissionDeniedError(
        absl::StrCat(what, ": ", std::strerror(error),
                     "; run hostd as root or give it CAP_NET_ADMIN, or use --sandbox"));
  }
  // EINVAL, EOPNOTSUPP: a kernel where nobody answers for nf_tables.
  const bool missing = error == EINVAL || error == EOPNOTSUPP || error == EPROTONOSUPPORT;
  return absl::InternalError(absl::StrCat(
      what, ": ", std::strerror(error),
      missing ? "; the kernel seems to lack nf_tables, try `modprobe nf_tables`" : ""));
}

nlmsghdr* PutRequest(Buffer& buffer, int message, uint8_t family, uint32_t sequence) {
  nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = static_cast<uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | message);
  header->nlmsg_flags = NLM_F_REQUEST;
  header->nlmsg_seq = sequence;
  auto* const family_header =
      static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  family_header->nfgen_family = family;
  family_header->version = NFNETLINK_V0;
  return header;
}

// Where to put the value of which attribute.
struct Wanted {
  uint16_t attribute;
  uint32_t value;
};

int TakeAttribute(const nlattr* attribute, void* data) {
  auto* const wanted = static_cast<Wanted*>(data);
  if (mnl_attr_get_type(attribute) == wanted->attribute &&
      mnl_attr_validate(attribute, MNL_TYPE_U32) == 0) {
    wanted->value = ntohl(mnl_attr_get_u32(attribute));
  }
  return MNL_CB_OK;
}

int TakeAnswer(const nlmsghdr* header, void* data) {
  if (mnl_attr_parse(header, sizeof(nfgenmsg), TakeAttribute, data) < 0) return MNL_CB_ERROR;
  return MNL_CB_STOP;  // one question, one answer
}

}  // namespace

void NftQuery::Close::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

absl::StatusOr<NftQuery> NftQuery::Open() {
  mnl_socket* const socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (socket == nullptr) return Failed("opening a netfilter netlink socket", errno);
  NftQuery query(socket);
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
    return Failed("binding a netfilter netlink socket", errno);
  }
  return query;
}

absl::StatusOr<std::optional<uint32_t>> NftQuery::Ask(nlmsghdr* request, uint16_t attribute,
                                                      const std::string& what) {
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) {
    return Failed(what, errno);
  }
  Buffer answer;
  const ssize_t length = mnl_socket_recvfrom(socket_.get(), answer.data(), answer.size());
  if (length < 0) return Failed(what, errno);
  Wanted wanted = {attribute, 0};
  if (mnl_cb_run(answer.data(), static_cast<size_t>(length), request->nlmsg_seq,
                 mnl_socket_get_portid(socket_.get()), TakeAnswer, &wanted) < 0) {
    if (errno == ENOENT) return std::nullopt;
    return Failed(what, errno);
  }
  return wanted.value;
}

absl::StatusOr<uint32_t> NftQuery::Generation() {
  Buffer buffer;
  nlmsghdr* const request = PutRequest(buffer, NFT_MSG_GETGEN, NFPROTO_UNSPEC, ++sequence_);
  const auto answer = Ask(request, NFTA_GEN_ID, "asking nftables for its generation");
  if (!answer.ok()) return answer.status();
  if (!answer->has_value()) return Failed("asking nftables for its generation", EOPNOTSUPP);
  return **answer;
}

absl::StatusOr<std::optional<uint32_t>> NftQuery::TableFlags(const std::string& name) {
  Buffer buffer;
  nlmsghdr* const request = PutRequest(buffer, NFT_MSG_GETTABLE, NFPROTO_INET, ++sequence_);
  mnl_attr_put_strz(request, NFTA_TABLE_NAME, name.c_str());
  return Ask(request, NFTA_TABLE_FLAGS, absl::StrCat("asking nftables for the table inet ", name));
}

}  // namespace hostctl::firewall
