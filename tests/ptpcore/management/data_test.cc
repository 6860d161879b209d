#include "ptpcore/management/data.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "managed.h"

namespace ptpcore::management {
namespace {

std::vector<uint8_t> FromHex(const std::string& hex) {
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits.push_back(c);
  }
  std::vector<uint8_t> octets;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    octets.push_back(static_cast<uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return octets;
}

std::vector<uint8_t> DataOfSample(Id id) {
  const ClockView clock = SampleView();
  return DataOf(id, clock, clock.ports[0]);
}

TEST(ManagementDataTest, EachDataFieldHasTheSizeOfTheTable) {
  for (const Traits& traits : kTable) {
    if ((traits.support & kGet) == 0 || traits.size == kVariableSize) continue;
    EXPECT_EQ(DataOfSample(traits.id).size(), traits.size) << traits.name;
  }
}

TEST(ManagementDataTest, DefaultDataSet) {
  EXPECT_EQ(DataOfSample(Id::kDefaultDataSet),
            FromHex("01 00 0002 64 bb 22 4e5d 65 020000fffe00000c 18 00"));
}

TEST(ManagementDataTest, CurrentDataSet) {
  EXPECT_EQ(DataOfSample(Id::kCurrentDataSet), FromHex("0001 fffffffffffd0000 0000000000050000"));
}

TEST(ManagementDataTest, ParentDataSet) {
  EXPECT_EQ(DataOfSample(Id::kParentDataSet),
            FromHex("020000fffe00000a 0007 00 00 ffff 7fffffff 01 06 21 4e20 02 020000fffe00000a"));
}

TEST(ManagementDataTest, TimeProperties) {
  EXPECT_EQ(DataOfSample(Id::kTimePropertiesDataSet), FromHex("0025 1c 20"));
  EXPECT_EQ(DataOfSample(Id::kUtcProperties), FromHex("0025 04 00"));
  EXPECT_EQ(DataOfSample(Id::kTraceabilityProperties), FromHex("10 00"));
  EXPECT_EQ(DataOfSample(Id::kTimescaleProperties), FromHex("08 20"));
  EXPECT_EQ(DataOfSample(Id::kTime), FromHex("00006b02d655 3b9ac9ff"));
}

TEST(ManagementDataTest, PortDataSet) {
  ClockView clock = SampleView();
  PortView& port = clock.ports[0];
  port.log_min_delay_req_interval = -2;
  port.mean_link_delay = {7 * 65536};
  port.log_announce_interval = -3;
  port.announce_receipt_timeout = 4;
  port.log_sync_interval = -4;
  port.delay_mechanism = DelayMechanism::kP2p;
  port.log_min_pdelay_req_interval = -5;
  EXPECT_EQ(DataOf(Id::kPortDataSet, clock, port),
            FromHex("020000fffe00000c 0001 09 fe 0000000000070000 fd 04 fc 02 fb 12"));
}

TEST(ManagementDataTest, ClockDescription) {
  ClockView clock = SampleView();
  clock.product_description = "a;b;c";
  clock.revision_data = ";;1";
  clock.user_description = "n;p";
  clock.profile_identity = {0x00, 0x19, 0xA7, 0x01, 0x02, 0x03};
  PortView& port = clock.ports[0];
  port.mac = {2, 0, 0, 0, 0, 0x0C};
  port.address = {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}};
  EXPECT_EQ(DataOf(Id::kClockDescription, clock, port),
            FromHex("4000 0a 49454545203830322e33 0006 02000000000c 0001 0004 c0000201 000000 00"
                    "05 613b623b63 03 3b3b31 03 6e3b70 0019a7010203"));
}

TEST(ManagementDataTest, AnOrdinaryClockSaysThatItIsOne) {
  ClockView clock = SampleView();
  clock.default_ds.number_ports = 1;
  EXPECT_EQ(DataOf(Id::kClockDescription, clock, clock.ports[0])[0], 0x80);
}

TEST(ManagementDataTest, Tables) {
  ClockView clock = SampleView();
  clock.path_trace = {kGrandmaster};
  clock.acceptable_masters = {{{kGrandmaster, 7}, 3}};
  PortView& port = clock.ports[0];
  port.log_announce_interval = 1;
  port.unicast_masters = {{wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}}};
  EXPECT_EQ(DataOf(Id::kPathTraceList, clock, port), FromHex("020000fffe00000a"));
  EXPECT_EQ(DataOf(Id::kAcceptableMasterTable, clock, port),
            FromHex("0001 020000fffe00000a 0007 03"));
  EXPECT_EQ(DataOf(Id::kUnicastMasterTable, clock, port), FromHex("01 0001 0001 0004 c0000201"));
}

TEST(ManagementDataTest, FaultLogHasTheNewestFew) {
  ClockView clock = SampleView();
  for (int i = 0; i < 9; ++i) clock.faults.push_back({{1, 2}, Severity::kWarning, "a", "", "b"});
  const std::vector<uint8_t> data = DataOf(Id::kFaultLog, clock, clock.ports[0]);
  const std::vector<uint8_t> record = FromHex("0010 000000000001 00000002 04 01 61 00 01 62");
  ASSERT_EQ(data.size(), 2 + 4 * record.size());
  EXPECT_EQ(data[1], 4);
  EXPECT_TRUE(std::equal(record.begin(), record.end(), data.begin() + 2));
}

TEST(ManagementDataTest, TimeStatus) {
  ClockView clock = SampleView();
  clock.offset_from_master_ns = -2;
  clock.last_sync_ingress_ns = 3;
  clock.follow_up_information = {4, 5, {6, 7, 8}, 9};
  EXPECT_EQ(DataOf(Id::kTimeStatusNp, clock, clock.ports[0]),
            FromHex("fffffffffffffffe 0000000000000003 00000004 00000009 0005"
                    "0006 0000000000000007 0008 00000001 020000fffe00000a"));
  clock.parent_ds.grandmaster = kUs;
  EXPECT_EQ(DataOf(Id::kTimeStatusNp, clock, clock.ports[0])[41], 0) << "gmPresent";
}

TEST(ManagementDataTest, GrandmasterSettingsAreOurOwn) {
  ClockView clock = SampleView();
  clock.own_time_properties.frequency_traceable = true;
  EXPECT_EQ(DataOf(Id::kGrandmasterSettingsNp, clock, clock.ports[0]),
            FromHex("bb 22 4e5d 0025 20 a0"));
}

TEST(ManagementDataTest, PortProperties) {
  EXPECT_EQ(DataOfSample(Id::kPortPropertiesNp),
            FromHex("020000fffe00000c 0001 09 00 04 766d6b30"));
}

TEST(ManagementDataTest, PortStatisticsGoLowOctetFirst) {
  ClockView clock = SampleView();
  clock.ports[0].received[0] = 0x0102;
  clock.ports[0].sent[13] = 3;
  const std::vector<uint8_t> data = DataOf(Id::kPortStatsNp, clock, clock.ports[0]);
  EXPECT_EQ(data[10], 2);
  EXPECT_EQ(data[11], 1);
  EXPECT_EQ(data[10 + 8 * 16 + 8 * 13], 3);
}

TEST(ManagementDataTest, AThresholdThatIsTooLargeIsTheLargest) {
  ClockView clock = SampleView();
  clock.ports[0].neighbor_propagation_delay_threshold_ns = int64_t{1} << 40;
  EXPECT_EQ(DataOf(Id::kPortDataSetNp, clock, clock.ports[0]), FromHex("ffffffff 00000001"));
}

}  // namespace
}  // namespace ptpcore::management
