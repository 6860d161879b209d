// See fake_interfaces.h.
#include "service/host/fake_interfaces.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/host/mac_address.h"
#include "service/host/netstack.h"

namespace hostctl::host {
namespace {

Device MadeUpDevice(int index, const std::string& name, const std::string& mac,
                    const std::string& address) {
  Device device;
  device.index = index;
  device.name = name;
  device.mac = mac;
  device.permanent_mac = mac;
  device.kind = "physical";
  device.up = true;
  device.running = true;
  device.mtu = 1500;
  device.min_mtu = 68;
  device.max_mtu = 9216;
  if (!address.empty()) device.ipv4 = {{address, 24}};
  return device;
}

Device* FindIndex(Snapshot& snapshot, int index) {
  for (Device& device : snapshot.devices) {
    if (device.index == index) return &device;
  }
  return nullptr;
}

absl::Status NoSuchDevice(int index) {
  return absl::NotFoundError(absl::StrCat("there is no network device with index ", index));
}

}  // namespace

Snapshot SandboxDevices() {
  Device lo = MadeUpDevice(1, "lo", "", "127.0.0.1");
  lo.ipv4 = {{"127.0.0.1", 8}};
  lo.kind = "loopback";
  lo.loopback = true;
  lo.mtu = 65536;
  // Addresses of RFC 5737 (documentation) and locally administered MACs: nobody's.
  return {{lo, MadeUpDevice(2, "eth0", "02:00:00:00:00:01", "192.0.2.10"),
           MadeUpDevice(3, "eth1", "02:00:00:00:00:02", "198.51.100.10")},
          2};
}

Snapshot LargerSandbox() {
  Snapshot snapshot = SandboxDevices();
  snapshot.devices.push_back(MadeUpDevice(4, "eth2", "02:00:00:00:00:03", ""));
  Device bridge = MadeUpDevice(5, "br0", "02:00:00:00:00:04", "");
  bridge.kind = "bridge";
  snapshot.devices.push_back(std::move(bridge));
  return snapshot;
}

FakeInterfaces::FakeInterfaces(Snapshot devices)
    : devices_(std::move(devices)), change_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

FakeInterfaces::~FakeInterfaces() {
  if (change_fd_ >= 0) close(change_fd_);
}

absl::StatusOr<Snapshot> FakeInterfaces::Read() {
  ++reads_;
  if (!read_status_.ok()) return read_status_;
  return devices_;
}

absl::Status FakeInterfaces::AddAlternativeName(int index, const std::string& name) {
  if (!name_status_.ok()) return name_status_;
  Device* device = FindIndex(devices_, index);
  if (device == nullptr) return NoSuchDevice(index);
  if (absl::Status free = CheckFree(name); !free.ok()) return free;
  device->alternative_names.push_back(name);
  ++names_added_;
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::RemoveAlternativeName(int index, const std::string& name) {
  if (!name_status_.ok()) return name_status_;
  Device* device = FindIndex(devices_, index);
  if (device == nullptr) return NoSuchDevice(index);
  auto& names = device->alternative_names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return absl::NotFoundError(
        absl::StrCat("device `", device->name, "` has no alternative name `", name, "`"));
  }
  names.erase(found);
  ++names_removed_;
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::CheckFree(const std::string& name) const {
  const Device* holder = devices_.Find(name);
  if (holder == nullptr) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("the name `", name, "` is taken by device `", holder->name, "`"));
}

int FakeInterfaces::FreeIndex() const {
  int highest = 0;
  for (const Device& device : devices_.devices) highest = std::max(highest, device.index);
  return highest + 1;
}

absl::StatusOr<Device*> FakeInterfaces::DeviceToChange(int index) {
  ++device_changes_;
  if (!device_status_.ok()) return device_status_;
  Device* device = FindIndex(devices_, index);
  if (device == nullptr) return NoSuchDevice(index);
  return device;
}

absl::Status FakeInterfaces::Create(const DeviceSpec& spec) {
  ++device_changes_;
  if (!device_status_.ok()) return device_status_;
  if (absl::Status free = CheckFree(spec.name); !free.ok()) return free;
  const Device* parent = devices_.Find(spec.parent);
  if (parent == nullptr) {
    return absl::NotFoundError(absl::StrCat("there is no network device `", spec.parent, "`"));
  }
  const bool is_port = spec.kind == DeviceSpec::Kind::kBridgePort;
  if (is_port && parent->kind != "bridge") {
    return absl::UnimplementedError(absl::StrCat("`", parent->name, "` cannot have ports"));
  }
  Device device = MadeUpDevice(FreeIndex(), spec.name, spec.mac, "");
  device.kind = KernelKind(spec.kind);
  device.mtu = spec.mtu != 0 ? spec.mtu : parent->mtu;
  device.up = device.running = spec.up;
  if (!is_port) {
    device.parent = parent->name;
    devices_.devices.push_back(std::move(device));
  } else {
    Device port = MadeUpDevice(device.index, PortNameOf(spec.name), PortMacOf(spec.mac), "");
    port.kind = device.kind;
    port.mtu = device.mtu;
    port.controller = parent->name;
    port.peer = spec.name;
    device.peer = port.name;
    device.index = port.index + 1;
    devices_.devices.push_back(std::move(port));
    devices_.devices.push_back(std::move(device));
  }
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::Delete(int index) {
  const absl::StatusOr<Device*> found = DeviceToChange(index);
  if (!found.ok()) return found.status();
  const Device gone = **found;
  if (gone.kind == "physical") {
    return absl::UnimplementedError(absl::StrCat("`", gone.name, "` is a physical device"));
  }
  auto& all = devices_.devices;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&gone](const Device& device) {
                             return device.index == gone.index || device.peer == gone.name ||
                                    device.parent == gone.name;
                           }),
            all.end());
  for (Device& device : all) {
    if (device.controller == gone.name) device.controller.clear();
  }
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::SetMtu(int index, uint32_t mtu) {
  const absl::StatusOr<Device*> device = DeviceToChange(index);
  if (!device.ok()) return device.status();
  const Device* parent = devices_.Find((*device)->parent);
  if (mtu < (*device)->min_mtu || mtu > (*device)->max_mtu ||
      (parent != nullptr && mtu > parent->mtu)) {
    return absl::InvalidArgumentError(absl::StrCat("MTU ", mtu, " is out of range"));
  }
  (*device)->mtu = mtu;
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::SetUp(int index, bool up) {
  const absl::StatusOr<Device*> device = DeviceToChange(index);
  if (!device.ok()) return device.status();
  (*device)->up = (*device)->running = up;
  NotifyChange();
  return absl::OkStatus();
}

absl::Status FakeInterfaces::SetController(int index, int controller) {
  const absl::StatusOr<Device*> device = DeviceToChange(index);
  if (!device.ok()) return device.status();
  const Device* bridge = FindIndex(devices_, controller);
  if (bridge == nullptr && controller != 0) return NoSuchDevice(controller);
  (*device)->controller = bridge == nullptr ? "" : bridge->name;
  NotifyChange();
  return absl::OkStatus();
}

absl::StatusOr<Timestamping> FakeInterfaces::ReadTimestamping(const std::string& device) {
  const Device* found = devices_.Find(device);
  if (found == nullptr) {
    return absl::NotFoundError(absl::StrCat("there is no network device `", device, "`"));
  }
  Timestamping timestamping;
  timestamping.software_transmit = timestamping.software_receive = true;
  if (found->kind == "physical") {
    timestamping.hardware_transmit = timestamping.hardware_receive = true;
    timestamping.phc_index = static_cast<uint32_t>(found->index);
  }
  return timestamping;
}

absl::StatusOr<std::vector<MulticastGroup>> FakeInterfaces::ReadMulticastGroups() {
  // Every host is in these two (RFC 1112, RFC 4291).
  std::vector<MulticastGroup> groups;
  for (const Device& device : devices_.devices) {
    if (!device.up) continue;
    groups.push_back({device.index, device.name, "224.0.0.1", 1});
    groups.push_back({device.index, device.name, "ff02::1", 1});
  }
  return groups;
}

std::string FakeInterfaces::netstack() const {
  return kDefaultNetstack;
}

void FakeInterfaces::DrainChanges() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(change_fd_, &count, sizeof count);
}

void FakeInterfaces::Set(Snapshot devices) {
  devices_ = std::move(devices);
  NotifyChange();
}

void FakeInterfaces::Edit(const std::function<void(Snapshot&)>& change) {
  change(devices_);
  NotifyChange();
}

void FakeInterfaces::NotifyChange() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t put = write(change_fd_, &one, sizeof one);
}

}  // namespace hostctl::host
