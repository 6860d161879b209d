#include "ptpcore/net/kernel_timestamp.h"

#include <linux/errqueue.h>

#include <array>
#include <cstring>
#include <optional>

#include "gtest/gtest.h"

namespace ptpcore::net {
namespace {

// Control data as recvmsg() fills it in: one entry.
class Control {
 public:
  template <typename T>
  Control(int level, int type, const T& content, size_t length = CMSG_LEN(sizeof(T))) {
    message_.msg_control = octets_.data();
    message_.msg_controllen = CMSG_SPACE(sizeof(T));
    cmsghdr* const c = CMSG_FIRSTHDR(&message_);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = length;
    std::memcpy(CMSG_DATA(c), &content, sizeof(content));
  }
  msghdr& message() { return message_; }

 private:
  alignas(cmsghdr) std::array<char, 256> octets_{};
  msghdr message_{};
};

TEST(KernelTimestampTest, TheKernelsIsTheFirstOfThreeAndTheDevicesTheLast) {
  scm_timestamping stamps{};
  stamps.ts[0] = {1'795'348'053, 973'609'541};
  EXPECT_EQ(TimestampsOf(Control(SOL_SOCKET, SO_TIMESTAMPING, stamps).message()).software_ns,
            1'795'348'053'973'609'541);
  EXPECT_EQ(TimestampsOf(Control(SOL_SOCKET, SO_TIMESTAMPING, stamps).message()).hardware_ns,
            std::nullopt);
  stamps.ts[2] = {1'795'348'090, 7};
  const KernelTimestamps both =
      TimestampsOf(Control(SOL_SOCKET, SO_TIMESTAMPING, stamps).message());
  EXPECT_EQ(both.software_ns, 1'795'348'053'973'609'541);
  EXPECT_EQ(both.hardware_ns, 1'795'348'090'000'000'007);
  stamps.ts[0] = {};
  EXPECT_EQ(TimestampsOf(Control(SOL_SOCKET, SO_TIMESTAMPING, stamps).message()).software_ns,
            std::nullopt);
}

TEST(KernelTimestampTest, OtherControlDataIsNone) {
  scm_timestamping stamps{};
  stamps.ts[0] = {7, 7};
  EXPECT_FALSE(TimestampsOf(Control(SOL_SOCKET, SO_RCVBUF, stamps).message()).any());
  EXPECT_FALSE(TimestampsOf(Control(0, SO_TIMESTAMPING, stamps).message()).any());
  Control cut_off(SOL_SOCKET, SO_TIMESTAMPING, stamps, CMSG_LEN(sizeof(timespec)));
  EXPECT_FALSE(TimestampsOf(cut_off.message()).any());
  msghdr empty{};
  EXPECT_FALSE(TimestampsOf(empty).any());
}

}  // namespace
}  // namespace ptpcore::net
