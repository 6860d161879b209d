#include "service/capture/membership.h"

#include <gmock/gmock.h>

#include <vector>

namespace hostctl::capture {
namespace {

using Octets = std::vector<uint8_t>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Membership, AQuerierAsksForAllGroups) {
  const auto query = ParseIgmp(Octets{0x11, 100, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->kind, Membership::Kind::kQuery);
  EXPECT_EQ(query->version, 3);
  EXPECT_THAT(query->groups, IsEmpty());
}

TEST(Membership, TheVersionsOfIgmpAreToldApart) {
  EXPECT_EQ(ParseIgmp(Octets{0x11, 0, 0, 0, 0, 0, 0, 0})->version, 1);
  EXPECT_EQ(ParseIgmp(Octets{0x11, 100, 0, 0, 224, 0, 1, 129})->version, 2);
  EXPECT_THAT(ParseIgmp(Octets{0x11, 100, 0, 0, 224, 0, 1, 129})->groups,
              ElementsAre("224.0.1.129"));
  EXPECT_EQ(ParseIgmp(Octets{0x12, 0, 0, 0, 224, 0, 1, 129})->version, 1);
  EXPECT_EQ(ParseIgmp(Octets{0x16, 0, 0, 0, 224, 0, 1, 129})->version, 2);
  EXPECT_THAT(ParseIgmp(Octets{0x17, 0, 0, 0, 224, 0, 1, 129})->left, ElementsAre("224.0.1.129"));
}

TEST(Membership, AReportOfIgmp3TellsByItsRecordTypesWhatIsWanted) {
  const auto joined = [](uint8_t type, uint8_t sources) {
    Octets report = {0x22, 0, 0, 0, 0, 0, 0, 1, type, 0, 0, sources, 224, 0, 1, 129};
    report.resize(report.size() + size_t{4} * sources);
    const auto parsed = ParseIgmp(report);
    return parsed && !parsed->groups.empty() ? 'j' : parsed && !parsed->left.empty() ? 'l' : '-';
  };
  // Include, exclude, change to include, change to exclude, allow, block: RFC 3376 4.2.12.
  std::string without_sources;
  std::string with_sources;
  for (uint8_t type = 1; type <= 6; ++type) {
    without_sources += joined(type, 0);
    with_sources += joined(type, 1);
  }
  EXPECT_EQ(without_sources, "ljljj-");
  EXPECT_EQ(with_sources, "jjjjj-");
}

TEST(Membership, ARecordThatRunsPastTheEndSpoilsTheReport) {
  const Octets whole = {0x22, 0, 0, 0,   0,  0, 0, 1, 4, 1, 0, 1,
                        224,  0, 1, 129, 10, 0, 0, 1, 0, 0, 0, 0};
  EXPECT_TRUE(ParseIgmp(whole));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseIgmp({whole.data(), size})) << size;
  }
}

TEST(Membership, MldSaysTheSameForIpv6) {
  Octets group(16);
  group[0] = 0xFF;
  group[1] = 2;
  group[14] = 1;
  group[15] = 0x81;
  Octets report = {143, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0};
  report.insert(report.end(), group.begin(), group.end());
  const auto parsed = ParseMld(report);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->ipv6);
  EXPECT_EQ(parsed->version, 2);
  EXPECT_THAT(parsed->groups, ElementsAre("ff02::181"));

  Octets first_version(8);
  first_version.insert(first_version.end(), group.begin(), group.end());
  first_version[0] = 130;
  EXPECT_EQ(ParseMld(first_version)->kind, Membership::Kind::kQuery);
  EXPECT_EQ(ParseMld(first_version)->version, 1);
  first_version[0] = 131;
  EXPECT_THAT(ParseMld(first_version)->groups, ElementsAre("ff02::181"));
  first_version[0] = 132;
  EXPECT_THAT(ParseMld(first_version)->left, ElementsAre("ff02::181"));
  first_version[0] = 135;  // a neighbour solicitation
  EXPECT_FALSE(ParseMld(first_version));
}

TEST(Membership, AReportOfVeryManyGroupsIsTakenInPart) {
  Octets report = {0x22, 0, 0, 0, 0, 0, 3, 0xE8};
  for (int i = 0; i < 1000; ++i) {
    for (const int octet : {4, 0, 0, 0, 239, 1, i / 256, i % 256}) {
      report.push_back(static_cast<uint8_t>(octet));
    }
  }
  EXPECT_EQ(ParseIgmp(report)->groups.size(), 64U);
}

}  // namespace
}  // namespace hostctl::capture
