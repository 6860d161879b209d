// What a user asks of an interface: what results, and what is refused in which words.
#include "service/reconcile/interface_update.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/fake_interfaces.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using To = InterfaceAddition::To;

constexpr char kMac[] = "02:00:00:00:00:33";

std::vector<std::string> NamesOf(const store::DesiredState& state) {
  std::vector<std::string> names;
  for (const host::Binding& binding : state.bindings) names.push_back(binding.name);
  return names;
}

// eth0 is vmk0, eth1 vmk1; eth2 and the bridge br0 have no name.
class InterfaceUpdateTest : public ::testing::Test {
 protected:
  InterfaceUpdateTest() : snapshot_(host::LargerSandbox()) {
    state_.bindings = host::PlanBindings(snapshot_, {}).bindings;
    snapshot_.devices[1].alternative_names = {"vmk0"};
    snapshot_.devices[2].alternative_names = {"vmk1"};
  }

  absl::StatusOr<store::DesiredState> Add(const InterfaceAddition& addition) {
    return ApplyInterfaceAddition(state_, addition, snapshot_, kMac);
  }

  void ExpectRefused(const absl::Status& status, absl::StatusCode code, const std::string& reason,
                     const std::string& field, const std::string& message) {
    EXPECT_EQ(status.code(), code);
    EXPECT_EQ(DetailOf(status).reason, reason);
    EXPECT_EQ(DetailOf(status).field, field);
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }

  host::Snapshot snapshot_;
  store::DesiredState state_;
};

TEST_F(InterfaceUpdateTest, ADeviceIsGivenAName) {
  const auto wanted = Add({"vmk3", To::kDevice, "eth2"});
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_THAT(NamesOf(*wanted), ElementsAre("vmk0", "vmk1", "vmk3"));
  EXPECT_EQ(wanted->bindings[2], (host::Binding{"vmk3", "02:00:00:00:00:03", "eth2", "physical"}));
  EXPECT_THAT(wanted->interfaces, IsEmpty()) << "nothing was set of it";
}

TEST_F(InterfaceUpdateTest, APortOfABridgeIsRememberedWithItsMac) {
  const auto wanted = Add({"vmk10", To::kBridge, "br0", "", 1400});
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_EQ(wanted->bindings[2], (host::Binding{"vmk10", kMac, "vmk10", "veth"}));
  const store::InterfaceSettings& settings = wanted->interfaces.at("vmk10");
  EXPECT_EQ(settings.created,
            (store::CreatedDevice{host::DeviceSpec::Kind::kBridgePort, "br0", kMac}));
  EXPECT_EQ(settings.mtu, 1400u);
}

TEST_F(InterfaceUpdateTest, NamesAreKeptInTheOrderOfTheirNumbers) {
  state_ = *Add({"vmk10", To::kBridge, "br0"});
  EXPECT_THAT(NamesOf(*Add({"vmk2", To::kDevice, "eth2"})),
              ElementsAre("vmk0", "vmk1", "vmk2", "vmk10"));
}

TEST_F(InterfaceUpdateTest, AMacvlanStandsOnAnInterfaceByThatName) {
  const auto wanted = Add({"vmk2", To::kMacvlan, "vmk1", "00-50-56-6A-00-01"});
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_EQ(wanted->interfaces.at("vmk2").created,
            (store::CreatedDevice{host::DeviceSpec::Kind::kMacvlan, "vmk1", "00:50:56:6a:00:01"}));
}

