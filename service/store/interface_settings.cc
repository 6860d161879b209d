#include "service/store/interface_settings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/host/binding.h"
#include "service/host/mac_address.h"
#include "service/store/members.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

constexpr char kBridgePort[] = "bridge_port";
constexpr char kMacvlan[] = "macvlan";

bool IsOrdinaryMac(const std::string& text) {
  const auto mac = host::ParseMac(text);
  return mac.ok() && *mac == text;
}

CreatedDevice ReadCreated(const json& value, const std::string& path, absl::Status& status) {
  CreatedDevice created;
  Members members(value, path, status);
  std::string kind;
  members.Read(
      "kind", kind, [](const std::string& s) { return s == kBridgePort || s == kMacvlan; },
      "bridge_port or macvlan");
  created.kind =
      kind == kBridgePort ? host::DeviceSpec::Kind::kBridgePort : host::DeviceSpec::Kind::kMacvlan;
  members.Read("parent", created.parent, IsName, "the name of a network device");
  members.Read("mac", created.mac, IsOrdinaryMac, "a MAC address in lower case");
  members.RefuseOthers();
  return created;
}

void ReadServices(Members& members, std::vector<std::string>& services) {
  const json* list = members.Get("services");
  if (list == nullptr) return;
  if (!list->is_array()) return members.RefuseMember("services", *list, "an array");
  for (const json& entry : *list) {
    const std::string name = entry.is_string() ? entry.get<std::string>() : "";
    const bool known = std::find(kTaggableServices.begin(), kTaggableServices.end(), name) !=
                       kTaggableServices.end();
    if (!known || std::count(services.begin(), services.end(), name) > 0) {
      return members.RefuseMember("services[]", entry, "ptp, named only once");
    }
    services.push_back(name);
  }
}

InterfaceSettings ReadSettings(const json& value, const std::string& path, absl::Status& status) {
  InterfaceSettings settings;
  Members members(value, path, status);
  if (members.Has("created")) {
    settings.created = ReadCreated(*members.Get("created"), path + ".created", status);
  }
  if (members.Has("enabled")) members.Read("enabled", settings.enabled.emplace());
  if (members.Has("mtu")) {
    int64_t mtu = 0;
    members.Read("mtu", kMinMtu, kMaxMtu, mtu);
    settings.mtu = static_cast<uint32_t>(mtu);
  }
  if (members.Has("services")) ReadServices(members, settings.services);
  members.RefuseOthers();
  return settings;
}

}  // namespace

json ToJson(const Interfaces& interfaces) {
  json all = json::object();
  for (const auto& [name, settings] : interfaces) {
    json one = json::object();
    if (settings.created.has_value()) {
      const bool is_port = settings.created->kind == host::DeviceSpec::Kind::kBridgePort;
      one["created"] = {{"kind", is_port ? kBridgePort : kMacvlan},
                        {"parent", settings.created->parent},
                        {"mac", settings.created->mac}};
    }
    if (settings.enabled.has_value()) one["enabled"] = *settings.enabled;
    if (settings.mtu.has_value()) one["mtu"] = *settings.mtu;
    if (!settings.services.empty()) one["services"] = settings.services;
    all[name] = std::move(one);
  }
  return all;
}

Interfaces ReadInterfaces(const json& value, absl::Status& status) {
  Interfaces interfaces;
  if (!status.ok()) return interfaces;
  if (!value.is_object()) {
    status = absl::InvalidArgumentError(
        absl::StrCat("`interfaces` is ", Shown(value), ", must be an object"));
    return interfaces;
  }
  for (const auto& item : value.items()) {
    if (!host::IsVmkernelName(item.key())) {
      status = absl::InvalidArgumentError(absl::StrCat(
          "`interfaces` has a member ", Shown(item.key()), ", must be vmk and a number"));
      return interfaces;
    }
    interfaces[item.key()] =
        ReadSettings(item.value(), absl::StrCat("interfaces.", item.key()), status);
  }
  return interfaces;
}

}  // namespace hostctl::store
