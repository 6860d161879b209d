#include "cli/proto_record.h"

#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "hostctl/v1/firewall.pb.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {
namespace {

Value FieldOf(const Record& record, const std::string& name) {
  for (const Field& field : record.fields) {
    if (field.name == name) return field.value;
  }
  ADD_FAILURE() << record.type << " has no field " << name;
  return {};
}

TEST(RecordOf, HasEveryFieldTypedInTheOrderOfItsDeclaration) {
  v1::Rule rule;
  rule.set_ruleset_id("ptpd");
  rule.set_direction(v1::DIRECTION_INBOUND);
  rule.set_port_begin(319);
  EXPECT_EQ(RenderJson(SingleRecord(rule)), R"({
  "ruleset_id": "ptpd",
  "direction": "INBOUND",
  "protocol": "UNSPECIFIED",
  "port_type": "UNSPECIFIED",
  "port_begin": 319,
  "port_end": 0,
  "packets_passed": null,
  "bytes_passed": null,
  "packets_dropped": null,
  "bytes_dropped": null
}
)");
  EXPECT_EQ(RecordOf(rule).type, "Rule");
}

TEST(RecordOf, WritesTimesAsText) {
  v1::PtpEvent event;
  EXPECT_TRUE(FieldOf(RecordOf(event), "time").absent());
  event.mutable_time()->set_seconds(1623949795);
  event.mutable_time()->set_nanos(5);
  EXPECT_EQ(Text(FieldOf(RecordOf(event), "time")), "2021-06-17T17:09:55.000000005Z");
}

TEST(RecordOf, TellsAbsentFromDefault) {
  v1::PtpStats stats;
  stats.mutable_offset_from_master_ns()->set_last(0);
  const Record record = RecordOf(stats);
  EXPECT_FALSE(FieldOf(record, "parent").record()->present);
  EXPECT_TRUE(FieldOf(record, "offset_from_master_ns").record()->present);
  EXPECT_TRUE(FieldOf(record, "messages").record()->present) << "not optional: zeros";
}

TEST(RecordOf, KeepsTheColumnsOfWhatIsAbsent) {
  v1::PtpStats with;
  with.mutable_parent()->mutable_parent_port_identity();
  with.mutable_time_properties();
  with.mutable_mean_path_delay_ns();
  const auto header = [](const v1::PtpStats& stats) {
    const std::string text = RenderCsv(SingleRecord(stats));
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(header(v1::PtpStats()), header(with));
  EXPECT_NE(header(with).find(",parent.parent_port_identity.clock_identity,"), std::string::npos);
  EXPECT_NE(header(with).find(",mean_path_delay_ns.std_dev,"), std::string::npos);
}

TEST(RecordOf, ShowsAnEnumValueItDoesNotKnowAsItsNumber) {
  v1::PtpStats stats;
  stats.set_port_state(static_cast<v1::PortState>(77));
  EXPECT_EQ(Text(FieldOf(RecordOf(stats), "port_state")), "77");
}

TEST(RecordList, IsAListWithTheShapeOfItsItems) {
  v1::ListRulesResponse response;
  EXPECT_EQ(RenderCsv(RecordList(response.rules())),
            "ruleset_id,direction,protocol,port_type,port_begin,port_end,packets_passed,"
            "bytes_passed,packets_dropped,bytes_dropped\n");
  response.add_rules()->set_ruleset_id("ptpd");
  EXPECT_TRUE(RecordList(response.rules()).is_list);
  EXPECT_EQ(RecordList(response.rules()).items.size(), 1U);
}

}  // namespace
}  // namespace hostctl::cli
