// Devices on an ioctl() of this file: that of a simulator which interposes libc, and
// answers of the kernel that are hard to bring about.
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/net/device.h"

namespace {

// What ioctl() does; a function of libc can reach nothing but static storage.
std::function<int(unsigned long, void*)> asked;

}  // namespace

extern "C" int ioctl(int, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return asked(request, argument);
}

namespace ptpcore::net {
namespace {

using ::testing::ElementsAre;

int Refuse(int error) {
  errno = error;
  return -1;
}

void SetAddress(sockaddr& address, uint32_t ipv4) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(ipv4);
  std::memcpy(&address, &in, sizeof(in));
}

// What clknetsim knows of eth0; everything else is EINVAL.
int Simulated(unsigned long request, void* argument) {
  auto* interface = static_cast<ifreq*>(argument);
  switch (request) {
    case SIOCGIFINDEX:
      interface->ifr_ifindex = 1;
      return 0;
    case SIOCGIFFLAGS:
      interface->ifr_flags = IFF_UP | IFF_BROADCAST;
      return 0;
    case SIOCGIFHWADDR:
      std::memcpy(interface->ifr_hwaddr.sa_data, "\x12\x34\x56\x78\x01\x02", 6);
      return 0;
    case SIOCGIFCONF: {
      auto* list = static_cast<ifconf*>(argument);
      std::strcpy(list->ifc_req[0].ifr_name, "lo");
      SetAddress(list->ifc_req[0].ifr_addr, INADDR_LOOPBACK);
      std::strcpy(list->ifc_req[1].ifr_name, "eth0");
      SetAddress(list->ifc_req[1].ifr_addr, 0xC0A87B02);
      list->ifc_len = 2 * sizeof(ifreq);
      return 0;
    }
    default:
      return Refuse(EINVAL);
  }
}

TEST(DeviceUnderSimulator, IsUsableThoughFewQuestionsAreAnswered) {
  asked = Simulated;
  const absl::StatusOr<Device> device = QueryDevice("eth0");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(device->index, 1);
  EXPECT_TRUE(device->up);
  EXPECT_TRUE(device->running) << "a link that cannot be lost";
  EXPECT_THAT(device->mac, ElementsAre(0x12, 0x34, 0x56, 0x78, 1, 2));
  EXPECT_THAT(device->ipv4, ElementsAre(192, 168, 123, 2));
}

TEST(DeviceUnderSimulator, AKernelsNoIsBelieved) {
  asked = [](unsigned long request, void* argument) {
    if (request == SIOCETHTOOL) return Refuse(EOPNOTSUPP);
    if (request == SIOCGIFADDR) return Refuse(EADDRNOTAVAIL);
    return Simulated(request, argument);
  };
  const absl::StatusOr<Device> device = QueryDevice("eth0");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_TRUE(device->up);
  EXPECT_FALSE(device->running);
  EXPECT_FALSE(device->has_ipv4());
}

}  // namespace
}  // namespace ptpcore::net
