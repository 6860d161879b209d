// network ip interface list | add | set | remove
#include "cli/network_ip_interface.h"

#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/proto_record.h"
#include "hostctl/v1/interface.grpc.pb.h"

namespace hostctl::cli {
namespace {

template <typename Words>
List ListOf(const Words& words) {
  return {words.begin(), words.end()};
}

List AddressesOf(const google::protobuf::RepeatedPtrField<v1::IpAddress>& addresses) {
  List list;
  for (const v1::IpAddress& ip : addresses) {
    list.emplace_back(ip.address() + "/" + std::to_string(ip.prefix_length()));
  }
  return list;
}

// `hardware, software`; a device that stamps only one way says which.
List TimestampingOf(const v1::TimestampingCapabilities& can) {
  List list;
  const auto add = [&list](const std::string& how, bool transmit, bool receive) {
    if (transmit || receive) {
      list.emplace_back(how + (transmit && receive ? "" : transmit ? " (transmit)" : " (receive)"));
    }
  };
  add("hardware", can.hardware_transmit(), can.hardware_receive());
  add("software", can.software_transmit(), can.software_receive());
  return list;
}

std::string PhcOf(const v1::TimestampingCapabilities& can) {
  return can.has_phc_index() ? "/dev/ptp" + std::to_string(can.phc_index()) : "";
}

// esxcli's fields in its order, then ours.
Record InterfaceForPeople(const v1::Interface& interface) {
  Record record("Interface", {{"Name", interface.name()},
                              {"MAC Address", interface.mac_address()},
                              {"Enabled", interface.enabled()},
                              {"Portset", interface.portset()},
                              {"Portgroup", interface.portgroup()},
                              {"Netstack Instance", interface.netstack_instance()},
                              {"MTU", interface.mtu()},
                              {"Device", interface.device()},
                              {"Present", interface.present()},
                              {"Link Up", interface.link_up()},
                              {"Kind", interface.kind()},
                              {"Timestamping", TimestampingOf(interface.timestamping())},
                              {"PTP Hardware Clock", PhcOf(interface.timestamping())},
                              {"Services", ListOf(interface.services())},
                              {"Used By", ListOf(interface.used_by())},
                              {"IPv4 Addresses", AddressesOf(interface.ipv4_addresses())},
                              {"IPv6 Addresses", AddressesOf(interface.ipv6_addresses())}});
  record.heading = interface.name();
  return record;
}

Outcome ListInterfaces(const Arguments& arguments, Session& session) {
  v1::ListInterfacesRequest request;
  request.set_name(arguments.String("interface-name"));
  request.set_netstack_instance(arguments.String("netstack"));
  v1::ListInterfacesResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::ListInterfaces, request,
                                             &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] {
    Records records{true, {}, {}};
    for (const v1::Interface& interface : response.interfaces()) {
      records.items.push_back(InterfaceForPeople(interface));
    }
    return records;
  };
  output.machine = [response] { return RecordList(response.interfaces()); };
  return output;
}

Outcome Add(const Arguments& arguments, Session& session) {
  v1::AddInterfaceRequest request;
  request.set_name(arguments.String("interface-name"));
  if (arguments.Has("portgroup-name")) {
    request.set_bridge(arguments.String("portgroup-name"));
  } else if (arguments.Has("macvlan")) {
    request.set_parent_device(arguments.String("device"));
  } else {
    request.set_device(arguments.String("device"));
  }
  if (arguments.Has("mtu")) request.set_mtu(static_cast<uint32_t>(arguments.Integer("mtu")));
  request.set_mac_address(arguments.String("mac-address"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::AddInterfaceResponse response;
  if (auto failure =
          session.connection.Call(&v1::InterfaceService::Stub::AddInterface, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Outcome Set(const Arguments& arguments, Session& session) {
  v1::UpdateInterfaceRequest request;
  request.set_name(arguments.String("interface-name"));
  v1::InterfaceConfig& config = *request.mutable_config();
  if (arguments.Has("enabled")) {
    config.set_enabled(arguments.Boolean("enabled"));
    request.mutable_update_mask()->add_paths("enabled");
  }
  if (arguments.Has("mtu")) {
    config.set_mtu(static_cast<uint32_t>(arguments.Integer("mtu")));
    request.mutable_update_mask()->add_paths("mtu");
  }
  if (arguments.Has("service")) {
    for (const std::string& service : arguments.List("service")) {
      if (!service.empty()) config.add_services(service);
    }
    request.mutable_update_mask()->add_paths("services");
  }
  request.set_force(arguments.Has("force"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::UpdateInterfaceResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::UpdateInterface, request,
                                             &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Outcome Remove(const Arguments& arguments, Session& session) {
  v1::RemoveInterfaceRequest request;
  request.set_name(arguments.String("interface-name"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::RemoveInterfaceResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::RemoveInterface, request,
                                             &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Option DryRun() {
  return {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."};
}

Option Mtu(const std::string& description) {
  return Option{'m', "mtu", ValueType::kInteger, description}.Range(68, 65536);
}

Option Existing() {
  return Option{'i', "interface-name", ValueType::kString, "The interface, e.g. vmk0."}
      .Required()
      .Live(LiveValues::kInterfaces);
}

Command NewCommand(const std::string& name, const std::string& description,
                   const std::string& rpc) {
  Command command;
  command.path = {"network", "ip", "interface"};
  command.name = name;
  command.description = description;
  command.rpc = "hostctl.v1.InterfaceService." + rpc;
  return command;
}

Command ListCommand() {
  Command list = NewCommand("list", "List the VMkernel interfaces and the devices behind them.",
                            "ListInterfaces");
  list.options = {OnlyInterface(),
                  {'N', "netstack", ValueType::kString,
                   "Only those of this netstack instance: a network namespace or VRF."}};
  list.examples = {{"hostctl network ip interface list", "Which device is vmk0?"}};
  list.run = ListInterfaces;
  return list;
}

Command AddCommand() {
  Command add =
      NewCommand("add", "Name a device as a VMkernel interface, or make one.", "AddInterface");
  add.options = {
      Option{'i', "interface-name", ValueType::kString, "Its name: vmk and a number."}.Required(),
      Option{'d', "device", ValueType::kString, "The network device that gets the name."}.Live(
          LiveValues::kDevices),
      {'\0', "macvlan", ValueType::kFlag, "Make a macvlan on the device, and name that."},
      Option{'p', "portgroup-name", ValueType::kString, "Make a new port of this bridge."}.Live(
          LiveValues::kDevices),
      Mtu("Largest packet, in octets. Default: as the device or bridge."),
      {'M', "mac-address", ValueType::kString,
       "MAC address of the port or macvlan that is made. Default: made up, and kept."},
      DryRun(),
  };
  add.exclusive = {{"device", "portgroup-name"}, {"macvlan", "portgroup-name"}};
  add.at_least_one = {"device", "portgroup-name"};
  add.examples = {
      {"hostctl network ip interface add -i vmk3 --device eth2", "Call eth2 vmk3"},
      {"hostctl network ip interface add -i vmk3 --portgroup-name br0", "A new port of br0"},
      {"hostctl network ip interface add -i vmk3 --device eth2 --macvlan", "A macvlan on eth2"}};
  add.run = Add;
  return add;
}

Command SetCommand() {
  Command set = NewCommand("set", "Change an interface; what is set is kept, also across reboots.",
                           "UpdateInterface");
  set.options = {
      Existing(),
      {'e', "enabled", ValueType::kBoolean, "Bring it up (true) or down (false)."},
      Mtu("Largest packet, in octets."),
      {'t', "service", ValueType::kList,
       "Tag it for this service, and no other: `ptp` runs on it unless told otherwise; an empty "
       "string for none."},
      {'f', "force", ValueType::kFlag, "Bring it down although it holds the default route."},
      DryRun(),
  };
  set.at_least_one = {"enabled", "mtu", "service"};
  set.examples = {
      {"hostctl network ip interface set -i vmk3 --mtu 9000", "Jumbo frames on vmk3"},
      {"hostctl network ip interface set -i vmk3 --service ptp", "PTP shall run on vmk3"}};
  set.run = Set;
  return set;
}

Command RemoveCommand() {
  Command remove =
      NewCommand("remove", "Remove an interface: the device if hostd made it, else only its name.",
                 "RemoveInterface");
  remove.options = {Existing(), DryRun()};
  remove.examples = {{"hostctl network ip interface remove -i vmk3", "No more vmk3"}};
  remove.run = Remove;
  return remove;
}

}  // namespace

Option OnlyInterface() {
  return Option{'i', "interface-name", ValueType::kString, "Only this interface, e.g. vmk0."}.Live(
      LiveValues::kInterfaces);
}

std::vector<Command> NetworkIpInterfaceCommands() {
  return {ListCommand(), AddCommand(), SetCommand(), RemoveCommand(),
          NetworkIpInterfaceIpv4GetCommand()};
}

}  // namespace hostctl::cli
