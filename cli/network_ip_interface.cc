// network ip interface list
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/proto_record.h"
#include "hostctl/v1/interface.grpc.pb.h"

namespace hostctl::cli {
namespace {

Record InterfaceForPeople(const v1::Interface& interface) {
  List addresses;
  for (const v1::IpAddress& ip : interface.ipv4_addresses()) {
    addresses.emplace_back(ip.address() + "/" + std::to_string(ip.prefix_length()));
  }
  Record record("Interface", {{"Name", interface.name()},
                              {"MAC Address", interface.mac_address()},
                              {"Enabled", interface.enabled()},
                              {"Portset", interface.portset()},
                              {"Netstack Instance", interface.netstack_instance()},
                              {"MTU", interface.mtu()},
                              {"Device", interface.device()},
                              {"Present", interface.present()},
                              {"Link Up", interface.link_up()},
                              {"Kind", interface.kind()},
                              {"IPv4 Addresses", std::move(addresses)}});
  record.heading = interface.name();
  return record;
}

Outcome ListInterfaces(const Arguments& /*arguments*/, Session& session) {
  v1::ListInterfacesResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::ListInterfaces,
                                             v1::ListInterfacesRequest(), &response)) {
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

}  // namespace

std::vector<Command> NetworkIpInterfaceCommands() {
  Command list;
  list.path = {"network", "ip", "interface"};
  list.name = "list";
  list.description = "List the VMkernel interfaces and the devices behind them.";
  list.rpc = "hostctl.v1.InterfaceService.ListInterfaces";
  list.examples = {{"hostctl network ip interface list", "Which device is vmk0?"}};
  list.run = ListInterfaces;
  return {list};
}

}  // namespace hostctl::cli
