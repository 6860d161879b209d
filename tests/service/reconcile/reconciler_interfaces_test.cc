// Interfaces added, set and removed on a small host, where any step may fail.
#include <string>
#include <vector>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using To = InterfaceAddition::To;

class ReconcilerInterfacesTest : public ::testing::Test {
 protected:
  ReconcilerInterfacesTest() {
    host_.interfaces.Set(host::LargerSandbox());
    Restart();
  }

  void Restart() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
  }

  absl::StatusOr<InterfaceSetResult> Add(const InterfaceAddition& addition, bool dry = false) {
    return reconciler_->AddInterface(addition, dry);
  }
  absl::StatusOr<InterfaceSetResult> SetMtu(const std::string& name, int64_t mtu) {
    InterfaceUpdate update;
    update.name = name;
    update.mtu = mtu;
    return reconciler_->UpdateInterface(update, /*validate_only=*/false);
  }
  const host::Device* Device(const std::string& name) {
    return host_.interfaces.devices().Find(name);
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const auto views = reconciler_->Interfaces();
    for (const InterfaceView& view : *views) names.push_back(view.binding.name);
    return names;
  }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerInterfacesTest, APortIsMadeStoredAndShown) {
  const auto done = Add({"vmk3", To::kBridge, "br0", "02:00:00:00:00:33", 1400});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"interface.vmk3", "", "port of br0"},
                                         Change{"interface.vmk3.mtu", "", "1400"}));
  ASSERT_TRUE(done->interface.has_value());
  EXPECT_EQ(done->interface->portset, "br0");
  EXPECT_TRUE(done->interface->created);
  EXPECT_EQ(done->interface->device->mac, "02:00:00:00:00:33");
  EXPECT_EQ(Device("vmk3")->mtu, 1400u);
  EXPECT_EQ(host_.Stored().interfaces.at("vmk3").created->parent, "br0");
  EXPECT_THAT(Names(), ElementsAre("vmk0", "vmk1", "vmk3"));
}

TEST_F(ReconcilerInterfacesTest, WhatWeMadeComesBackAfterAReboot) {
  ASSERT_TRUE(Add({"vmk3", To::kMacvlan, "eth2"}).ok());
  const std::string mac = Device("vmk3")->mac;
  host_.interfaces.Set(host::LargerSandbox());  // as the kernel starts
  Restart();
  ASSERT_NE(Device("vmk3"), nullptr);
  EXPECT_EQ(Device("vmk3")->mac, mac) << "so is the PTP clock identity the same";
  EXPECT_EQ(Device("vmk3")->parent, "eth2");
}

TEST_F(ReconcilerInterfacesTest, WhatSomebodyDeletesOrChangesIsPutRight) {
  ASSERT_TRUE(Add({"vmk3", To::kBridge, "br0"}).ok());
  ASSERT_TRUE(SetMtu("vmk1", 1400).ok());
  ASSERT_TRUE(host_.interfaces.Delete(Device("vmk3")->index).ok());
  ASSERT_TRUE(host_.interfaces.SetMtu(Device("vmk1")->index, 1500).ok());
  reconciler_->Reconcile();
  ASSERT_NE(Device("vmk3"), nullptr);
  EXPECT_EQ(Device("vmk1")->mtu, 1400u);
  const int changes = host_.interfaces.device_changes();
  reconciler_->Reconcile();
  EXPECT_EQ(host_.interfaces.device_changes(), changes) << "at rest";
}

TEST_F(ReconcilerInterfacesTest, AVainRepairIsSaidAndNotTriedAllTheTime) {
  host_.now = Reconciler::TimePoint();
  ASSERT_TRUE(Add({"vmk3", To::kBridge, "br0"}).ok());
  ASSERT_TRUE(host_.interfaces.Delete(Device("vmk3")->index).ok());
  host_.interfaces.FailDeviceChanges(absl::PermissionDeniedError("Operation not permitted"));
  reconciler_->Reconcile();
  const int tried = host_.interfaces.device_changes();
  reconciler_->Reconcile();
  EXPECT_EQ(host_.interfaces.device_changes(), tried);
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), Contains("INTERFACE_NOT_PERMITTED"));
  *host_.now += std::chrono::seconds(6);
  host_.interfaces.FailDeviceChanges(absl::OkStatus());
  reconciler_->Reconcile();
  EXPECT_NE(Device("vmk3"), nullptr);
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), Not(Contains("INTERFACE_NOT_PERMITTED")));
}

TEST_F(ReconcilerInterfacesTest, ADryRunTellsAndChangesNothing) {
  const auto done = Add({"vmk3", To::kDevice, "eth2"}, /*dry=*/true);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"interface.vmk3", "", "eth2"}));
  EXPECT_EQ(Device("vmk3"), nullptr);
  const auto removed = reconciler_->RemoveInterface("vmk1", /*validate_only=*/true);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_THAT(*removed, ElementsAre(Change{"interface.vmk1", "eth1", ""}));
  EXPECT_THAT(Names(), ElementsAre("vmk0", "vmk1"));
}

