// Network devices that exist only in memory: the made-up ones of the sandbox,
// and whatever a test needs.
//
//   FakeInterfaces interfaces;                 // lo, eth0, eth1
//   interfaces.Edit([](Snapshot& now) { now.devices.pop_back(); });
//   ...change_fd() is readable, Read() gives lo and eth0...
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/host/interfaces.h"

namespace hostctl::host {

// The devices of a sandbox: `lo`; `eth0` with 192.0.2.10/24 and the default
// route; `eth1` with 198.51.100.10/24. All up, none with a VMkernel name yet.
Snapshot SandboxDevices();

// The same, and something to add interfaces with: `eth2`, which has no address, and
// the bridge `br0`.
Snapshot LargerSandbox();

// Behaves as the kernel does: names are unique over all devices, what stands on a
// device goes with it, and every change makes change_fd() readable, also one made
// through this object. Physical devices have hardware timestamps.
class FakeInterfaces : public Interfaces {
 public:
  explicit FakeInterfaces(Snapshot devices = SandboxDevices());
  ~FakeInterfaces() override;
  FakeInterfaces(const FakeInterfaces&) = delete;
  FakeInterfaces& operator=(const FakeInterfaces&) = delete;

  absl::StatusOr<Snapshot> Read() override;
  absl::Status AddAlternativeName(int index, const std::string& name) override;
  absl::Status RemoveAlternativeName(int index, const std::string& name) override;
  absl::Status Create(const DeviceSpec& spec) override;
  absl::Status Delete(int index) override;
  absl::Status SetMtu(int index, uint32_t mtu) override;
  absl::Status SetUp(int index, bool up) override;
  absl::Status SetController(int index, int controller) override;
  absl::StatusOr<Timestamping> ReadTimestamping(const std::string& device) override;
  absl::StatusOr<std::vector<MulticastGroup>> ReadMulticastGroups() override;
  std::string netstack() const override;
  int change_fd() const override { return change_fd_; }
  void DrainChanges() override;

  // What tests do to the host, and what they ask afterwards.
  void Set(Snapshot devices);
  void Edit(const std::function<void(Snapshot&)>& change);
  const Snapshot& devices() const { return devices_; }
  // Every later call fails with `status`, until set to OK again.
  void FailReads(absl::Status status) { read_status_ = std::move(status); }
  void FailNameChanges(absl::Status status) { name_status_ = std::move(status); }
  // Likewise those that make, unmake or change a device.
  void FailDeviceChanges(absl::Status status) { device_status_ = std::move(status); }
  int reads() const { return reads_; }
  // Successful name changes since the beginning.
  int names_added() const { return names_added_; }
  int names_removed() const { return names_removed_; }
  // Calls that changed a device or tried to.
  int device_changes() const { return device_changes_; }

 private:
  absl::StatusOr<Device*> DeviceToChange(int index);
  absl::Status CheckFree(const std::string& name) const;
  int FreeIndex() const;
  void NotifyChange();

  Snapshot devices_;
  int change_fd_;
  absl::Status read_status_;
  absl::Status name_status_;
  absl::Status device_status_;
  int reads_ = 0;
  int names_added_ = 0;
  int names_removed_ = 0;
  int device_changes_ = 0;
};

}  // namespace hostctl::host
