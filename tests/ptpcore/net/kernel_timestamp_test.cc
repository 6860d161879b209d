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

TEST(SoftwareTimestampTest, IsTheFirstOfTheThree) {
  scm_timestamping stamps{};
  stamps.ts[0] = {1'795'348'053, 973'609'541};
  stamps.ts[2] = {7, 7};  // the hardware's
  Control control(SOL_SOCKET, SO_TIMESTAMPING, stamps);
  EXPECT_EQ(SoftwareTimestamp(control.message()), 1'795'348'053'973'609'541);
}

TEST(SoftwareTimestampTest, OnlyAHardwareStampIsNone) {
  scm_timestamping stamps{};
  stamps.ts[2] = {7, 7};
  Control control(SOL_SOCKET, SO_TIMESTAMPING, stamps);
  EXPECT_EQ(SoftwareTimestamp(control.message()), std::nullopt);
}

TEST(SoftwareTimestampTest, OtherControlDataIsNone) {
  scm_timestamping stamps{};
  stamps.ts[0] = {7, 7};
  EXPECT_EQ(SoftwareTimestamp(Control(SOL_SOCKET, SO_RCVBUF, stamps).message()), std::nullopt);
  EXPECT_EQ(SoftwareTimestamp(Control(0, SO_TIMESTAMPING, stamps).message()), std::nullopt);
  Control cut_off(SOL_SOCKET, SO_TIMESTAMPING, stamps, CMSG_LEN(sizeof(timespec)));
  EXPECT_EQ(SoftwareTimestamp(cut_off.message()), std::nullopt);
  msghdr empty{};
  EXPECT_EQ(SoftwareTimestamp(empty), std::nullopt);
}

}  // namespace
}  // namespace ptpcore::net
