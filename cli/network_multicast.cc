// network multicast group list
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/network_ip_interface.h"
#include "cli/proto_record.h"
#include "hostctl/v1/interface.grpc.pb.h"

namespace hostctl::cli {
namespace {

Records GroupsForPeople(const v1::ListMulticastGroupsResponse& response) {
  Records records{true, {}, {}};
  for (const v1::MulticastGroup& group : response.groups()) {
    records.items.push_back(Record("MulticastGroup", {{"Interface", group.interface()},
                                                      {"Device", group.device()},
                                                      {"Group", group.group()},
                                                      {"Users", group.users()}}));
  }
  return records;
}

Outcome ListGroups(const Arguments& arguments, Session& session) {
  v1::ListMulticastGroupsRequest request;
  request.set_interface(arguments.String("interface-name"));
  v1::ListMulticastGroupsResponse response;
  if (auto failure = session.connection.Call(&v1::InterfaceService::Stub::ListMulticastGroups,
                                             request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return GroupsForPeople(response); };
  output.machine = [response] { return RecordList(response.groups()); };
  return output;
}

}  // namespace

std::vector<Command> NetworkMulticastCommands() {
  Command list;
  list.path = {"network", "multicast", "group"};
  list.name = "list";
  list.description = "List the multicast groups that VMkernel interfaces have joined.";
  list.rpc = "hostctl.v1.InterfaceService.ListMulticastGroups";
  list.options = {OnlyInterface()};
  list.examples = {
      {"hostctl network multicast group list -i vmk0", "Does vmk0 listen to PTP (224.0.1.129)?"}};
  list.format = Format::kTable;
  list.run = ListGroups;
  return {list};
}

}  // namespace hostctl::cli
