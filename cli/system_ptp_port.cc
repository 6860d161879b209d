// system ptp port list, system ptp master list
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/format/printf.h"
#include "cli/proto_record.h"
#include "cli/ptp_clock_text.h"
#include "cli/rate_text.h"
#include "cli/state_value.h"
#include "google/protobuf/descriptor.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

std::string PortText(const v1::PortIdentity& port) {
  return port.clock_identity() + "/" + std::to_string(port.port_number());
}

// `announce_received` is `announce received 3`; only what has happened.
Value CountersText(const google::protobuf::Message& counters) {
  std::string text;
  const auto& type = *counters.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const uint64_t count = counters.GetReflection()->GetUInt64(counters, type.field(i));
    if (count == 0) continue;
    std::string name = type.field(i)->name();
    for (char& c : name) c = c == '_' ? ' ' : c;
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text.empty() ? "none" : text;
}

std::string IntervalsText(const v1::PortStatus& port) {
  const bool p2p = port.delay_mechanism() == v1::DELAY_MECHANISM_P2P;
  return "announce " + RateText(port.log_announce_interval()) + ", sync " +
         RateText(port.log_sync_interval()) +
         (p2p ? ", pdelay " + RateText(port.log_min_pdelay_req_interval())
              : ", delay " + RateText(port.log_min_delay_req_interval()));
}

std::string GrantsText(const v1::UnicastMaster& master) {
  std::string text;
  const auto add = [&text](const char* name, bool granted, int32_t log_interval) {
    if (granted) text += (text.empty() ? "" : ", ") + (name + (" " + RateText(log_interval)));
  };
  add("announce", master.has_granted_log_announce_interval(),
      master.granted_log_announce_interval());
  add("sync", master.has_granted_log_sync_interval(), master.granted_log_sync_interval());
  add("delay", master.has_granted_log_delay_resp_interval(),
      master.granted_log_delay_resp_interval());
  return text.empty() ? "none" : text;
}

Record PortForPeople(const v1::PortStatus& port) {
  Record record("PortStatus", {{"Interface", port.interface()},
                               {"Device", port.device()},
                               {"Port ID", PortText(port.port_identity())},
                               {"Port State", StateValue(EnumText(port.port_state()))},
                               {"Reason", EnumText(port.reason())},
                               {"State Reason", port.state_reason()},
                               {"Transport", TransportText(port.transport())},
                               {"Delay Mechanism", EnumText(port.delay_mechanism())},
                               {"Timestamping", EnumText(port.timestamping())}});
  record.heading = port.interface();
  const auto add = [&record](const char* name, Value value) {
    record.fields.push_back({name, std::move(value)});
  };
  if (!port.hardware_clock().empty()) add("Hardware Clock", port.hardware_clock());
  add("Intervals", IntervalsText(port));
  add("Announce Receipt Timeout", port.announce_receipt_timeout());
  if (port.has_mean_link_delay_ns()) {
    add("Mean Link Delay", Printf("%.9f s", port.mean_link_delay_ns() / 1e9));
  }
  if (port.has_neighbor_rate_ratio()) {
    add("Neighbor Rate Ratio", Printf("%+.3f ppm", (port.neighbor_rate_ratio() - 1) * 1e6));
  }
  if (port.has_as_capable()) add("As Capable", port.as_capable());
  add("PTP Version",
      std::to_string(port.version_number()) + "." + std::to_string(port.minor_version_number()));
  add("Messages", CountersText(port.messages()));
  add("Faults", CountersText(port.faults()));
  if (port.timestamping_repairs() != 0) add("Timestamping Repairs", port.timestamping_repairs());
  if (port.unicast_clients() != 0) add("Unicast Clients", port.unicast_clients());
  List masters;
  for (const v1::UnicastMaster& master : port.unicast_masters()) {
    Record unicast("UnicastMaster",
                   {{"Port ID", master.has_port_identity() ? Value(PortText(master.port_identity()))
                                                           : Value("unknown")},
                    {"Granted", GrantsText(master)}});
    if (!master.trouble().empty()) unicast.fields.push_back({"Trouble", master.trouble()});
    unicast.heading = master.address();
    masters.emplace_back(std::move(unicast));
  }
  if (!masters.empty()) add("Unicast Masters", masters);
  return record;
}

