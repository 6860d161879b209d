// Interfaces added, set and removed in random order, any step of which may fail, while
// somebody else meddles: a refused set leaves no trace, a successful one is at rest.
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "fakes.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using To = InterfaceAddition::To;

class RandomInterfaces : public ::testing::TestWithParam<unsigned> {
 protected:
  RandomInterfaces() { host_.interfaces.Set(host::LargerSandbox()); }

  int Pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  template <typename T = std::string>
  T PickOne(const std::vector<T>& values) {
    return values[static_cast<size_t>(Pick(static_cast<int>(values.size())))];
  }

  void MaybeBreakSomething() {
    host_.files.next_write = Pick(6) == 0 ? absl::InternalError("write") : absl::OkStatus();
    host_.interfaces.FailDeviceChanges(Pick(6) == 0 ? absl::InternalError("device")
                                                    : absl::OkStatus());
  }

  bool RandomSet(Reconciler& reconciler, bool dry) {
    const std::string name = PickOne({"vmk0", "vmk1", "vmk2", "vmk3", "vmk4", "eth2", "vmk03"});
    switch (Pick(3)) {
      case 0: {
        const To to = PickOne<To>({To::kDevice, To::kBridge, To::kMacvlan});
        InterfaceAddition addition{name, to, PickOne({"eth2", "br0", "vmk2", "eth9"})};
        if (Pick(2) == 0) addition.mtu = 1000 + 200 * Pick(4);
        return reconciler.AddInterface(addition, dry).ok();
      }
      case 1: {
        InterfaceUpdate update;
        update.name = name;
        if (Pick(2) == 0) update.mtu = 1000 + 200 * Pick(4);
        if (Pick(2) == 0) update.enabled = Pick(2) == 0;
        if (Pick(3) == 0) update.services = {"ptp"};
        return reconciler.UpdateInterface(update, dry).ok();
      }
      default:
        return reconciler.RemoveInterface(name, dry).ok();
    }
  }

  // All that can be seen of the devices, but for their indices.
  std::string Devices() const {
    std::string text;
    for (const host::Device& device : host_.interfaces.devices().devices) {
      absl::StrAppend(&text, device.name, " (", absl::StrJoin(device.alternative_names, " "), ") ",
                      device.kind, " ", device.mac, " ", device.controller, device.parent, " ",
                      device.up, " ", device.mtu, "\n");
    }
    return text;
  }

  FakeHost host_;
  std::mt19937 random_{GetParam()};
};

TEST_P(RandomInterfaces, ARefusedSetLeavesNoTraceAndASuccessfulOneIsAtRest) {
  auto reconciler = host_.NewReconciler();
  ASSERT_TRUE(reconciler->Start().ok());
  int succeeded = 0;
  int refused = 0;
  for (int step = 0; step < 200; ++step) {
    const std::string devices = Devices();
    const store::DesiredState stored = host_.Stored();
    MaybeBreakSomething();
    const bool dry = Pick(6) == 0;
    const bool ok = RandomSet(*reconciler, dry);
    (ok ? succeeded : refused) += 1;
    host_.files.next_write = absl::OkStatus();
    host_.interfaces.FailDeviceChanges(absl::OkStatus());

    SCOPED_TRACE(::testing::Message() << "step " << step << (ok ? " succeeded" : " was refused"));
    if (!ok || dry) {
      ASSERT_EQ(Devices(), devices);
      ASSERT_EQ(host_.Stored(), stored);
    }
    const std::string after = Devices();
    const int changes = host_.interfaces.device_changes();
    reconciler->Reconcile();
    ASSERT_EQ(host_.interfaces.device_changes(), changes);
    ASSERT_EQ(Devices(), after);
    // A reboot, now and then: the same devices are there again.
    if (Pick(10) == 0 && host_.interfaces.devices().Find("eth2")->mtu == 1500) {
      host_.interfaces.Set(host::LargerSandbox());
      reconciler = host_.NewReconciler();
      ASSERT_TRUE(reconciler->Start().ok());
      reconciler->Reconcile();  // what stands on what was made is made after it
      for (const auto& [name, settings] : host_.Stored().interfaces) {
        const host::Device* device = host_.interfaces.devices().Find(name);
        ASSERT_NE(device, nullptr) << name;
        ASSERT_EQ(device->mtu, settings.mtu.value_or(device->mtu)) << name;
        ASSERT_EQ(device->up, settings.enabled.value_or(device->up)) << name;
      }
    }
  }
  EXPECT_GT(succeeded, 15);
  EXPECT_GT(refused, 40);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomInterfaces, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace hostctl::reconcile
