// See fake_interfaces.h.
#include "service/host/fake_interfaces.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

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
  device.ipv4 = {{address, 24}};
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
  if (const Device* holder = devices_.Find(name)) {
    return absl::AlreadyExistsError(
        absl::StrCat("the name `", name, "` is taken by device `", holder->name, "`"));
  }
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