Outcome ListPorts(const Arguments& /*arguments*/, Session& session) {
  v1::ListPtpPortsResponse response;
  if (auto failure = session.connection.Call(&v1::PtpService::Stub::ListPtpPorts,
                                             v1::ListPtpPortsRequest(), &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] {
    Records records{true, {}, {}};
    for (const v1::PortStatus& port : response.ports())
      records.items.push_back(PortForPeople(port));
    return records;
  };
  output.machine = [response] { return RecordList(response.ports()); };
  return output;
}

// `best, followed`; of those that are the best of their port only `of port`.
std::string BestText(const v1::ForeignMaster& master) {
  std::string text = master.best() ? "best" : master.best_of_port() ? "of port" : "";
  if (master.followed()) text += text.empty() ? "followed" : ", followed";
  return text;
}

// A decision in words: `PRIORITY1`; nothing where there was none.
std::string DecisionText(const v1::ForeignMaster& master) {
  return master.decided_by() == v1::COMPARISON_STEP_UNSPECIFIED ? ""
                                                                : EnumText(master.decided_by());
}

Records MastersForPeople(const v1::ListPtpMastersResponse& response) {
  Records records{true, {}, {}};
  for (const v1::ForeignMaster& master : response.masters()) {
    records.items.push_back(
        Record("ForeignMaster",
               {{"Interface", master.interface()},
                {"Port ID", PortText(master.port_identity())},
                {"Address", master.address()},
                {"Grandmaster", master.grandmaster_identity()},
                {"Priority1", master.grandmaster_priority1()},
                {"Class", master.grandmaster_clock_class()},
                {"Accuracy", Printf("0x%02x", master.grandmaster_clock_accuracy())},
                {"Variance", Printf("0x%04x", master.grandmaster_offset_scaled_log_variance())},
                {"Priority2", master.grandmaster_priority2()},
                {"Steps", master.steps_removed()},
                {"Qualified", EnumText(master.qualification())},
                {"Best", BestText(master)},
                {"Decided By", DecisionText(master)},
                {"Age", Printf("%.1f s", master.age_s())}}));
  }
  return records;
}

Outcome ListMasters(const Arguments& /*arguments*/, Session& session) {
  v1::ListPtpMastersResponse response;
  if (auto failure = session.connection.Call(&v1::PtpService::Stub::ListPtpMasters,
                                             v1::ListPtpMastersRequest(), &response)) {
    return *failure;
  }
  Output output;
  if (!response.masters().empty()) {
    output.human = [response] { return MastersForPeople(response); };
  } else {
    output.lines =
        "No master is heard; `hostctl system ptp get` says why, if there should be one.\n";
  }
  output.machine = [response] { return RecordList(response.masters()); };
  return output;
}

Command PortListCommand() {
  Command list;
  list.path = {"system", "ptp", "port"};
  list.name = "list";
  list.description =
      "List the PTP ports: state and why, how they speak, what they sent and received.";
  list.rpc = "hostctl.v1.PtpService.ListPtpPorts";
  list.examples = {{"hostctl system ptp port list", "Why is this port not SLAVE?"},
                   {"hostctl --formatter=table --fields=interface,port_state,reason system ptp "
                    "port list",
                    "In short"}};
  list.run = ListPorts;
  return list;
}

Command MasterListCommand() {
  Command list;
  list.path = {"system", "ptp", "master"};
  list.name = "list";
  list.description =
      "List every PTP master that is heard, best first: what it announces, whether it qualifies, "
      "and which value decided against the next one.";
  list.rpc = "hostctl.v1.PtpService.ListPtpMasters";
  list.examples = {{"hostctl system ptp master list", "Which master wins, and why?"}};
  list.format = Format::kTable;
  list.run = ListMasters;
  return list;
}

}  // namespace

std::vector<Command> SystemPtpPortCommands() {
  return {PortListCommand(), MasterListCommand()};
}

}  // namespace hostctl::cli
