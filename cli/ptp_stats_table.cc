#include "cli/ptp_stats_table.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include "cli/enum_text.h"
#include "cli/format/printf.h"
#include "cli/ptp_clock_text.h"
#include "cli/ptp_stats_ports.h"
#include "cli/quick_enum_text.h"
#include "cli/rate_text.h"
#include "cli/time_text.h"

namespace hostctl::cli {
namespace {

constexpr double kNsPerSecond = 1e9;

// `-0.000053647 s, mean -0.000082227 s, dev  0.000141358 s`: every number but the
// first keeps a column for its sign.
std::string SecondsText(const v1::RunningValue& ns) {
  return Printf("%.9f s, mean % .9f s, dev % .9f s", ns.last() / kNsPerSecond,
                ns.mean() / kNsPerSecond, ns.std_dev() / kNsPerSecond);
}

std::string CorrectionText(const v1::RunningValue& ppb, bool at_maximum) {
  constexpr double kPerPpm = 1e3;
  return Printf("%.3f ppm, mean % .3f ppm, dev % .3f ppm", ppb.last() / kPerPpm,
                ppb.mean() / kPerPpm, ppb.std_dev() / kPerPpm) +
         (at_maximum ? " (slewing at maximum rate)" : "");
}

// `(unknown)` is where ptpd names the port's owner, which it never knows here.
std::string PortText(const v1::PortIdentity& port) {
  return port.clock_identity() + "(unknown)/" + std::to_string(port.port_number());
}

// timeSource, IEEE 1588-2019 table 6, under ptpd's names.
std::string TimeSourceText(uint32_t source) {
  const auto name = [source] {
    switch (source) {
      case 0x10:
        return "ATOMIC_CLOCK";
      case 0x20:
        return "GPS";
      case 0x30:
        return "TERRESTRIAL_RADIO";
      case 0x40:
        return "PTP";
      case 0x50:
        return "NTP";
      case 0x60:
        return "HAND_SET";
      case 0x90:
        return "OTHER";
      case 0xa0:
        return "INTERNAL_OSCILLATOR";
      default:
        return "UNKNOWN";
    }
  };
  return Printf("%s(0x%02x)", name(), source);
}

std::string YesNo(bool yes) {
  return yes ? "Y" : "N";
}

bool InHoldover(v1::ClockState state) {
  return state == v1::CLOCK_STATE_HOLDOVER || state == v1::CLOCK_STATE_HOLDOVER_EXPIRED;
}

// `LOCKED`; in holdover also for how long: `HOLDOVER, 12 s`.
std::string ClockStateText(const v1::PtpStats& stats) {
  const std::string state = QuickEnumText(stats.clock_state());
  return stats.has_holdover_s() ? Printf("%s, %.0f s", state.c_str(), stats.holdover_s()) : state;
}

// `+-12.4 us (95 %), +-83.0 us if the path is asymmetric`: both, because nobody at this
// end can see whether it is.
std::string UncertaintyText(const v1::PtpStats& stats) {
  if (stats.port_state() == v1::PORT_STATE_MASTER) return "unknown, this clock is the master";
  if (!stats.has_uncertainty()) {
    const bool only_measures = stats.clock_read_only() || stats.servo() == "none";
    return only_measures ? "unknown, the clock is only measured"
                         : "unknown, no master is measured yet";
  }
  const bool holdover = InHoldover(stats.clock_state());
  return "+-" + SpanText(stats.uncertainty().bound_95_ns()) + " (95 %), +-" +
         SpanText(stats.uncertainty().maximum_error_ns()) +
         (holdover ? " if the path was asymmetric; growing" : " if the path is asymmetric") +
         (stats.clock_state() == v1::CLOCK_STATE_ACQUIRING ? "; not settled" : "");
}

// `FOLLOWED, ae0686fffed5d425(unknown)/1, offset -0.000000120 s +-0.000000850 s`.
std::string MasterText(const v1::MasterView& master) {
  std::string text = EnumText(master.standing()) + ", " + PortText(master.port_identity());
  // Until it is measured there is no offset, and 0 would look like a perfect one.
  if (master.standing() == v1::MASTER_STANDING_MEASURING) return text;
  return text + Printf(", offset %.9f s +-%.9f s", master.offset_ns() / kNsPerSecond,
                       master.bound_ns() / kNsPerSecond);
}

class Table {
 public:
  explicit Table(const v1::PtpStats& stats)
      : stats_(stats),
        client_(stats.port_state() == v1::PORT_STATE_UNCALIBRATED ||
                stats.port_state() == v1::PORT_STATE_SLAVE) {}

