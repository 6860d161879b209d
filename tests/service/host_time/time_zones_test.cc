#include "service/host_time/time_zones.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "zone_folder.h"

namespace hostctl::host_time {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Zones : public ::testing::Test {
 protected:
  ZoneFolder folder_;
  TimeZones zones_{store::PosixFileSystem(), folder_.Paths()};
};

TEST_F(Zones, ASetZoneIsTheHosts) {
  EXPECT_EQ(zones_.Current(), "UTC");  // localtime(5): where none is set
  ASSERT_TRUE(zones_.Set("Europe/Berlin").ok());
  EXPECT_EQ(zones_.Current(), "Europe/Berlin");
  EXPECT_EQ(std::filesystem::read_symlink(folder_.Path("etc/localtime")),
            folder_.Path("zoneinfo/Europe/Berlin"));
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("etc/timezone")));
  ASSERT_TRUE(zones_.Set("UTC").ok());
  EXPECT_EQ(zones_.Current(), "UTC");
}

TEST_F(Zones, DebiansCopyOfTheNameIsKeptWhereThereIsOne) {
  folder_.Write("etc/timezone", "Etc/UTC\n");
  ASSERT_TRUE(zones_.Set("Asia/Kathmandu").ok());
  EXPECT_EQ(folder_.Read("etc/timezone"), "Asia/Kathmandu\n");
  // Programs of every user read it.
  EXPECT_EQ(std::filesystem::status(folder_.Path("etc/timezone")).permissions() &
                std::filesystem::perms::others_read,
            std::filesystem::perms::others_read);
}

TEST_F(Zones, WhoMayNotReplaceTheFilesAsksWhoMay) {
  std::vector<std::string> asked;
  absl::Status answer;
  TimeZones zones(store::PosixFileSystem(), folder_.Paths(), [&](const std::string& name) {
    asked.push_back(name);
    return answer;
  });
  ASSERT_TRUE(zones.Set("Europe/Berlin").ok());
  EXPECT_THAT(asked, ElementsAre("Europe/Berlin"));
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("etc/localtime"))) << "not ours to replace";
  EXPECT_FALSE(zones.Set("../../etc/passwd").ok());
  EXPECT_EQ(asked.size(), 1u) << "only zones that there are";

  answer = absl::PermissionDeniedError("Interactive authentication required.");
  const absl::Status refused = zones.Set("UTC");
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("Interactive authentication"));
}

TEST_F(Zones, ARelativeLinkAsSystemdMakesItIsUnderstood) {
  ASSERT_EQ(symlink("../usr/share/zoneinfo/Europe/Berlin", folder_.Path("etc/localtime").c_str()),
            0);
  EXPECT_EQ(zones_.Current(), "Europe/Berlin");
}

TEST_F(Zones, WhereLocaltimeIsAFileItsNameMayBeWrittenDown) {
  folder_.Write("etc/localtime", "TZif2");
  EXPECT_EQ(zones_.Current(), "");
  folder_.Write("etc/timezone", "Europe/Berlin\n");
  EXPECT_EQ(zones_.Current(), "Europe/Berlin");
}

TEST_F(Zones, NamesAreThoseOfFilesWithRules) {
  folder_.Write("zoneinfo/zone.tab", "# not a zone\n");
  folder_.Write("zoneinfo/localtime", "TZif2");
  folder_.Write("zoneinfo/posix/UTC", "TZif2");
  folder_.Write("zoneinfo/right/UTC", "TZif2");
  const auto names = zones_.Names();
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, ElementsAre("Asia/Kathmandu", "Europe/Berlin", "UTC"));
}

TEST_F(Zones, WithoutTzdataSaysWhatToInstall) {
  TimeZones none(store::PosixFileSystem(), {folder_.Path("nothing"), "", ""});
  const absl::Status status = none.Names().status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(reconcile::DetailOf(status).reason, "TIME_ZONES_MISSING");
  EXPECT_EQ(reconcile::DetailOf(status).remedy, "apt-get install tzdata");
}

TEST_F(Zones, AnUnknownZoneIsRefusedWithASuggestion) {
  const absl::Status status = zones_.Set("berlin");
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(status.message(), "there is no time zone `berlin`; did you mean Europe/Berlin?");
  EXPECT_EQ(reconcile::DetailOf(status).reason, "TIME_ZONE_NOT_FOUND");
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("etc/localtime")));
}

TEST_F(Zones, NamesThatLeaveTheFolderAreNone) {
  folder_.Write("secret", "TZif2");
  for (const char* name : {"../secret", "Europe/../UTC", "/etc/passwd", "", "Europe//Berlin",
                           "Europe/", "./UTC", "-x", "Europe", "a b", "UTC\n"}) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(absl::IsNotFound(zones_.Set(name)));
    EXPECT_EQ(zones_.Current(), "UTC");
  }
}

TEST_F(Zones, WhenTheLinkCannotBeReplacedTheNameIsPutBack) {
  folder_.Write("etc/timezone", "Etc/UTC\n");
  folder_.Write("etc/localtime/in-the-way", "a folder cannot be replaced");
  const absl::Status status = zones_.Set("Europe/Berlin");
  EXPECT_EQ(reconcile::DetailOf(status).reason, "TIME_ZONE_NOT_SET");
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot replace"));
  EXPECT_EQ(folder_.Read("etc/timezone"), "Etc/UTC\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("etc/localtime.hostctl-new")));
}

TEST_F(Zones, LoadGivesTheRules) {
  const auto zone = zones_.Load("Asia/Kathmandu");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->At(absl::FromUnixSeconds(1'795'381'200)).offset, (5 * 60 + 45) * 60);
}

}  // namespace
}  // namespace hostctl::host_time