TEST_F(ReconcilerInterfacesTest, AnAddThatCannotBeStoredLeavesNothingBehind) {
  for (const To to : {To::kDevice, To::kBridge, To::kMacvlan}) {
    host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
    const auto done = Add({"vmk3", to, to == To::kBridge ? "br0" : "eth2", "", 1400});
    EXPECT_EQ(DetailOf(done.status()).reason, "STATE_NOT_STORED");
    EXPECT_EQ(Device("vmk3"), nullptr);
    EXPECT_EQ(Device("vmk3-p"), nullptr);
    EXPECT_EQ(Device("eth2")->mtu, 1500u);
    EXPECT_THAT(Names(), ElementsAre("vmk0", "vmk1"));
  }
}

TEST_F(ReconcilerInterfacesTest, ARemovalThatCannotBeStoredKeepsTheDeviceItself) {
  ASSERT_TRUE(Add({"vmk3", To::kBridge, "br0"}).ok());
  const int index = Device("vmk3")->index;
  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  EXPECT_FALSE(reconciler_->RemoveInterface("vmk3", false).ok());
  ASSERT_NE(Device("vmk3"), nullptr);
  EXPECT_EQ(Device("vmk3")->index, index) << "not made again: its addresses would be gone";
}

TEST_F(ReconcilerInterfacesTest, ARemovalThatTheKernelRefusesIsTakenBack) {
  ASSERT_TRUE(Add({"vmk3", To::kBridge, "br0"}).ok());
  host_.interfaces.FailDeviceChanges(absl::PermissionDeniedError("Operation not permitted"));
  const auto done = reconciler_->RemoveInterface("vmk3", false);
  EXPECT_EQ(DetailOf(done.status()).reason, "INTERFACE_NOT_PERMITTED");
  host_.interfaces.FailDeviceChanges(absl::OkStatus());
  EXPECT_THAT(Names(), ElementsAre("vmk0", "vmk1", "vmk3"));
  EXPECT_EQ(host_.Stored().interfaces.count("vmk3"), 1u);
}

TEST_F(ReconcilerInterfacesTest, TheKernelsRefusalIsPassedOnInPlainWords) {
  host_.interfaces.FailDeviceChanges(absl::PermissionDeniedError("Operation not permitted"));
  const auto done = Add({"vmk3", To::kMacvlan, "eth2"});
  EXPECT_TRUE(absl::IsPermissionDenied(done.status()));
  EXPECT_EQ(DetailOf(done.status()).remedy, "run hostd as root");
  EXPECT_EQ(done.status().message(),
            "could not make vmk3 as a macvlan on eth2: Operation not permitted");
}

TEST_F(ReconcilerInterfacesTest, TheLastOneRemovedDoesNotComeBack) {
  ASSERT_TRUE(reconciler_->RemoveInterface("vmk0", false).ok());
  ASSERT_TRUE(reconciler_->RemoveInterface("eth1", false).ok());
  reconciler_->Reconcile();
  EXPECT_THAT(Names(), IsEmpty());
  Restart();
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(ReconcilerInterfacesTest, AnInterfaceInUseIsNotRemoved) {
  ASSERT_TRUE(reconciler_->UpdatePtp(Enable("vmk1"), false).ok());
  const auto done = reconciler_->RemoveInterface("vmk1", false);
  EXPECT_EQ(DetailOf(done.status()).reason, "INTERFACE_IN_USE");
  EXPECT_THAT(reconciler_->Interfaces("vmk1")->front().used_by, ElementsAre("ptpd"));
}

TEST_F(ReconcilerInterfacesTest, PtpTakesTheInterfaceThatIsTaggedForIt) {
  InterfaceUpdate tag;
  tag.name = "vmk1";
  tag.services = {"ptp"};
  ASSERT_TRUE(reconciler_->UpdateInterface(tag, false).ok());
  PtpUpdate enable;
  enable.enabled = true;
  const auto done = reconciler_->UpdatePtp(enable, false);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->ptp.settings.interface, "vmk1");
  EXPECT_EQ(host_.engine.config()->device(), "eth1");
}

TEST_F(ReconcilerInterfacesTest, OneIsShownByAnyNameOfItsDevice) {
  EXPECT_EQ(reconciler_->Interfaces("eth1")->front().binding.name, "vmk1");
  const auto none = reconciler_->Interfaces("vmk9");
  EXPECT_EQ(DetailOf(none.status()).reason, "INTERFACE_NOT_FOUND");
  EXPECT_TRUE(reconciler_->Interfaces("vmk0")->front().timestamping->hardware_receive);
}

TEST_F(ReconcilerInterfacesTest, GroupsAreThoseOfVmkernelInterfaces) {
  const auto groups = reconciler_->MulticastGroups("");
  ASSERT_TRUE(groups.ok());
  std::vector<std::string> text;
  for (const GroupView& view : *groups) text.push_back(view.interface + " " + view.group.group);
  EXPECT_THAT(text,
              ElementsAre("vmk0 224.0.0.1", "vmk0 ff02::1", "vmk1 224.0.0.1", "vmk1 ff02::1"));
  EXPECT_EQ(reconciler_->MulticastGroups("eth1")->size(), 2u);
}

}  // namespace
}  // namespace hostctl::reconcile