  std::vector<MetricRow> Rows() {
    AddHost();
    AddPort();
    AddTimingService();
    AddClock();
    if (client_) AddClient();
    if (client_ && stats_.has_parent()) AddParent(stats_.parent());
    if (client_ && stats_.has_time_properties()) AddTimeProperties(stats_.time_properties());
    AddMishaps();
    AddPortRows(stats_, rows_);
    std::sort(rows_.begin(), rows_.end(),
              [](const MetricRow& a, const MetricRow& b) { return a.metric < b.metric; });
    return std::move(rows_);
  }

 private:
  void Add(const std::string& metric, const std::string& value) {
    rows_.push_back({metric, value});
  }
  void Add(const std::string& metric, uint64_t count) { Add(metric, std::to_string(count)); }
  void AddIfNotZero(const std::string& metric, uint64_t count) {
    if (count != 0) Add(metric, count);
  }

  void AddHost() {
    Add("Clock Source", stats_.clock_source());
    Add("Host info", stats_.host_name() + ", PID " + std::to_string(stats_.engine_pid()));
    Add("Interface", stats_.interface());
    if (stats_.has_kernel_time()) {
      Add("Kernel time", CalendarText(stats_.kernel_time().seconds()));
    }
    if (stats_.has_local_time()) Add("Local time", CalendarText(stats_.local_time().seconds()));
    Add("PTP Engine resets", stats_.engine_resets());
    Add("Preset", stats_.preset());
  }

  void AddPort() {
    Add("Delay mechanism", QuickEnumText(stats_.delay_mechanism()));
    Add("Local port ID", PortText(stats_.port_identity()));
    Add("PTP domain", stats_.domain_number());
    Add("Performance", Printf("Message RX %.0f/s, TX %.0f/s", stats_.receive_rate_hz(),
                              stats_.transmit_rate_hz()));
    Add("Port state", "PTP_" + QuickEnumText(stats_.port_state()));
    Add("State transitions", stats_.state_transitions());
    Add("Transport", TransportText(stats_.transport()));
  }

  // ptpd's time services: the engine is the only one, PTP0. It is available with
  // a master, operational once it follows it, and idle if it then does not steer.
  void AddTimingService() {
    const bool operational = stats_.port_state() == v1::PORT_STATE_SLAVE;
    const bool in_control = stats_.clock_in_control();
    Add("TimingService", Printf("current %s, best %s, pref PTP0", in_control ? "PTP0" : "none",
                                client_ ? "PTP0" : "none"));
    Add("TimingServices",
        Printf("total 1, avail %d, oper %d, idle %d, in_ctrl %d", client_ ? 1 : 0,
               operational ? 1 : 0, operational && !in_control ? 1 : 0, in_control ? 1 : 0));
  }

  // But for the status these rows are ours: the original knows neither holdover nor
  // how far its clock can be wrong.
  void AddClock() {
    const bool holdover = InHoldover(stats_.clock_state());
    if (client_ || holdover) {
      const bool expired = stats_.clock_state() == v1::CLOCK_STATE_HOLDOVER_EXPIRED;
      const std::string prefix = expired ? "holdover expired, " : holdover ? "holdover, " : "";
      Add("Clock status", prefix +
                              (stats_.clock_calibrated() ? "calibrated, " : "not calibrated, ") +
                              (stats_.clock_in_control() ? "in control" : "no control") +
                              (stats_.clock_read_only() ? ", read-only" : ""));
    }
    if (stats_.clock_state() != v1::CLOCK_STATE_UNSPECIFIED) {
      Add("Clock state", ClockStateText(stats_));
      Add("Uncertainty", UncertaintyText(stats_));
    }
    if (!stats_.servo().empty()) Add("Servo", stats_.servo());
    if (stats_.has_uncertainty()) Add("Network noise", SpanText(stats_.uncertainty().noise_ns()));
    if (stats_.masters_size() < 2) return;  // the only one has its rows below
    for (const v1::MasterView& master : stats_.masters()) {
      Add("Master on " + master.interface(), MasterText(master));
    }
  }