TEST_F(InterfaceUpdateTest, WhatCannotBeAddedIsNamed) {
  using absl::StatusCode;
  ExpectRefused(Add({"eth3", To::kDevice, "eth2"}).status(), StatusCode::kInvalidArgument,
                "INTERFACE_NAME_INVALID", "name", "`eth3` is no VMkernel name");
  ExpectRefused(Add({"vmk03", To::kDevice, "eth2"}).status(), StatusCode::kInvalidArgument,
                "INTERFACE_NAME_INVALID", "name", "`vmk03`");
  const absl::Status taken = Add({"vmk1", To::kDevice, "eth2"}).status();
  ExpectRefused(taken, StatusCode::kAlreadyExists, "INTERFACE_EXISTS", "name",
                "there is an interface vmk1 already (eth1)");
  EXPECT_EQ(DetailOf(taken).remedy, "choose vmk2");
  ExpectRefused(Add({"vmk2", To::kDevice, "eth9"}).status(), StatusCode::kNotFound,
                "DEVICE_NOT_FOUND", "device", "there is no interface `eth9`; this host has");
  ExpectRefused(Add({"vmk2", To::kDevice, ""}).status(), StatusCode::kInvalidArgument,
                "INTERFACE_TARGET_REQUIRED", "device", "is empty");
  ExpectRefused(Add({"vmk2", To::kMacvlan, "lo"}).status(), StatusCode::kInvalidArgument,
                "INTERFACE_IS_LOOPBACK", "parent_device", "loopback");
  ExpectRefused(Add({"vmk2", To::kDevice, "eth1"}).status(), StatusCode::kAlreadyExists,
                "DEVICE_HAS_INTERFACE", "device", "device eth1 is interface vmk1 already");
  ExpectRefused(Add({"vmk2", To::kBridge, "eth2"}).status(), StatusCode::kInvalidArgument,
                "DEVICE_NOT_A_BRIDGE", "bridge",
                "`eth2` is no bridge but a device of kind physical");
  ExpectRefused(Add({"vmk2", To::kBridge, "br0", "01:00:5e:00:00:01"}).status(),
                StatusCode::kInvalidArgument, "MAC_ADDRESS_INVALID", "mac_address", "group");
  ExpectRefused(Add({"vmk2", To::kDevice, "eth2", kMac}).status(), StatusCode::kInvalidArgument,
                "MAC_ADDRESS_INVALID", "mac_address", "eth2, is not changed");
  ExpectRefused(Add({"vmk2", To::kMacvlan, "eth2", "", 1501}).status(),
                StatusCode::kInvalidArgument, "MTU_OUT_OF_RANGE", "mtu",
                "an MTU of 1501 for vmk2 is not within 68 to 1500, which device eth2, which vmk2 "
                "stands on, allows");
  ExpectRefused(Add({"vmk2", To::kDevice, "eth2", "", -1}).status(), StatusCode::kInvalidArgument,
                "MTU_OUT_OF_RANGE", "mtu", "not within 68 to 9216, which device eth2 allows");
}

TEST_F(InterfaceUpdateTest, ANameWhoseDeviceIsAwayIsTaken) {
  snapshot_.devices.erase(snapshot_.devices.begin() + 2);
  ExpectRefused(Add({"vmk1", To::kDevice, "eth2"}).status(), absl::StatusCode::kAlreadyExists,
                "INTERFACE_EXISTS", "name", "vmk1 already, whose device is away");
}

TEST_F(InterfaceUpdateTest, OnlyWhatIsNamedIsSet) {
  InterfaceUpdate update;
  update.name = "eth1";  // a device's name means its interface
  update.mtu = 9000;
  const auto wanted = ApplyInterfaceUpdate(state_, update, snapshot_);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  const store::InterfaceSettings& settings = wanted->interfaces.at("vmk1");
  EXPECT_EQ(settings.mtu, 9000u);
  EXPECT_EQ(settings.enabled, std::nullopt);
  EXPECT_EQ(settings.created, std::nullopt);
}

TEST_F(InterfaceUpdateTest, TagsAreSetAndTakenAway) {
  InterfaceUpdate update;
  update.name = "vmk1";
  update.services = {"ptp", "ptp"};
  state_ = *ApplyInterfaceUpdate(state_, update, snapshot_);
  EXPECT_THAT(state_.interfaces.at("vmk1").services, ElementsAre("ptp"));
  EXPECT_EQ(*InterfaceTaggedFor(state_, "ptp"), "vmk1");
  update.services = std::vector<std::string>();
  state_ = *ApplyInterfaceUpdate(state_, update, snapshot_);
  EXPECT_THAT(state_.interfaces, IsEmpty());
  EXPECT_EQ(*InterfaceTaggedFor(state_, "ptp"), "");
}

TEST_F(InterfaceUpdateTest, WhichOfTwoTaggedOnesTheUserMustSay) {
  for (const char* name : {"vmk0", "vmk1"}) {
    InterfaceUpdate update;
    update.name = name;
    update.services = {"ptp"};
    state_ = *ApplyInterfaceUpdate(state_, update, snapshot_);
  }
  ExpectRefused(InterfaceTaggedFor(state_, "ptp").status(), absl::StatusCode::kInvalidArgument,
                "INTERFACE_REQUIRED", "config.interface", "tagged for ptp: vmk0, vmk1");
}

