// network ip interface ipv4 get
#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/network_ip_interface.h"
#include "cli/proto_record.h"
#include "hostctl/v1/interface.grpc.pb.h"

namespace hostctl::cli {
namespace {

// `255.255.255.0` for 24.
std::string Netmask(uint32_t prefix_length) {
  const uint32_t bits = prefix_length == 0 ? 0 : ~uint32_t{0} << (32 - prefix_length);
  const in_addr mask{htonl(bits)};
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &mask, text.data(), text.size());
  return text.data();
}

// A row for each address; an interface without one has a row too, as with esxcli.
Records AddressesForPeople(const v1::ListInterfacesResponse& response) {
  Records records{true, {}, {}};
  for (const v1::Interface& interface : response.interfaces()) {
    const auto add = [&](const v1::IpAddress& ip, bool has_one) {
      records.items.push_back(
          Record("Ipv4", {{"Name", interface.name()},
                          {"IPv4 Address", ip.address()},
                          {"IPv4 Netmask", has_one ? Netmask(ip.prefix_length()) : ""},
                          {"IPv4 Broadcast", ip.broadcast()},
                          {"Address Type", has_one ? EnumText(ip.origin()) : "NONE"},
                          {"Gateway", interface.ipv4_gateway()}}));
    };
    for (const v1::IpAddress& ip : interface.ipv4_addresses()) add(ip, true);
    if (interface.ipv4_addresses().empty()) add(v1::IpAddress(), false);
  }
  return records;
}

Outcome Get(const Arguments& arguments, Session& session) {
  v1::ListInterfacesRequest request;
  request.set_name(arguments.String("interface-name"));
  request.set_netstack_instance(arguments.String("netstack"));
  v1::ListInterfacesResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::ListInterfaces, request,
                                             &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return AddressesForPeople(response); };
  output.machine = [response] { return RecordList(response.interfaces()); };
  return output;
}

}  // namespace

Command NetworkIpInterfaceIpv4GetCommand() {
  Command get;
  get.path = {"network", "ip", "interface", "ipv4"};
  get.name = "get";
  get.description = "Show the IPv4 addresses of the VMkernel interfaces.";
  get.rpc = "hostctl.v1.InterfaceService.ListInterfaces";
  get.options = {OnlyInterface(),
                 {'N', "netstack", ValueType::kString,
                  "Only those of this netstack instance: a network namespace or VRF."}};
  get.examples = {{"hostctl network ip interface ipv4 get -i vmk0", "Which address has vmk0?"}};
  get.format = Format::kTable;
  get.run = Get;
  return get;
}

}  // namespace hostctl::cli