  void AddClient() {
    if (stats_.has_frequency_correction_ppb()) {
      Add("Clock correction",
          CorrectionText(stats_.frequency_correction_ppb(), stats_.clock_slewing_at_maximum()));
    }
    if (stats_.has_offset_from_master_ns()) {
      Add("Offset from Master", SecondsText(stats_.offset_from_master_ns()));
    }
    const bool end_to_end = stats_.delay_mechanism() != v1::DELAY_MECHANISM_P2P;
    if (end_to_end && stats_.has_mean_path_delay_ns()) {
      Add("Mean Path Delay", SecondsText(stats_.mean_path_delay_ns()));
    }
    const v1::MessageCounters& messages = stats_.messages();
    Add("Announce received", messages.announce_received());
    Add("Sync received", messages.sync_received());
    if (end_to_end) {
      Add("DelayReq sent", messages.delay_req_sent());
      Add("DelayResp received", messages.delay_resp_received());
    }
    if (stats_.parent().sync_mode() != v1::SYNC_MODE_ONE_STEP) {
      Add("Follow-up received", messages.follow_up_received());
    }
  }

  void AddParent(const v1::ParentDataSet& parent) {
    Add("Best master ID", PortText(parent.parent_port_identity()));
    if (!parent.parent_address().empty()) Add("Best master IP", parent.parent_address());
    Add("GM priority", Printf("Priority1 %" PRIu32 ", Priority2 %" PRIu32 ", clockClass %" PRIu32,
                              parent.grandmaster_priority1(), parent.grandmaster_priority2(),
                              parent.grandmaster_clock_class()));
    const bool end_to_end = stats_.delay_mechanism() != v1::DELAY_MECHANISM_P2P;
    Add("Message rates",
        RateText(parent.log_sync_interval()) + " sync, " +
            (end_to_end ? RateText(parent.log_min_delay_req_interval()) + " delay, " : "") +
            RateText(parent.log_announce_interval()) + " announce");
    if (parent.sync_mode() != v1::SYNC_MODE_UNSPECIFIED) {
      Add("Sync mode", QuickEnumText(parent.sync_mode()));
    }
  }

  void AddTimeProperties(const v1::TimePropertiesDataSet& time) {
    Add("Time properties", std::string(time.ptp_timescale() ? "PTP" : "ARB") +
                               " timescale, tracbl: time " + YesNo(time.time_traceable()) +
                               ", freq " + YesNo(time.frequency_traceable()) +
                               ", src: " + TimeSourceText(time.time_source()));
    Add("UTC properties", "UTC valid: " + YesNo(time.current_utc_offset_valid()) +
                              ", UTC offset: " + std::to_string(time.current_utc_offset_s()) +
                              (time.leap61() ? ", LEAP61 pending" : "") +
                              (time.leap59() ? ", LEAP59 pending" : ""));
  }

  // The last rows are ours: why the port is not what it should be, and what most often
  // makes an offset poor.
  void AddMishaps() {
    const v1::FaultCounters& faults = stats_.faults();
    AddAuthentication();
    AddIfNotZero("Denied Unicast", faults.denied_unicast_requests());
    AddIfNotZero("Domain Mismatches", faults.domain_mismatches());
    AddIfNotZero("Excess messages", faults.excess_messages());
    AddIfNotZero("Ignored Announce", faults.ignored_announce());
    AddIfNotZero("Lost Transmit Timestamps", faults.lost_transmit_timestamps());
    AddIfNotZero("Unanswered DelayReq", faults.unanswered_delay_requests());
    AddReason();
  }

  void AddAuthentication() {
    if (!stats_.has_authentication()) return;
    const v1::AuthenticationStatus& status = stats_.authentication();
    Add("Authentication", "spp " + std::to_string(status.security_parameter_pointer()) + ", key " +
                              std::to_string(status.active_key_id()) +
                              (status.required() ? ", required" : ", not required"));
    const v1::FaultCounters& faults = stats_.faults();
    AddIfNotZero("Authentication invalid", faults.invalid_authentication());
    AddIfNotZero("Authentication key unknown", faults.unknown_authentication_keys());
    AddIfNotZero("Authentication missing", faults.unauthenticated_messages());
    AddIfNotZero("Replayed messages", faults.replayed_messages());
  }

  void AddReason() {
    const v1::PortReason reason = stats_.reason();
    const bool as_wanted =
        stats_.port_state() == v1::PORT_STATE_SLAVE || reason == v1::PORT_REASON_NONE;
    if (as_wanted) return;
    if (reason != v1::PORT_REASON_UNSPECIFIED) Add("Reason", QuickEnumText(reason));
    if (!stats_.state_reason().empty()) Add("State reason", stats_.state_reason());
  }

  const v1::PtpStats& stats_;
  const bool client_;
  std::vector<MetricRow> rows_;
};

}  // namespace

std::vector<MetricRow> PtpStatsTable(const v1::PtpStats& stats) {
  return Table(stats).Rows();
}

}  // namespace hostctl::cli
