#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "tests/cli/format/machine_sample.h"

namespace hostctl::cli {
namespace {

TEST(Csv, WritesAHeaderRowAndARowPerItem) {
  const Record r("Rule", {{"ruleset_id", "ptpd"}, {"port_begin", 319U}});
  EXPECT_EQ(RenderCsv({true, {r, r}, {}}), "ruleset_id,port_begin\nptpd,319\nptpd,319\n");
}

TEST(Csv, FlattensStructuresAndQuotesWhatNeedsIt) {
  EXPECT_EQ(RenderCsv({false, {MachineSample()}, {}}),
            "name,enabled,offset_ns,count,mean_ns,parent.address,gone,ips,events,clock.class\n"
            "\"a,\"\"b\"\"\n<c>\\\",true,-53647,18446744073709551615,-82227.5,,,"
            "192.0.2.1;192.0.2.2,\"[{\"\"kind\"\":\"\"FAULT\"\"}]\",248\n");
}

TEST(Csv, ShowsTheHeaderOfAnEmptyListWhoseShapeIsKnown) {
  EXPECT_EQ(RenderCsv({true, {}, Record("R", {{"a", ""}, {"b", false}})}), "a,b\n");
  EXPECT_EQ(RenderCsv({true, {}, {}}), "");
}

}  // namespace
}  // namespace hostctl::cli
