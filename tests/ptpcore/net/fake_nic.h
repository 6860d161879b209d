// The ioctls of network devices that stamp packets, as a driver answers them.
#pragma once

#include <linux/ethtool.h>
#include <linux/if_bonding.h>
#include <linux/if_vlan.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "ptpcore/net/device_ioctl.h"

namespace ptpcore::net {

struct FakeNic {
  std::string driver = "igc";
  uint32_t stamping = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |
                      SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_SOFTWARE;
  int phc_index = 0;
  uint32_t tx_types = 1U << HWTSTAMP_TX_OFF | 1U << HWTSTAMP_TX_ON;
  uint32_t rx_filters = 1U << HWTSTAMP_FILTER_NONE | 1U << HWTSTAMP_FILTER_ALL;
  hwtstamp_config config{};  // in force
  int widened_filter = -1;   // what the driver makes of any filter asked for
  int set_error = 0;         // errno of SIOCSHWTSTAMP
  bool can_tell = true;      // SIOCGHWTSTAMP
  int times_set = 0;
  std::string below;                 // of a VLAN
  int bond_mode = -1;                // of a bond
  std::vector<std::string> members;  // ... the first one active
};

class FakeNics {
 public:
  std::map<std::string, FakeNic> nics;

  DeviceIoctl ioctl() {
    return [this](unsigned long request, void* argument) { return Answer(request, argument); };
  }

 private:
  static int Refuse(int error) {
    errno = error;
    return -1;
  }
  int Answer(unsigned long request, void* argument) {
    if (request == SIOCGIFVLAN) {
      auto* asked = static_cast<vlan_ioctl_args*>(argument);
      const auto nic = nics.find(asked->device1);
      if (nic == nics.end() || nic->second.below.empty()) return Refuse(EINVAL);
      std::strcpy(asked->u.device2, nic->second.below.c_str());
      return 0;
    }
    auto* asked = static_cast<ifreq*>(argument);
    const auto found = nics.find(asked->ifr_name);
    if (found == nics.end()) return Refuse(ENODEV);
    FakeNic& nic = found->second;
    switch (request) {
      case SIOCETHTOOL:
        return Ethtool(nic, asked->ifr_data);
      case SIOCGHWTSTAMP:
        if (!nic.can_tell) return Refuse(EOPNOTSUPP);
        std::memcpy(asked->ifr_data, &nic.config, sizeof(nic.config));
        return 0;
      case SIOCSHWTSTAMP:
        if (nic.set_error != 0) return Refuse(nic.set_error);
        std::memcpy(&nic.config, asked->ifr_data, sizeof(nic.config));
        if (nic.widened_filter >= 0) nic.config.rx_filter = nic.widened_filter;
        std::memcpy(asked->ifr_data, &nic.config, sizeof(nic.config));
        ++nic.times_set;
        return 0;
      case SIOCBONDINFOQUERY: {
        auto* bond = static_cast<ifbond*>(asked->ifr_data);
        bond->bond_mode = nic.bond_mode;
        bond->num_slaves = static_cast<int>(nic.members.size());
        return 0;
      }
      case SIOCBONDSLAVEINFOQUERY: {
        auto* member = static_cast<ifslave*>(asked->ifr_data);
        std::strcpy(member->slave_name,
                    nic.members.at(static_cast<size_t>(member->slave_id)).c_str());
        member->state = member->slave_id == 0 ? BOND_STATE_ACTIVE : BOND_STATE_BACKUP;
        return 0;
      }
      default:
        return Refuse(EOPNOTSUPP);
    }
  }
  static int Ethtool(const FakeNic& nic, void* data) {
    uint32_t command = 0;
    std::memcpy(&command, data, sizeof(command));
    if (command == ETHTOOL_GDRVINFO) {
      std::strcpy(static_cast<ethtool_drvinfo*>(data)->driver, nic.driver.c_str());
      return 0;
    }
    if (command != ETHTOOL_GET_TS_INFO) return Refuse(EOPNOTSUPP);
    auto* info = static_cast<ethtool_ts_info*>(data);
    info->so_timestamping = nic.stamping;
    info->phc_index = nic.phc_index;
    info->tx_types = nic.tx_types;
    info->rx_filters = nic.rx_filters;
    return 0;
  }
};

}  // namespace ptpcore::net
