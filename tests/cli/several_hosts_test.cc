#include "cli/several_hosts.h"

#include "cli/format/formatter.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

Output Interface(const std::string& name) {
  Output output;
  output.human = [name] {
    Record record("Interface", {{"Name", name}});
    record.heading = name;
    return Records{true, {record}, {}};
  };
  output.machine = [name] { return Records{true, {Record("Interface", {{"name", name}})}, {}}; };
  return output;
}

const Failure kDead{kExitNotReachable, "no answer", {}, {}};

TEST(SeveralHosts, EachRecordNamesItsHost) {
  const Output merged = Merged({{"esx1", Interface("vmk0")}, {"esx2", Interface("vmk1")}});
  EXPECT_EQ(RenderCsv(merged.machine()), "host,name\nesx1,vmk0\nesx2,vmk1\n");
  EXPECT_EQ(RenderTable(merged.human()),
            "Host  Name\n"
            "----  ----\n"
            "esx1  vmk0\n"
            "esx2  vmk1\n");
  EXPECT_EQ(RenderSimple(merged.human()),
            "esx1 vmk0\n   Host: esx1\n   Name: vmk0\n\n"
            "esx2 vmk1\n   Host: esx2\n   Name: vmk1\n");
}

TEST(SeveralHosts, OneThatFailsHidesNoOther) {
  const Output merged = Merged({{"esx1", kDead}, {"esx2", Interface("vmk1")}});
  EXPECT_EQ(RenderCsv(merged.machine()), "host,name\nesx2,vmk1\n");
}

TEST(SeveralHosts, OneStructureOfEachBecomesAList) {
  Output one;
  one.machine = [] { return Records{false, {Record("Ptp", {{"enabled", true}})}, {}}; };
  EXPECT_EQ(RenderYaml(Merged({{"a", one}, {"b", one}}).machine()),
            "- host: a\n  enabled: true\n- host: b\n  enabled: true\n");
}

TEST(SeveralHosts, LinesAndNotesNameTheHost) {
  Output one;
  one.lines = "ptp.enabled: false -> true\nservice.ptpd: a -> b\n";
  one.notes = {{"vmk0 is down", "ip link set eth0 up"}};
  const Output merged = Merged({{"a", one}, {"b", Output()}});
  EXPECT_EQ(merged.lines, "a: ptp.enabled: false -> true\na: service.ptpd: a -> b\n");
  EXPECT_EQ(merged.notes.front().message, "a: vmk0 is down");
  EXPECT_FALSE(merged.human);
}

TEST(SeveralHosts, AnUnreachableHostDecidesTheExitCodeElseTheWorst) {
  const Failure refused{kExitRefused, "no", {}, {}};
  const Failure failed{kExitFailed, "no", {}, {}};
  EXPECT_EQ(MergedExitCode({{"a", Output()}, {"b", Output()}}), kExitDone);
  EXPECT_EQ(MergedExitCode({{"a", Output()}, {"b", failed}}), kExitFailed);
  EXPECT_EQ(MergedExitCode({{"a", failed}, {"b", refused}}), kExitRefused);
  EXPECT_EQ(MergedExitCode({{"a", refused}, {"b", kDead}, {"c", Output()}}), kExitNotReachable);
  Output verdict;
  verdict.exit_code = kExitNotSynchronized;
  EXPECT_EQ(MergedExitCode({{"a", verdict}}), kExitNotSynchronized);
}

}  // namespace
}  // namespace hostctl::cli
