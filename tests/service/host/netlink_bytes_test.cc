// What the kernel answers to a refused request.
#include "service/host/netlink_bytes.h"

#include <sys/socket.h>

#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

// NLMSG_ERROR with the words `complaint`, as with NETLINK_CAP_ACK.
std::vector<uint8_t> Refusal(const std::string& complaint) {
  struct {
    nlmsghdr header;
    nlmsgerr error;
    nlattr attribute;
  } start{};
  start.header.nlmsg_type = NLMSG_ERROR;
  start.header.nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
  start.error.error = -22;
  start.attribute.nla_type = NLMSGERR_ATTR_MSG;
  start.attribute.nla_len = static_cast<uint16_t>(sizeof(nlattr) + complaint.size() + 1);
  std::vector<uint8_t> bytes(sizeof start + complaint.size() + 1);
  std::memcpy(bytes.data(), &start, sizeof start);
  std::memcpy(bytes.data() + sizeof start, complaint.data(), complaint.size());
  return bytes;
}

TEST(NetlinkBytesTest, TheKernelsOwnWordsAreFound) {
  EXPECT_EQ(ComplaintOf(Refusal("mtu greater than device maximum")),
            "mtu greater than device maximum");
}

TEST(NetlinkBytesTest, ARefusalWithoutWordsOrCutOffHasNone) {
  const std::vector<uint8_t> whole = Refusal("x");
  for (size_t size = 0; size + 1 < whole.size(); ++size) {
    const std::vector<uint8_t> cut(whole.begin(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ComplaintOf(cut), "") << size;
  }
  std::vector<uint8_t> lying = whole;
  lying[sizeof(nlmsghdr) + sizeof(nlmsgerr)] = 200;
  EXPECT_EQ(ComplaintOf(lying), "");
  EXPECT_EQ(ComplaintOf(std::vector<uint8_t>(sizeof(nlmsghdr), 0)), "");
}

TEST(NetlinkBytesTest, AddressesAreReadByTheirFamilysSize) {
  const std::vector<uint8_t> four = {192, 0, 2, 1};
  EXPECT_EQ(ReadIpAddress(four, AF_INET), "192.0.2.1");
  EXPECT_EQ(ReadIpAddress(four, AF_INET6), "");
  std::vector<uint8_t> sixteen(16, 0);
  sixteen[0] = 0xff;
  sixteen[1] = 0x02;
  sixteen[15] = 0x01;
  EXPECT_EQ(ReadIpAddress(sixteen, AF_INET6), "ff02::1");
}

}  // namespace
}  // namespace hostctl::host
