// A boundary clock of two ports to manage, for the tests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ptpcore/management/responder.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_management.h"

namespace ptpcore::management {

inline constexpr wire::ClockIdentity kUs = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0C}};
inline constexpr wire::ClockIdentity kGrandmaster = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A}};
inline constexpr wire::PortIdentity kAsker = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0E}}, 4711};

// Port 1 follows kGrandmaster's port 7, port 2 is master.
inline ClockView SampleView() {
  ClockView clock;
  clock.default_ds.clock_identity = kUs;
  clock.default_ds.number_ports = 2;
  clock.default_ds.priority1 = 100;
  clock.default_ds.priority2 = 101;
  clock.default_ds.quality = {187, 0x22, 0x4E5D};
  clock.default_ds.domain_number = 24;
  clock.current_ds = {1, {-3 * 65536}, {5 * 65536}};
  clock.parent_ds.port = {kGrandmaster, 7};
  clock.parent_ds.grandmaster = kGrandmaster;
  clock.parent_ds.grandmaster_quality = {6, 0x21, 0x4E20};
  clock.parent_ds.grandmaster_priority1 = 1;
  clock.parent_ds.grandmaster_priority2 = 2;
  clock.time_properties.ptp_timescale = true;
  clock.time_properties.utc_offset_valid = true;
  clock.time_properties.time_traceable = true;
  clock.time_properties.time_source = 0x20;
  clock.time = {0x6B02D655, 999'999'999};
  clock.ports.resize(2);
  for (uint16_t i = 0; i < 2; ++i) clock.ports[i].identity = {kUs, static_cast<uint16_t>(i + 1)};
  clock.ports[0].state = protocol::PortState::kSlave;
  clock.ports[0].interface = "vmk0";
  clock.ports[1].state = protocol::PortState::kMaster;
  clock.ports[1].interface = "vmk1";
  return clock;
}

class FakeClock : public ManagedClock {
 public:
  ClockView View() const override { return view; }
  absl::Status Apply(const Change& change) override {
    changes.push_back(change);
    if (!answer.ok()) return answer;
    if (change.priority1) view.default_ds.priority1 = *change.priority1;
    for (PortView& port : view.ports) {
      if (change.log_sync_interval) port.log_sync_interval = *change.log_sync_interval;
    }
    return answer;
  }

  ClockView view = SampleView();
  std::vector<Change> changes;
  absl::Status answer;
};

// A request as pmc sends it, with the octets that its TLVs point to.
struct Request {
  wire::Message message;
  std::vector<uint8_t> tlvs;
};

inline Request RequestOf(wire::ManagementAction action, uint16_t id,
                         const std::vector<uint8_t>& data = {},
                         const wire::PortIdentity& target = wire::kAllPorts) {
  Request request;
  request.message.header = wire::HeaderOf(wire::MessageType::kManagement);
  request.message.header.source = kAsker;
  request.message.header.sequence_id = 42;
  request.message.header.domain_number = 24;
  wire::Management body;
  body.target = target;
  body.starting_boundary_hops = body.boundary_hops = 1;
  body.action = action;
  request.message.body = body;
  wire::AppendTlv(wire::ManagementTlv{id, data}, request.tlvs);
  return request;
}
inline Request RequestOf(wire::ManagementAction action, Id id,
                         const std::vector<uint8_t>& data = {},
                         const wire::PortIdentity& target = wire::kAllPorts) {
  return RequestOf(action, static_cast<uint16_t>(id), data, target);
}

}  // namespace ptpcore::management
