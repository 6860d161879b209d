#include "service/diagnose/bridge_facts.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hostctl::diagnose {
namespace {

bool IsOn(const ReadLine& read, const std::string& path, bool otherwise) {
  const std::string text = read(path);
  return text.empty() ? otherwise : text != "0";
}

const host::Device* Named(const host::Snapshot& snapshot, const std::string& name) {
  return name.empty() ? nullptr : snapshot.Find(name);
}

std::vector<const host::Device*> PortsOf(const host::Snapshot& snapshot,
                                         const std::string& controller) {
  std::vector<const host::Device*> ports;
  for (const host::Device& device : snapshot.devices) {
    if (device.controller == controller) ports.push_back(&device);
  }
  return ports;
}

// Devices down to the cards, from a device or the bridge or bond that it is a port of.
void AddCards(const host::Snapshot& snapshot, const host::Device& device, int depth,
              InterfaceFacts& interface) {
  if (depth == 0) return;
  if (device.kind == "physical") {
    if (std::count(interface.cards.begin(), interface.cards.end(), device.name) > 0) return;
    interface.cards.push_back(device.name);
    if (!device.running) interface.cards_without_link.push_back(device.name);
    return;
  }
  if (const host::Device* parent = Named(snapshot, device.parent)) {
    interface.same_network.push_back(parent->name);
    AddCards(snapshot, *parent, depth - 1, interface);
  }
  for (const host::Device* port : PortsOf(snapshot, device.name)) {
    interface.same_network.push_back(port->name);
    AddCards(snapshot, *port, depth - 1, interface);
  }
}

BridgeFacts BridgeOf(const host::Snapshot& snapshot, const ReadLine& read,
                     const std::string& bridge, const std::string& towards_interface) {
  const std::string folder = absl::StrCat("/sys/class/net/", bridge, "/bridge/");
  BridgeFacts facts;
  facts.bridge = bridge;
  facts.multicast_snooping = IsOn(read, folder + "multicast_snooping", false);
  facts.multicast_querier = IsOn(read, folder + "multicast_querier", false);
  for (const host::Device* port : PortsOf(snapshot, bridge)) {
    facts.ports.push_back(
        {port->name, port->running,
         IsOn(read, absl::StrCat("/sys/class/net/", port->name, "/brport/multicast_flood"), true),
         port->name == towards_interface});
  }
  return facts;
}

}  // namespace

std::string ReadLineOfFile(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void DescribeInterface(const host::Snapshot& snapshot, const ReadLine& read,
                       InterfaceFacts& interface) {
  constexpr int kDeepest = 6;
  if (!interface.device) return;
  const host::Device& device = *interface.device;
  std::string address;
  if (!device.ipv4.empty()) address = absl::StrCat(", ", device.ipv4.front().address);
  interface.path = absl::StrCat(device.name, " (", device.kind, ")", address);

  // The port through which its frames enter a bridge of this host: itself, the far end of
  // its veth pair, or, of a bridge that is the interface, none.
  const host::Device* port = device.controller.empty() ? Named(snapshot, device.peer) : &device;
  const host::Device* const controller =
      port == nullptr ? nullptr : Named(snapshot, port->controller);
  const host::Device* const bridge = device.kind == "bridge" ? &device : controller;
  if (bridge != nullptr && bridge->kind == "bridge") {
    interface.bridge = BridgeOf(snapshot, read, bridge->name,
                                bridge == &device || port == nullptr ? "" : port->name);
  }
  if (controller != nullptr) {
    absl::StrAppend(&interface.path, ", on ", controller->name);
    interface.same_network.push_back(controller->name);
    AddCards(snapshot, *controller, kDeepest, interface);
  }
  AddCards(snapshot, device, kDeepest, interface);
  const bool is_card = interface.cards.size() == 1 && interface.cards.front() == device.name;
  if (!interface.cards.empty() && !is_card) {
    absl::StrAppend(&interface.path, ", card ", absl::StrJoin(interface.cards, ", "));
  }
  auto& same = interface.same_network;
  same.erase(std::remove(same.begin(), same.end(), device.name), same.end());
}

}  // namespace hostctl::diagnose
