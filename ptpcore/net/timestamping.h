// Where messages are timestamped: by the network device where it can, with its PTP hardware
// clock, or by the kernel. Decided by what the device offers (ETHTOOL_GET_TS_INFO), switched
// on (SIOCSHWTSTAMP), and looked after, as other programs and resets may switch it off.
//
//   auto plan = PlanTimestamping("eth0", WantedStamps::kAuto, protocol, ioctl);
//   if (plan->source == StampSource::kHardware) {
//     auto hardware = HardwareStamping::Enable(*plan, ioctl);
//     ... hardware->Check(name) every few seconds
//   }
#pragma once

#include <linux/net_tstamp.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ptpcore/net/device_ioctl.h"
#include "ptpcore/net/transport_options.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::net {

enum class WantedStamps { kAuto, kHardware, kSoftware };

struct StampPlan {
  StampSource source = StampSource::kSoftware;
  std::string why;  // in words: `eth0 offers no hardware timestamps`
  // With kHardware: the device that stamps, and X of its clock /dev/ptpX.
  std::string device;
  int phc_index = -1;
  int rx_filter = HWTSTAMP_FILTER_NONE;  // what to ask of it
};

// What to do for the device `name`. FAILED_PRECONDITION where hardware is demanded and the
// device does not offer it, in words; NOT_FOUND where there is no such device.
absl::StatusOr<StampPlan> PlanTimestamping(const std::string& name, WantedStamps wanted,
                                           wire::NetworkProtocol protocol,
                                           const DeviceIoctl& ioctl);

// A device that stamps because we switched it on.
class HardwareStamping {
 public:
  // Leaves a device as it is that already stamps all we need. PERMISSION_DENIED without
  // CAP_NET_ADMIN; UNAVAILABLE where the device refuses.
  static absl::StatusOr<HardwareStamping> Enable(const StampPlan& plan, DeviceIoctl ioctl);

  // Whether the device still stamps. What was switched off is switched on again: what
  // happened, in words. UNAVAILABLE where that fails, or another device carries `name`'s
  // packets (a bond that switched over).
  absl::StatusOr<std::optional<std::string>> Check(const std::string& name);

  const StampPlan& plan() const { return plan_; }

 private:
  HardwareStamping(StampPlan plan, DeviceIoctl ioctl);
  absl::Status Set();
  bool Suffices(const hwtstamp_config& config) const;

  StampPlan plan_;
  DeviceIoctl ioctl_;
  int rx_filter_in_force_;  // drivers may choose a wider one
};

}  // namespace ptpcore::net
