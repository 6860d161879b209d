// Everything about a clock that a management message can ask for, as it is at one moment.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ptpcore/protocol/data_sets.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/port_state.h"
#include "ptpcore/protocol/timescale.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_8021as.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::management {

// portDS.delayMechanism, table 21.
enum class DelayMechanism : uint8_t { kE2e = 1, kP2p = 2 };

// As PORT_PROPERTIES_NP numbers them.
enum class Timestamping : uint8_t { kSoftware = 0, kHardware = 1 };

// How many messages of each type; messageType is the index.
using MessageCounts = std::array<uint64_t, 16>;

// portDS, 8.2.15, and what belongs to a port beside it.
struct PortView {
  wire::PortIdentity identity;
  protocol::PortState state = protocol::PortState::kInitializing;
  int8_t log_min_delay_req_interval = 0;
  wire::TimeInterval mean_link_delay;
  int8_t log_announce_interval = 1;
  uint8_t announce_receipt_timeout = 3;
  int8_t log_sync_interval = 0;
  DelayMechanism delay_mechanism = DelayMechanism::kE2e;
  int8_t log_min_pdelay_req_interval = 0;
  uint8_t minor_version = wire::kMinorVersionPtp;
  bool master_only = false;
  bool unicast_negotiation = false;
  std::vector<wire::PortAddress> unicast_masters;
  bool acceptable_masters_only = false;
  int64_t neighbor_propagation_delay_threshold_ns = 0;
  bool as_capable = true;

  std::string interface;  // as users know it
  std::array<uint8_t, 6> mac{};
  wire::PortAddress address;
  Timestamping timestamping = Timestamping::kSoftware;
  MessageCounts received{};
  MessageCounts sent{};
};

// Of RFC 5424, as FaultRecord (5.3.10) has them.
enum class Severity : uint8_t { kError = 3, kWarning = 4, kNotice = 5 };

struct FaultRecord {
  wire::Timestamp time;
  Severity severity = Severity::kNotice;
  std::string name;
  std::string value;
  std::string description;
};

struct ClockView {
  protocol::DefaultDataSet default_ds;
  protocol::CurrentDataSet current_ds;
  protocol::ParentDataSet parent_ds;
  protocol::TimeProperties time_properties;
  wire::Timestamp time;  // in the timescale of time_properties
  bool path_trace_enabled = false;
  std::vector<wire::ClockIdentity> path_trace;
  std::vector<protocol::AcceptableMaster> acceptable_masters;

  std::string product_description;  // `manufacturer;model;instance`
  std::string revision_data;        // `hardware;firmware;software`
  std::string user_description;     // `name;place`
  std::array<uint8_t, 6> profile_identity{};
  std::vector<FaultRecord> faults;  // newest first

  // TIME_STATUS_NP
  int64_t offset_from_master_ns = 0;
  int64_t last_sync_ingress_ns = 0;
  wire::FollowUpInformation follow_up_information;  // of the last Follow_Up that had it

  // What the clock would announce as grandmaster (GRANDMASTER_SETTINGS_NP).
  protocol::TimeProperties own_time_properties;

  std::vector<PortView> ports;

  bool IsGrandmaster() const { return parent_ds.grandmaster == default_ds.clock_identity; }
};

}  // namespace ptpcore::management
