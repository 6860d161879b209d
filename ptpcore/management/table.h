// The managementIds of IEEE 1588-2019 table 59, one line each, and those that linuxptp adds in
// the range for implementations: whom each concerns, what may be done with it, and how
// long its data field is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ptpcore::management {

enum class Id : uint16_t {
  kNullManagement = 0x0000,
  kClockDescription = 0x0001,
  kUserDescription = 0x0002,
  kSaveInNonVolatileStorage = 0x0003,
  kResetNonVolatileStorage = 0x0004,
  kInitialize = 0x0005,
  kFaultLog = 0x0006,
  kFaultLogReset = 0x0007,
  kDefaultDataSet = 0x2000,
  kCurrentDataSet = 0x2001,
  kParentDataSet = 0x2002,
  kTimePropertiesDataSet = 0x2003,
  kPortDataSet = 0x2004,
  kPriority1 = 0x2005,
  kPriority2 = 0x2006,
  kDomain = 0x2007,
  kSlaveOnly = 0x2008,
  kLogAnnounceInterval = 0x2009,
  kAnnounceReceiptTimeout = 0x200A,
  kLogSyncInterval = 0x200B,
  kVersionNumber = 0x200C,
  kEnablePort = 0x200D,
  kDisablePort = 0x200E,
  kTime = 0x200F,
  kClockAccuracy = 0x2010,
  kUtcProperties = 0x2011,
  kTraceabilityProperties = 0x2012,
  kTimescaleProperties = 0x2013,
  kUnicastNegotiationEnable = 0x2014,
  kPathTraceList = 0x2015,
  kPathTraceEnable = 0x2016,
  kGrandmasterClusterTable = 0x2017,
  kUnicastMasterTable = 0x2018,
  kUnicastMasterMaxTableSize = 0x2019,
  kAcceptableMasterTable = 0x201A,
  kAcceptableMasterTableEnabled = 0x201B,
  kAcceptableMasterMaxTableSize = 0x201C,
  kAlternateMaster = 0x201D,
  kAlternateTimeOffsetEnable = 0x201E,
  kAlternateTimeOffsetName = 0x201F,
  kAlternateTimeOffsetMaxKey = 0x2020,
  kAlternateTimeOffsetProperties = 0x2021,
  kExternalPortConfigurationEnabled = 0x3000,
  kMasterOnly = 0x3001,
  kHoldoverUpgradeEnable = 0x3002,
  kExtPortConfigPortDataSet = 0x3003,
  kTransparentClockDefaultDataSet = 0x4000,
  kTransparentClockPortDataSet = 0x4001,
  kPrimaryDomain = 0x4002,
  kDelayMechanism = 0x6000,
  kLogMinPdelayReqInterval = 0x6001,
  // linuxptp's
  kTimeStatusNp = 0xC000,
  kGrandmasterSettingsNp = 0xC001,
  kPortDataSetNp = 0xC002,
  kPortPropertiesNp = 0xC004,
  kPortStatsNp = 0xC005,
};

enum class Scope { kClock, kPort };

// What the engine does on request.
enum Support : uint8_t {
  kNothing = 0,  // NOT_SUPPORTED: an option that it does not implement
  kGet = 1 << 0,
  kSet = 1 << 1,
  kCommand = 1 << 2,
};

inline constexpr size_t kVariableSize = SIZE_MAX;

struct Traits {
  Id id;
  const char* name;
  Scope scope;
  uint8_t support;  // of Support
  size_t size;      // octets of the data field; kVariableSize where they differ
};

