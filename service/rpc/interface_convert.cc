#include "service/rpc/interface_convert.h"

#include <set>

#include "service/reconcile/failure.h"
#include "service/rpc/convert.h"

namespace hostctl::rpc {
namespace {

v1::AddressOrigin ToProto(host::AddressOrigin origin) {
  switch (origin) {
    case host::AddressOrigin::kStatic:
      return v1::ADDRESS_ORIGIN_STATIC;
    case host::AddressOrigin::kDhcp:
      return v1::ADDRESS_ORIGIN_DHCP;
    case host::AddressOrigin::kAutoconf:
      return v1::ADDRESS_ORIGIN_AUTOCONF;
    case host::AddressOrigin::kLinkLocal:
      return v1::ADDRESS_ORIGIN_LINK_LOCAL;
  }
  return v1::ADDRESS_ORIGIN_UNSPECIFIED;
}

v1::IpAddress ToProto(const host::IpAddress& address) {
  v1::IpAddress out;
  out.set_address(address.address);
  out.set_prefix_length(static_cast<uint32_t>(address.prefix_length));
  out.set_broadcast(address.broadcast);
  out.set_origin(ToProto(address.origin));
  return out;
}

v1::TimestampingCapabilities ToProto(const host::Timestamping& timestamping) {
  v1::TimestampingCapabilities out;
  out.set_hardware_transmit(timestamping.hardware_transmit);
  out.set_hardware_receive(timestamping.hardware_receive);
  out.set_software_transmit(timestamping.software_transmit);
  out.set_software_receive(timestamping.software_receive);
  if (timestamping.phc_index.has_value()) out.set_phc_index(*timestamping.phc_index);
  return out;
}

void AddDevice(const host::Device& device, v1::Interface& out) {
  out.set_device(device.name);
  out.set_present(true);
  out.set_enabled(device.up);
  out.set_link_up(device.running);
  out.set_mac_address(device.mac);
  out.set_mtu(device.mtu);
  out.set_index(static_cast<uint32_t>(device.index));
  out.set_kind(device.kind);
  out.set_ipv4_gateway(device.ipv4_gateway);
  out.set_parent_device(device.parent);
  out.set_vlan_id(device.vlan_id.value_or(0));
  for (const host::IpAddress& address : device.ipv4) {
    *out.add_ipv4_addresses() = ToProto(address);
  }
  for (const host::IpAddress& address : device.ipv6) {
    *out.add_ipv6_addresses() = ToProto(address);
  }
}

}  // namespace

absl::StatusOr<reconcile::InterfaceAddition> FromProto(const v1::AddInterfaceRequest& request) {
  using To = reconcile::InterfaceAddition::To;
  reconcile::InterfaceAddition addition;
  addition.name = request.name();
  switch (request.attachment_case()) {
    case v1::AddInterfaceRequest::kDevice:
      addition.to = To::kDevice;
      addition.target = request.device();
      break;
    case v1::AddInterfaceRequest::kBridge:
      addition.to = To::kBridge;
      addition.target = request.bridge();
      break;
    case v1::AddInterfaceRequest::kParentDevice:
      addition.to = To::kMacvlan;
      addition.target = request.parent_device();
      break;
    case v1::AddInterfaceRequest::ATTACHMENT_NOT_SET:
      return reconcile::Failure(
          absl::StatusCode::kInvalidArgument,
          "an interface needs a device, a bridge or a device to stand on",
          {"INTERFACE_TARGET_REQUIRED", "device", "hostctl network ip interface add --help"});
  }
  addition.mac = request.mac_address();
  if (request.has_mtu()) addition.mtu = request.mtu();
  return addition;
}

absl::StatusOr<reconcile::InterfaceUpdate> FromProto(const v1::UpdateInterfaceRequest& request) {
  const auto fields = FieldsOf(request.update_mask(), {"enabled", "mtu", "services"},
                               /*empty_means_all=*/true);
  if (!fields.ok()) return fields.status();
  const v1::InterfaceConfig& config = request.config();
  reconcile::InterfaceUpdate update;
  update.name = request.name();
  update.force = request.force();
  if (fields->count("enabled") > 0) update.enabled = config.enabled();
  if (fields->count("mtu") > 0) update.mtu = config.mtu();
  if (fields->count("services") > 0) {
    update.services.emplace(config.services().begin(), config.services().end());
  }
  return update;
}

v1::Interface ToProto(const reconcile::InterfaceView& view) {
  v1::Interface out;
  out.set_name(view.binding.name);
  out.set_permanent_mac_address(view.binding.permanent_mac);
  out.set_netstack_instance(view.netstack);
  out.set_portset(view.portset);
  out.set_portgroup(view.portgroup);
  out.set_created(view.created);
  for (const std::string& service : view.services) out.add_services(service);
  for (const std::string& user : view.used_by) out.add_used_by(user);
  if (view.device.has_value()) AddDevice(*view.device, out);
  if (view.timestamping.has_value()) *out.mutable_timestamping() = ToProto(*view.timestamping);
  return out;
}

v1::MulticastGroup ToProto(const reconcile::GroupView& view) {
  v1::MulticastGroup out;
  out.set_interface(view.interface);
  out.set_device(view.group.device);
  out.set_group(view.group.group);
  out.set_users(static_cast<uint32_t>(view.group.users));
  return out;
}

}  // namespace hostctl::rpc
