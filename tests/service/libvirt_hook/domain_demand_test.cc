#include "service/libvirt_hook/domain_demand.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::libvirt_hook {
namespace {

using ::testing::HasSubstr;

// A domain as libvirt hands it over, with `metadata` in it.
std::string Domain(const std::string& metadata) {
  return "<?xml version='1.0' encoding='UTF-8'?>\n"
         "<domain type='kvm' id='1' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
         "  <name>vm1</name>\n"
         "  <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>\n"
         "  <metadata>\n"
         "    <libosinfo:libosinfo "
         "xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>\n"
         "      <libosinfo:os id='http://debian.org/debian/12'/>\n"
         "    </libosinfo:libosinfo>\n" +
         metadata +
         "  </metadata>\n"
         "  <memory unit='KiB'>524288</memory>\n"
         "  <clock offset='utc'><timer name='kvmclock' present='yes'/></clock>\n"
         "  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>\n"
         "  <qemu:commandline><qemu:arg value='-snapshot'/></qemu:commandline>\n"
         "</domain>\n";
}

std::string Ours(const std::string& attributes, const std::string& element = "precisionClock") {
  return "<hostctl:" + element + " xmlns:hostctl='" + kNamespace + "' " + attributes + "/>";
}

std::optional<DomainDemand> Demand(const std::string& xml) {
  const auto demand = DemandOf(xml);
  EXPECT_TRUE(demand.ok()) << demand.status();
  return demand.ok() ? *demand : std::nullopt;
}

std::string Refusal(const std::string& xml) {
  const auto demand = DemandOf(xml);
  EXPECT_EQ(demand.status().code(), absl::StatusCode::kInvalidArgument) << xml;
  return std::string(demand.status().message());
}

TEST(DomainDemand, IsReadFromTheMetadata) {
  EXPECT_EQ(Demand(Domain(Ours("protocol='ptp' maxError='10us'"))), (DomainDemand{"ptp", "10us"}));
  EXPECT_EQ(Demand(Domain(Ours("protocol='NTP'"))), (DomainDemand{"ntp", ""}));
}

TEST(DomainDemand, IsReadWhateverThePrefixOfTheNamespace) {
  const std::string xmlns(kNamespace);
  EXPECT_EQ(Demand(Domain("<precisionClock xmlns='" + xmlns + "' protocol='any'/>")),
            (DomainDemand{"any", ""}));
  EXPECT_EQ(Demand("<domain xmlns:t='" + xmlns +
                   "'><metadata><t:precisionClock protocol='any'></t:precisionClock></metadata>"
                   "</domain>"),
            (DomainDemand{"any", ""}));
}

TEST(DomainDemand, ADomainWithoutItAsksForNothing) {
  EXPECT_EQ(Demand(Domain("")), std::nullopt);
  EXPECT_EQ(Demand("<domain/>"), std::nullopt);
  EXPECT_EQ(Demand(Domain("<x:precisionClock xmlns:x='urn:other' protocol='ptp'/>")), std::nullopt)
      << "of another namespace";
  EXPECT_EQ(Demand("<domain><devices>" + Ours("protocol='ptp'") + "</devices></domain>"),
            std::nullopt)
      << "not in the metadata";
  EXPECT_EQ(Demand(Domain("<o:o xmlns:o='urn:o'>" + Ours("protocol='ptp'") + "</o:o>")),
            std::nullopt)
      << "in somebody else's element";
  EXPECT_EQ(Demand(Domain("<!-- " + Ours("protocol='ptp'") + " -->")), std::nullopt);
}

TEST(DomainDemand, ATypingErrorIsNotTakenForNothing) {
  EXPECT_THAT(Refusal(Domain(Ours(""))), HasSubstr("the protocol ``, which is none of ptp"));
  EXPECT_EQ(Refusal(Domain(Ours("protocol='gps'"))),
            "the domain's precisionClock asks for the protocol `gps`, which is none of ptp, ntp, "
            "any");
  EXPECT_EQ(Refusal(Domain(Ours("protocol='ptp' maxerror='1us'"))),
            "the domain's precisionClock has the unknown attribute `maxerror`; it takes protocol "
            "and maxError");
  EXPECT_EQ(Refusal(Domain(Ours("protocol='ptp' maxError=''"))),
            "the domain's precisionClock has an empty maxError");
  EXPECT_EQ(Refusal(Domain(Ours("protocol='ptp'", "precisionclock"))),
            "the domain's metadata has the element `precisionclock` in the namespace "
            "https://hostctl.org/xmlns/precision-clock/1, which knows only precisionClock");
  EXPECT_EQ(Refusal(Domain(Ours("protocol='ptp'") + Ours("protocol='ptp'"))),
            "the domain's precisionClock is given twice");
}

TEST(DomainDemand, WhatIsNotWellFormedIsSaid) {
  for (const std::string& xml :
       {std::string(), std::string("no XML"), std::string("<domain>"), Domain("<a></b>"),
        Domain(Ours("protocol='ptp'")).substr(0, 700), std::string("<domain>\0</domain>", 18)}) {
    EXPECT_EQ(DemandOf(xml).status().code(), absl::StatusCode::kFailedPrecondition) << xml;
  }
  EXPECT_EQ(DemandOf("<domain>\n<name>").status().message(),
            "the domain's XML cannot be read: no element found in line 2");
}

TEST(DomainDemand, EntitiesThatExpandWithoutEndAreNotReadAtAll) {
  std::string bomb = "<!DOCTYPE domain [<!ENTITY a0 'aaaaaaaaaa'>";
  for (int i = 1; i < 30; ++i) {
    const std::string inner = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " '" + inner + inner + inner + inner + "'>";
  }
  bomb += "]><domain><name>&a29;</name></domain>";
  const absl::Status status = DemandOf(bomb).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "the domain's XML has a document type");
}

}  // namespace
}  // namespace hostctl::libvirt_hook
