// What the test of PTP has found out about the host, before anybody judges it. Plain values:
// the probes fill them in, the judges (steps.h) read them, and tests make them up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firewall/trace_message.h"
#include "hostctl/v1/ptp_protocol.pb.h"
#include "hostctl/v1/ptp_stats.pb.h"
#include "service/diagnose/traffic.h"
#include "service/host/interfaces.h"
#include "service/host/resolve.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::diagnose {

// A bridge of this host that the interface's frames cross.
struct BridgeFacts {
  std::string bridge;
  bool multicast_snooping = false;
  bool multicast_querier = false;
  struct Port {
    std::string device;
    bool running = false;
    bool multicast_flood = true;     // unknown multicast is sent out of it
    bool carries_interface = false;  // towards our interface, not towards the network
  };
  std::vector<Port> ports;
};

struct InterfaceFacts {
  std::optional<host::Device> device;  // absent: the interface is missing
  std::string missing;                 // then, why
  std::vector<host::InterfaceNote> notes;
  // How the interface reaches the network, e.g. `vmk0 = eth0 (veth), port of br0, card enp1s0`.
  std::string path;
  std::vector<std::string> cards;  // physical devices behind it
  std::vector<std::string> cards_without_link;
  std::optional<BridgeFacts> bridge;
  // Devices that carry the same frames: the bridge, its ports, a VLAN's parent.
  std::vector<std::string> same_network;
  std::vector<std::string> groups;  // multicast groups that the device has joined
};

// A packet socket saw so much in so many seconds; see traffic.h.
struct WireFacts {
  bool available = false;   // packet sockets could be opened
  std::string unavailable;  // why not
  Traffic traffic;
};

struct FirewallFacts {
  bool traced = false;     // the kernel told what became of each packet
  std::string not_traced;  // why not
  std::vector<firewall::TracedDrop> drops;
  // Packets that our own ruleset ptpd dropped while it was watched.
  uint64_t ruleset_dropped = 0;
  firewall::RulesetPolicy ruleset;
  // FOREIGN_DROP and the like: what the tables of others say, read and not watched.
  std::vector<reconcile::Condition> conditions;
  // Packets that the reverse path filter of the kernel dropped while it was watched.
  uint64_t reverse_path_dropped = 0;
};

// What was tried after nothing had come by multicast.
struct MulticastProbe {
  bool tried = false;
  bool report_sent = false;        // that this host wants the group was told again
  bool report_on_wire = false;     // and a membership report was seen to leave
  bool came_after_report = false;  // then PTP arrived
  std::string asked;  // the address that a Delay_Req was sent to by unicast; empty: nobody
  bool unicast_answered = false;  // PTP came back from there, or its PTP port is open
};

// A program that could steer the system clock.
struct ClockProgram {
  std::string name;  // `chronyd`
  int pid = 0;
  std::string command;  // its command line
};

struct KernelClock {
  bool known = false;
  int64_t tai_offset_s = 0;                   // kernel's TAI - UTC; 0: never set
  std::optional<int> leap_list_tai_offset_s;  // as the list of leap seconds has it now
  std::optional<double> rtc_minus_kernel_s;   // hardware clock (in UTC) minus kernel time
};

struct Facts {
  reconcile::PtpView ptp;
  hostctl::v1::PtpProtocol protocol;  // in force: every value is present
  std::string state_problem;          // the stored document is not readable now; empty: it is
  bool simulated = false;             // a sandbox: no packets on any wire

  InterfaceFacts interface;
  WireFacts wire;
  FirewallFacts firewall;
  MulticastProbe multicast;
  std::vector<ClockProgram> clock_programs;  // that steer the clock PTP steers
  KernelClock kernel_clock;

  // The engine's reports at the beginning and at the end, and what stood in the way of one.
  std::optional<hostctl::v1::PtpStats> before;
  std::optional<hostctl::v1::PtpStats> after;
  std::string no_stats;
  double observed_s = 0;
  uint32_t restarts_while_observed = 0;

  // The last master that was followed, also one that is gone.
  std::string last_master_identity;
  std::string last_master_address;
};

}  // namespace hostctl::diagnose
