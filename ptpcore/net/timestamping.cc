#include "ptpcore/net/timestamping.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/lower_device.h"

namespace ptpcore::net {
namespace {

constexpr uint32_t kNeeded =
    SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;

// The narrowest filter first: the fewer packets are stamped, the better some devices keep up.
std::array<int, 3> FiltersFor(wire::NetworkProtocol protocol) {
  return {protocol == wire::NetworkProtocol::kIeee8023 ? HWTSTAMP_FILTER_PTP_V2_L2_EVENT
                                                       : HWTSTAMP_FILTER_PTP_V2_L4_EVENT,
          HWTSTAMP_FILTER_PTP_V2_EVENT, HWTSTAMP_FILTER_ALL};
}

// The filter to ask for; absent when none of those offered will do.
std::optional<int> ChooseFilter(uint32_t offered, wire::NetworkProtocol protocol) {
  for (const int filter : FiltersFor(protocol)) {
    if ((offered & (1U << filter)) != 0) return filter;
  }
  return std::nullopt;
}

absl::Status Missing(const std::string& what) {
  return absl::FailedPreconditionError(what);
}

absl::StatusOr<StampPlan> PlanHardware(const std::string& name, wire::NetworkProtocol protocol,
                                       const DeviceIoctl& ioctl) {
  const absl::StatusOr<std::string> device = LowerDevice(name, ioctl);
  if (!device.ok()) return device.status();
  ethtool_ts_info info{};
  info.cmd = ETHTOOL_GET_TS_INFO;
  if (IoctlWithData(ioctl, SIOCETHTOOL, *device, &info) < 0) {
    const int error = errno;
    const std::string message =
        absl::StrCat(*device, " does not tell whether it can timestamp: ", std::strerror(error));
    return error == ENODEV ? absl::NotFoundError(message) : Missing(message);
  }
  if ((info.so_timestamping & kNeeded) != kNeeded) {
    return Missing(absl::StrCat(*device, " offers no hardware timestamps"));
  }
  if (info.phc_index < 0) {
    return Missing(absl::StrCat(*device, " stamps by a clock that is not accessible"));
  }
  const std::optional<int> filter = ChooseFilter(info.rx_filters, protocol);
  if ((info.tx_types & (1U << HWTSTAMP_TX_ON)) == 0 || !filter) {
    return Missing(absl::StrCat(*device, " cannot stamp the PTP messages of this transport"));
  }
  StampPlan plan;
  plan.source = StampSource::kHardware;
  plan.why = absl::StrCat(*device, " stamps with /dev/ptp", info.phc_index);
  plan.device = *device;
  plan.phc_index = info.phc_index;
  plan.rx_filter = *filter;
  return plan;
}

}  // namespace

absl::StatusOr<StampPlan> PlanTimestamping(const std::string& name, WantedStamps wanted,
                                           wire::NetworkProtocol protocol,
                                           const DeviceIoctl& ioctl) {
  StampPlan software;
  software.why = "asked for";
  if (wanted == WantedStamps::kSoftware) return software;
  absl::StatusOr<StampPlan> hardware = PlanHardware(name, protocol, ioctl);
  if (hardware.ok() || wanted == WantedStamps::kHardware) return hardware;
  software.why = std::string(hardware.status().message());
  return software;
}

HardwareStamping::HardwareStamping(StampPlan plan, DeviceIoctl ioctl)
    : plan_(std::move(plan)), ioctl_(std::move(ioctl)), rx_filter_in_force_(plan_.rx_filter) {}

absl::StatusOr<HardwareStamping> HardwareStamping::Enable(const StampPlan& plan,
                                                          DeviceIoctl ioctl) {
  HardwareStamping enabled(plan, std::move(ioctl));
  hwtstamp_config config{};
  if (IoctlWithData(enabled.ioctl_, SIOCGHWTSTAMP, plan.device, &config) == 0 &&
      enabled.Suffices(config)) {
    return enabled;
  }
  if (absl::Status s = enabled.Set(); !s.ok()) return s;
  return enabled;
}

absl::StatusOr<std::optional<std::string>> HardwareStamping::Check(const std::string& name) {
  const absl::StatusOr<std::string> device = LowerDevice(name, ioctl_);
  if (!device.ok()) return device.status();
  if (*device != plan_.device) {
    return absl::UnavailableError(
        absl::StrCat(name, " goes over ", *device, " instead of ", plan_.device));
  }
  hwtstamp_config config{};
  if (IoctlWithData(ioctl_, SIOCGHWTSTAMP, plan_.device, &config) < 0) {
    // Some drivers cannot tell; what they were told stands.
    if (errno == EOPNOTSUPP || errno == ENOTTY || errno == EINVAL) return std::nullopt;
    return absl::UnavailableError(
        absl::StrCat(plan_.device, ": SIOCGHWTSTAMP: ", std::strerror(errno)));
  }
  if (Suffices(config)) return std::nullopt;
  if (absl::Status s = Set(); !s.ok()) return s;
  return absl::StrCat("timestamping of ", plan_.device, " was changed (tx_type ", config.tx_type,
                      ", rx_filter ", config.rx_filter, "): another program, or a reset; set back");
}

absl::Status HardwareStamping::Set() {
  hwtstamp_config config{};
  config.tx_type = HWTSTAMP_TX_ON;
  config.rx_filter = plan_.rx_filter;
  if (IoctlWithData(ioctl_, SIOCSHWTSTAMP, plan_.device, &config) < 0) {
    const std::string message =
        absl::StrCat(plan_.device, ": SIOCSHWTSTAMP: ", std::strerror(errno));
    if (errno == EPERM) {
      return absl::PermissionDeniedError(
          absl::StrCat(message, "; hardware timestamps need CAP_NET_ADMIN"));
    }
    return absl::UnavailableError(message);
  }
  rx_filter_in_force_ = config.rx_filter;
  return absl::OkStatus();
}

bool HardwareStamping::Suffices(const hwtstamp_config& config) const {
  return config.tx_type == HWTSTAMP_TX_ON &&
         (config.rx_filter == plan_.rx_filter || config.rx_filter == rx_filter_in_force_ ||
          config.rx_filter == HWTSTAMP_FILTER_ALL ||
          config.rx_filter == HWTSTAMP_FILTER_PTP_V2_EVENT);
}

}  // namespace ptpcore::net
