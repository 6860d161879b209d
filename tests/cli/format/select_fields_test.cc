#include "cli/format/select_fields.h"

#include "cli/format/formatter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;

Records Interfaces() {
  Record master("Master", {{"id", "a1"}, {"port", 1U}});
  Record vmk0("Interface", {{"name", "vmk0"}, {"mac_address", "02:00"}, {"master", master}});
  vmk0.heading = "vmk0";
  return {true, {vmk0}, {}};
}

std::string Csv(const std::vector<std::string>& names) {
  return RenderCsv(SelectFields(Interfaces(), names).records);
}

TEST(SelectFields, KeepsWhatIsNamedInTheOrderAskedFor) {
  EXPECT_EQ(Csv({"mac_address", "name"}), "mac_address,name\n02:00,vmk0\n");
}

TEST(SelectFields, ReachesIntoStructures) {
  EXPECT_EQ(Csv({"name", "master.port"}), "name,master.port\nvmk0,1\n");
  EXPECT_EQ(Csv({"master"}), "master.id,master.port\na1,1\n");
}

TEST(SelectFields, DoesNotMindCaseBlanksAndDashes) {
  EXPECT_EQ(Csv({"MAC Address"}), "mac_address\n02:00\n");
  EXPECT_EQ(Csv({"Mac-Address"}), "mac_address\n02:00\n");
}

TEST(SelectFields, NamesAnUnknownFieldAndTheKnownOnesBesideIt) {
  const Selection top = SelectFields(Interfaces(), {"name", "mtu"});
  EXPECT_EQ(top.unknown, "mtu");
  EXPECT_THAT(top.known, ElementsAre("name", "mac_address", "master"));
  const Selection inner = SelectFields(Interfaces(), {"master.prt"});
  EXPECT_EQ(inner.unknown, "master.prt");
  EXPECT_THAT(inner.known, ElementsAre("master.id", "master.port"));
  EXPECT_EQ(SelectFields(Interfaces(), {""}).known.size(), 3U) << "an empty name is none";
}

TEST(SelectFields, FindsTheFieldsOfAStructureThatIsNotThere) {
  Records records = Interfaces();
  Record absent("Master", {{"id", Value()}, {"port", Value()}});
  absent.present = false;
  records.items.front().fields.back().value = absent;
  EXPECT_EQ(RenderJson(SelectFields(records, {"master.id"}).records),
            "[\n  {\n    \"master.id\": null\n  }\n]\n");
}

TEST(SelectFields, SelectsTheHeaderOfAnEmptyList) {
  const Records none{true, {}, Interfaces().items.front()};
  EXPECT_EQ(RenderCsv(SelectFields(none, {"master.id"}).records), "master.id\n");
  EXPECT_EQ(SelectFields(none, {"nonsense"}).unknown, "nonsense");
}

TEST(SelectFields, KeepsHeadings) {
  EXPECT_EQ(RenderSimple(SelectFields(Interfaces(), {"name"}).records), "vmk0\n   name: vmk0\n");
}

}  // namespace
}  // namespace hostctl::cli
