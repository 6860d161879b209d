#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "tests/cli/format/machine_sample.h"

namespace hostctl::cli {
namespace {

TEST(Keyvalue, WritesALinePerValueWithItsType) {
  EXPECT_EQ(RenderKeyvalue({false, {MachineSample()}, {}}),
            "Sample.name.string=a,\"b\"\\n<c>\\\\\n"
            "Sample.enabled.boolean=true\n"
            "Sample.offset_ns.integer=-53647\n"
            "Sample.count.unsigned=18446744073709551615\n"
            "Sample.mean_ns.double=-82227.5\n"
            "Sample.ips[0].string=192.0.2.1\n"
            "Sample.ips[1].string=192.0.2.2\n"
            "Sample.events[0].kind.string=FAULT\n"
            "Sample.clock.class.unsigned=248\n");
}

TEST(Keyvalue, NumbersTheItemsOfAList) {
  const Record r("Rule", {{"port_end", 320U}});
  EXPECT_EQ(RenderKeyvalue({true, {r, r}, {}}),
            "Rule[0].port_end.unsigned=320\nRule[1].port_end.unsigned=320\n");
}

}  // namespace
}  // namespace hostctl::cli
