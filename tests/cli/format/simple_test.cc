#include "cli/format/formatter.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(Simple, WritesNameAndValueIndentedByThree) {
  const Record firewall(
      "Firewall", {{"Default Action", "DROP"}, {"Enabled", true}, {"Servers", List{"a", "b"}}});
  EXPECT_EQ(RenderSimple({false, {firewall}, {}}),
            "   Default Action: DROP\n"
            "   Enabled: true\n"
            "   Servers: a, b\n");
}

TEST(Simple, PutsTheHeadingAboveAndABlankLineBetweenItems) {
  Record vmk0("Interface", {{"Name", "vmk0"}, {"MTU", 1500U}});
  vmk0.heading = "vmk0";
  Record vmk1("Interface", {{"Name", "vmk1"}, {"MTU", 9000U}});
  vmk1.heading = "vmk1";
  EXPECT_EQ(RenderSimple({true, {vmk0, vmk1}, {}}),
            "vmk0\n"
            "   Name: vmk0\n"
            "   MTU: 1500\n"
            "\n"
            "vmk1\n"
            "   Name: vmk1\n"
            "   MTU: 9000\n");
}

TEST(Simple, IndentsInnerStructures) {
  Record condition("Condition", {{"Message", "vmk0 is down"}, {"Do", "ip link set eth0 up"}});
  condition.heading = "INTERFACE_DOWN";
  const Record ptp("Ptp",
                   {{"Conditions", List{condition}}, {"Clock", Record("C", {{"Kind", "x"}})}});
  EXPECT_EQ(RenderSimple({false, {ptp}, {}}),
            "   Conditions:\n"
            "      INTERFACE_DOWN\n"
            "         Message: vmk0 is down\n"
            "         Do: ip link set eth0 up\n"
            "   Clock:\n"
            "      Kind: x\n");
}

TEST(Simple, PutsWhatIsTooWideBelowItsName) {
  const Record r("R", {{"Name", "vmk0"}, {"State Reason", "no Announce was heard on vmk0"}});
  EXPECT_EQ(RenderSimple({false, {r}, {}}, {true, 30, false}),
            "   Name: vmk0\n"
            "   State Reason:\n"
            "      no Announce was heard on\n"
            "      vmk0\n");
}

TEST(Simple, ColoursAValue) {
  const Record r("R", {{"State", Value("FAULTY").Means(Meaning::kBad)}});
  EXPECT_EQ(RenderSimple({false, {r}, {}}, {true, 0, true}), "   State: \x1b[31mFAULTY\x1b[0m\n");
}

TEST(Simple, EndsTheLineAfterTheColonOfAnEmptyValue) {
  const Record r("R", {{"Device", ""}, {"Servers", List{}}, {"Gone", Value()}});
  EXPECT_EQ(RenderSimple({false, {r}, {}}), "   Device:\n   Servers:\n   Gone:\n");
}

}  // namespace
}  // namespace hostctl::cli