inline constexpr std::array<Traits, 56> kTable = {{
    {Id::kNullManagement, "NULL_PTP_MANAGEMENT", Scope::kPort, kGet | kSet | kCommand, 0},
    {Id::kClockDescription, "CLOCK_DESCRIPTION", Scope::kPort, kGet, kVariableSize},
    {Id::kUserDescription, "USER_DESCRIPTION", Scope::kClock, kGet, kVariableSize},
    {Id::kSaveInNonVolatileStorage, "SAVE_IN_NON_VOLATILE_STORAGE", Scope::kClock, kNothing, 0},
    {Id::kResetNonVolatileStorage, "RESET_NON_VOLATILE_STORAGE", Scope::kClock, kNothing, 0},
    {Id::kInitialize, "INITIALIZE", Scope::kClock, kNothing, 2},
    {Id::kFaultLog, "FAULT_LOG", Scope::kClock, kGet, kVariableSize},
    {Id::kFaultLogReset, "FAULT_LOG_RESET", Scope::kClock, kNothing, 0},
    {Id::kDefaultDataSet, "DEFAULT_DATA_SET", Scope::kClock, kGet, 20},
    {Id::kCurrentDataSet, "CURRENT_DATA_SET", Scope::kClock, kGet, 18},
    {Id::kParentDataSet, "PARENT_DATA_SET", Scope::kClock, kGet, 32},
    {Id::kTimePropertiesDataSet, "TIME_PROPERTIES_DATA_SET", Scope::kClock, kGet, 4},
    {Id::kPortDataSet, "PORT_DATA_SET", Scope::kPort, kGet, 26},
    {Id::kPriority1, "PRIORITY1", Scope::kClock, kGet | kSet, 2},
    {Id::kPriority2, "PRIORITY2", Scope::kClock, kGet | kSet, 2},
    {Id::kDomain, "DOMAIN", Scope::kClock, kGet | kSet, 2},
    {Id::kSlaveOnly, "SLAVE_ONLY", Scope::kClock, kGet | kSet, 2},
    {Id::kLogAnnounceInterval, "LOG_ANNOUNCE_INTERVAL", Scope::kPort, kGet | kSet, 2},
    {Id::kAnnounceReceiptTimeout, "ANNOUNCE_RECEIPT_TIMEOUT", Scope::kPort, kGet | kSet, 2},
    {Id::kLogSyncInterval, "LOG_SYNC_INTERVAL", Scope::kPort, kGet | kSet, 2},
    {Id::kVersionNumber, "VERSION_NUMBER", Scope::kPort, kGet, 2},
    {Id::kEnablePort, "ENABLE_PORT", Scope::kPort, kNothing, 0},
    {Id::kDisablePort, "DISABLE_PORT", Scope::kPort, kNothing, 0},
    {Id::kTime, "TIME", Scope::kClock, kGet, 10},
    {Id::kClockAccuracy, "CLOCK_ACCURACY", Scope::kClock, kGet | kSet, 2},
    {Id::kUtcProperties, "UTC_PROPERTIES", Scope::kClock, kGet | kSet, 4},
    {Id::kTraceabilityProperties, "TRACEABILITY_PROPERTIES", Scope::kClock, kGet | kSet, 2},
    {Id::kTimescaleProperties, "TIMESCALE_PROPERTIES", Scope::kClock, kGet | kSet, 2},
    {Id::kUnicastNegotiationEnable, "UNICAST_NEGOTIATION_ENABLE", Scope::kPort, kGet | kSet, 2},
    {Id::kPathTraceList, "PATH_TRACE_LIST", Scope::kClock, kGet, kVariableSize},
    {Id::kPathTraceEnable, "PATH_TRACE_ENABLE", Scope::kClock, kGet | kSet, 2},
    {Id::kGrandmasterClusterTable, "GRANDMASTER_CLUSTER_TABLE", Scope::kClock, kNothing,
     kVariableSize},
    {Id::kUnicastMasterTable, "UNICAST_MASTER_TABLE", Scope::kPort, kGet, kVariableSize},
    {Id::kUnicastMasterMaxTableSize, "UNICAST_MASTER_MAX_TABLE_SIZE", Scope::kPort, kGet, 2},
    {Id::kAcceptableMasterTable, "ACCEPTABLE_MASTER_TABLE", Scope::kClock, kGet, kVariableSize},
    {Id::kAcceptableMasterTableEnabled, "ACCEPTABLE_MASTER_TABLE_ENABLED", Scope::kPort, kGet, 2},
    {Id::kAcceptableMasterMaxTableSize, "ACCEPTABLE_MASTER_MAX_TABLE_SIZE", Scope::kClock, kGet, 2},
    {Id::kAlternateMaster, "ALTERNATE_MASTER", Scope::kPort, kNothing, 4},
    {Id::kAlternateTimeOffsetEnable, "ALTERNATE_TIME_OFFSET_ENABLE", Scope::kClock, kNothing, 2},
    {Id::kAlternateTimeOffsetName, "ALTERNATE_TIME_OFFSET_NAME", Scope::kClock, kNothing,
     kVariableSize},
    {Id::kAlternateTimeOffsetMaxKey, "ALTERNATE_TIME_OFFSET_MAX_KEY", Scope::kClock, kNothing, 2},
    {Id::kAlternateTimeOffsetProperties, "ALTERNATE_TIME_OFFSET_PROPERTIES", Scope::kClock,
     kNothing, 16},
    {Id::kExternalPortConfigurationEnabled, "EXTERNAL_PORT_CONFIGURATION_ENABLED", Scope::kClock,
     kGet, 2},
    {Id::kMasterOnly, "MASTER_ONLY", Scope::kPort, kGet, 2},
    {Id::kHoldoverUpgradeEnable, "HOLDOVER_UPGRADE_ENABLE", Scope::kClock, kNothing, 2},
    {Id::kExtPortConfigPortDataSet, "EXT_PORT_CONFIG_PORT_DATA_SET", Scope::kPort, kNothing, 2},
    {Id::kTransparentClockDefaultDataSet, "TRANSPARENT_CLOCK_DEFAULT_DATA_SET", Scope::kClock,
     kNothing, 12},
    {Id::kTransparentClockPortDataSet, "TRANSPARENT_CLOCK_PORT_DATA_SET", Scope::kPort, kNothing,
     20},
    {Id::kPrimaryDomain, "PRIMARY_DOMAIN", Scope::kClock, kNothing, 2},
    {Id::kDelayMechanism, "DELAY_MECHANISM", Scope::kPort, kGet | kSet, 2},
    {Id::kLogMinPdelayReqInterval, "LOG_MIN_PDELAY_REQ_INTERVAL", Scope::kPort, kGet | kSet, 2},
    {Id::kTimeStatusNp, "TIME_STATUS_NP", Scope::kClock, kGet, 50},
    {Id::kGrandmasterSettingsNp, "GRANDMASTER_SETTINGS_NP", Scope::kClock, kGet | kSet, 8},
    {Id::kPortDataSetNp, "PORT_DATA_SET_NP", Scope::kPort, kGet | kSet, 8},
    {Id::kPortPropertiesNp, "PORT_PROPERTIES_NP", Scope::kPort, kGet, kVariableSize},
    {Id::kPortStatsNp, "PORT_STATS_NP", Scope::kPort, kGet, 266},
}};

// Null for an id that is not in the table.
constexpr const Traits* Find(uint16_t id) {
  for (const Traits& traits : kTable) {
    if (static_cast<uint16_t>(traits.id) == id) return &traits;
  }
  return nullptr;
}

}  // namespace ptpcore::management
