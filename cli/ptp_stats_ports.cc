#include "cli/ptp_stats_ports.h"

#include <cstdint>
#include <string>

#include "cli/format/printf.h"
#include "cli/quick_enum_text.h"
#include "cli/rate_text.h"

namespace hostctl::cli {
namespace {

constexpr double kNsPerSecond = 1e9;

// The port that the report is about.
const v1::PortStatus* SteeringPort(const v1::PtpStats& stats) {
  for (const v1::PortStatus& port : stats.ports()) {
    if (port.interface() == stats.interface()) return &port;
  }
  return nullptr;
}

class PortRows {
 public:
  PortRows(const v1::PtpStats& stats, std::vector<MetricRow>& rows)
      : stats_(stats), port_(SteeringPort(stats)), rows_(rows) {}

  void AddAll() {
    if (stats_.has_protocol()) Add("Role", QuickEnumText(stats_.protocol().role()));
    if (stats_.port_state() == v1::PORT_STATE_MASTER) AddServer();
    if (stats_.delay_mechanism() == v1::DELAY_MECHANISM_P2P) AddPeerDelay();
    if (port_ != nullptr) AddTimestamping(*port_);
    if (stats_.has_hardware_clock()) AddHardwareClock(stats_.hardware_clock());
    if (stats_.ports_size() < 2) return;  // the only one has its rows already
    for (const v1::PortStatus& port : stats_.ports()) AddPort(port);
  }

 private:
  void Add(const std::string& metric, const std::string& value) {
    rows_.push_back({metric, value});
  }
  void Add(const std::string& metric, uint64_t count) { Add(metric, std::to_string(count)); }

  void AddServer() {
    Add("Best master ID", stats_.port_identity().clock_identity() + "(unknown)/" +
                              std::to_string(stats_.port_identity().port_number()) + " (self)");
    const v1::MessageCounters& messages = stats_.messages();
    Add("Announce sent", messages.announce_sent());
    Add("Sync sent", messages.sync_sent());
    Add("Follow-up sent", messages.follow_up_sent());
    const bool end_to_end = stats_.delay_mechanism() != v1::DELAY_MECHANISM_P2P;
    if (end_to_end) {
      Add("DelayReq received", messages.delay_req_received());
      Add("DelayResp sent", messages.delay_resp_sent());
    }
    if (port_ == nullptr) return;
    Add("Message rates",
        RateText(port_->log_sync_interval()) + " sync, " +
            (end_to_end ? RateText(port_->log_min_delay_req_interval()) + " delay, "
                        : RateText(port_->log_min_pdelay_req_interval()) + " pdelay, ") +
            RateText(port_->log_announce_interval()) + " announce");
    if (port_->unicast_clients() != 0) Add("Unicast clients", port_->unicast_clients());
  }

  void AddPeerDelay() {
    const v1::MessageCounters& m = stats_.messages();
    const auto both = [](uint64_t received, uint64_t sent) {
      return std::to_string(received) + " received, " + std::to_string(sent) + " sent";
    };
    Add("PdelayReq", both(m.pdelay_req_received(), m.pdelay_req_sent()));
    Add("PdelayResp", both(m.pdelay_resp_received(), m.pdelay_resp_sent()));
    Add("PdelayRespFollowUp",
        both(m.pdelay_resp_follow_up_received(), m.pdelay_resp_follow_up_sent()));
    if (port_ != nullptr && port_->has_mean_link_delay_ns()) {
      Add("Mean Link Delay", Printf("%.9f s", port_->mean_link_delay_ns() / kNsPerSecond));
    }
  }

  // Software is the rule and goes without saying.
  void AddTimestamping(const v1::PortStatus& port) {
    if (port.timestamping() != v1::TIMESTAMPING_HARDWARE) return;
    Add("Timestamping", "hardware, " + port.hardware_clock());
  }

  void AddHardwareClock(const v1::HardwareClockStatus& clock) {
    std::string text = clock.device();
    if (clock.has_system_offset_ns()) {
      text +=
          Printf(", system clock off by %.9f s", clock.system_offset_ns().last() / kNsPerSecond);
    }
    Add("Hardware clock", text + (clock.comparison().empty() ? "" : ", " + clock.comparison()));
  }

  void AddPort(const v1::PortStatus& port) {
    const bool as_wanted =
        port.reason() == v1::PORT_REASON_NONE || port.reason() == v1::PORT_REASON_UNSPECIFIED;
    Add("Port on " + port.interface(), "PTP_" + QuickEnumText(port.port_state()) +
                                           (as_wanted ? "" : ", " + QuickEnumText(port.reason())));
  }

  const v1::PtpStats& stats_;
  const v1::PortStatus* port_;
  std::vector<MetricRow>& rows_;
};

}  // namespace

void AddPortRows(const v1::PtpStats& stats, std::vector<MetricRow>& rows) {
  PortRows(stats, rows).AddAll();
}

}  // namespace hostctl::cli
