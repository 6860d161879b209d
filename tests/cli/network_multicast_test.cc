#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

void AddGroup(FakeHostd& hostd, const std::string& group, uint32_t users) {
  v1::MulticastGroup& added = *hostd.multicast_groups.add_groups();
  added.set_interface("vmk0");
  added.set_device("eth0");
  added.set_group(group);
  added.set_users(users);
}

TEST(NetworkMulticast, GroupListIsATable) {
  FakeHostd hostd;
  AddGroup(hostd, "224.0.1.129", 2);
  AddGroup(hostd, "ff02::1", 1);
  const CallResult result = hostd.Run("network multicast group list");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "Interface  Device  Group        Users\n"
            "---------  ------  -----------  -----\n"
            "vmk0       eth0    224.0.1.129      2\n"
            "vmk0       eth0    ff02::1          1\n");
}

TEST(NetworkMulticast, GroupListAsksForOneInterface) {
  FakeHostd hostd;
  AddGroup(hostd, "224.0.1.129", 2);
  const CallResult result =
      hostd.Run("--formatter=csv network multicast group list --interface-name vmk0");
  EXPECT_EQ(hostd.list_multicast_groups->interface(), "vmk0");
  EXPECT_EQ(result.out, "interface,device,group,users\nvmk0,eth0,224.0.1.129,2\n");
}

}  // namespace
}  // namespace hostctl::cli