TEST_F(InterfaceUpdateTest, WhatCannotBeSetIsNamed) {
  using absl::StatusCode;
  InterfaceUpdate update;
  update.name = "vmk7";
  ExpectRefused(ApplyInterfaceUpdate(state_, update, snapshot_).status(), StatusCode::kNotFound,
                "INTERFACE_NOT_FOUND", "name", "there is no interface `vmk7`");
  update.name = "eth2";
  const absl::Status unnamed = ApplyInterfaceUpdate(state_, update, snapshot_).status();
  ExpectRefused(unnamed, StatusCode::kNotFound, "INTERFACE_NOT_FOUND", "name",
                "device eth2 is no VMkernel interface");
  EXPECT_EQ(DetailOf(unnamed).remedy,
            "hostctl network ip interface add --interface-name vmk2 --device eth2");
  update.name = "vmk1";
  update.mtu = 10000;
  ExpectRefused(ApplyInterfaceUpdate(state_, update, snapshot_).status(),
                StatusCode::kInvalidArgument, "MTU_OUT_OF_RANGE", "config.mtu",
                "an MTU of 10000 for vmk1 is not within 68 to 9216, which device eth1 allows");
  update.mtu.reset();
  update.services = {"vmotion"};
  ExpectRefused(ApplyInterfaceUpdate(state_, update, snapshot_).status(),
                StatusCode::kInvalidArgument, "SERVICE_UNKNOWN", "config.services",
                "there is no service `vmotion` to tag an interface for; there is ptp");
}

TEST_F(InterfaceUpdateTest, TheDefaultRouteIsNotCutByMistake) {
  InterfaceUpdate down;
  down.name = "vmk0";
  down.enabled = false;
  ExpectRefused(ApplyInterfaceUpdate(state_, down, snapshot_).status(),
                absl::StatusCode::kFailedPrecondition, "INTERFACE_HOLDS_DEFAULT_ROUTE",
                "config.enabled", "vmk0 (eth0) holds the default route");
  down.force = true;
  EXPECT_EQ(ApplyInterfaceUpdate(state_, down, snapshot_)->interfaces.at("vmk0").enabled, false);
  down.name = "vmk1";
  down.force = false;
  EXPECT_TRUE(ApplyInterfaceUpdate(state_, down, snapshot_).ok());
}

TEST_F(InterfaceUpdateTest, RemovedIsForgottenWithItsSettings) {
  state_ = *Add({"vmk3", To::kBridge, "br0"});
  const auto wanted = ApplyInterfaceRemoval(state_, "vmk3", snapshot_);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_THAT(NamesOf(*wanted), ElementsAre("vmk0", "vmk1"));
  EXPECT_THAT(wanted->interfaces, IsEmpty());
  EXPECT_FALSE(wanted->adopt_interfaces) << "or the last one would come back at once";
}

TEST_F(InterfaceUpdateTest, WhatIsInUseStaysAndItsUserIsNamed) {
  using absl::StatusCode;
  state_.ptp.interface = "vmk1";
  EXPECT_TRUE(ApplyInterfaceRemoval(state_, "vmk1", snapshot_).ok()) << "PTP is not enabled";
  state_.ptp.enabled = true;
  ExpectRefused(ApplyInterfaceRemoval(state_, "vmk1", snapshot_).status(),
                StatusCode::kFailedPrecondition, "INTERFACE_IN_USE", "name",
                "interface vmk1 is in use by ptpd");
  state_.ptp.interface = "eth0";
  state_.ptp.watch_interfaces = {"eth1"};
  ExpectRefused(ApplyInterfaceRemoval(state_, "vmk1", snapshot_).status(),
                StatusCode::kFailedPrecondition, "INTERFACE_IN_USE", "name", "ptpd");
  state_.ptp = store::PtpSettings();
  state_ = *Add({"vmk3", To::kMacvlan, "eth1"});
  ExpectRefused(ApplyInterfaceRemoval(state_, "vmk1", snapshot_).status(),
                StatusCode::kFailedPrecondition, "INTERFACE_IN_USE", "name",
                "interface vmk1 is in use by vmk3");
}

TEST_F(InterfaceUpdateTest, ADevicesOwnNameIsNotOursToTake) {
  snapshot_.devices.push_back(snapshot_.devices[3]);
  snapshot_.devices.back().name = "vmk4";
  snapshot_.devices.back().index = 9;
  state_.bindings = host::PlanBindings(snapshot_, state_.bindings).bindings;
  ExpectRefused(ApplyInterfaceRemoval(state_, "vmk4", snapshot_).status(),
                absl::StatusCode::kFailedPrecondition, "INTERFACE_IS_DEVICE", "name",
                "vmk4 is the device's own name");
}

}  // namespace
}  // namespace hostctl::reconcile
