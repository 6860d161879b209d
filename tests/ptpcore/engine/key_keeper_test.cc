#include "ptpcore/engine/key_keeper.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "key_file.h"

namespace ptpcore::engine {
namespace {

using protocol::MonoTime;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

PtpAuthentication Wanted(const std::string& path) {
  PtpAuthentication wanted;
  wanted.set_association_file(path);
  return wanted;
}

absl::Status ErrorOf(const PtpAuthentication& wanted) {
  return KeyKeeper::Load(wanted).status();
}

TEST(KeyKeeperTest, ReadsTheKeysThatAreAskedFor) {
  const KeyFile file(std::string(kKeyOne) + kKeyTwo);
  PtpAuthentication wanted = Wanted(file.path());
  wanted.set_active_key_id(2);
  wanted.set_allow_unauthenticated(true);
  const auto read = KeyKeeper::Load(wanted);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->keys.associations->at(0).keys.size(), 2U);
  EXPECT_EQ(read->keys.policy.active_key_id, 2U);
  EXPECT_TRUE(read->keys.policy.allow_unauthenticated);
}

TEST(KeyKeeperTest, WithoutAFileThereAreNone) {
  const auto read = KeyKeeper::Load({});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->keys.associations, nullptr);
  KeyKeeper keeper;
  keeper.Use({}, *read, MonoTime());
  EXPECT_EQ(keeper.NextDeadline(), protocol::kNever);
  EXPECT_FALSE(keeper.Look(MonoTime() + seconds(60)).value());
}

TEST(KeyKeeperTest, AFileThatOthersCanReadIsRefusedWithTheRemedy) {
  KeyFile file(kKeyOne);
  for (const mode_t mode : {0640U, 0604U, 0666U, 0602U, 0610U}) {
    file.Write(kKeyOne, mode);
    const absl::Status error = ErrorOf(Wanted(file.path()));
    EXPECT_EQ(error.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(std::string(error.message()), HasSubstr("chmod 600 " + file.path()));
  }
  file.Write(kKeyOne, 0400);
  EXPECT_TRUE(ErrorOf(Wanted(file.path())).ok());
}

TEST(KeyKeeperTest, AFileOfAnotherUserIsRefused) {
  const KeyFile file(kKeyOne);
  if (chown(file.path().c_str(), 4711, static_cast<gid_t>(-1)) != 0) GTEST_SKIP() << "not root";
  const absl::Status error = ErrorOf(Wanted(file.path()));
  EXPECT_EQ(error.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(error.message()), HasSubstr("belongs to user 4711"));
}

TEST(KeyKeeperTest, WhatIsNoFileOrHasNoSuchKeyIsSaid) {
  EXPECT_EQ(ErrorOf(Wanted("/does/not/exist")).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(ErrorOf(Wanted(::testing::TempDir())).message()),
              HasSubstr("is not a regular file"));
  KeyFile file(kKeyOne);
  PtpAuthentication wanted = Wanted(file.path());
  wanted.set_security_parameter_pointer(4);
  EXPECT_THAT(std::string(ErrorOf(wanted).message()),
              HasSubstr("has no security association with spp 4"));
  wanted = Wanted(file.path());
  wanted.set_active_key_id(9);
  EXPECT_THAT(std::string(ErrorOf(wanted).message()), HasSubstr("has no key 9 with spp 0"));
  file.Write("1 MD5 0123456789abcdefSECRET\n");
  const std::string message(ErrorOf(Wanted(file.path())).message());
  EXPECT_THAT(message, HasSubstr(file.path() + ": line 3: key 1: the algorithm"));
  EXPECT_THAT(message, Not(HasSubstr("SECRET")));
  file.Write(std::string(300 * 1024, '#'));
  EXPECT_THAT(std::string(ErrorOf(Wanted(file.path())).message()), HasSubstr("is larger than"));
}

TEST(KeyKeeperTest, AFifoDoesNotMakeItWait) {
  const std::string path = ::testing::TempDir() + "/fifo" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(ErrorOf(Wanted(path)).ok());
  unlink(path.c_str());
}

TEST(KeyKeeperTest, AChangedFileIsReadWithinSeconds) {
  KeyFile file(kKeyOne);
  KeyKeeper keeper;
  keeper.Use(Wanted(file.path()), KeyKeeper::Load(Wanted(file.path())).value(), MonoTime());
  EXPECT_FALSE(keeper.Look(MonoTime() + seconds(5)).value());
  file.Write(kKeyTwo);
  EXPECT_FALSE(keeper.Look(MonoTime() + seconds(6)).value()) << "not yet due";
  EXPECT_EQ(keeper.NextDeadline(), MonoTime() + seconds(10));
  EXPECT_TRUE(keeper.Look(MonoTime() + seconds(10)).value());
  EXPECT_NE(keeper.keys().associations->at(0).Find(2), nullptr);
  EXPECT_FALSE(keeper.Look(MonoTime() + seconds(15)).value());
  EXPECT_TRUE(keeper.Look(MonoTime() + seconds(15), /*at_once=*/true).value());
}

TEST(KeyKeeperTest, WhatCannotBeReadLeavesTheKeysAsTheyWereAndIsSaidOnce) {
  KeyFile file(kKeyOne);
  KeyKeeper keeper;
  keeper.Use(Wanted(file.path()), KeyKeeper::Load(Wanted(file.path())).value(), MonoTime());
  file.Write("nonsense\n");
  const auto first = keeper.Look(MonoTime() + seconds(5));
  ASSERT_FALSE(first.ok());
  EXPECT_THAT(std::string(first.status().message()),
              HasSubstr("the keys that were read before stay in force"));
  EXPECT_FALSE(keeper.Look(MonoTime() + seconds(10)).value());
  EXPECT_NE(keeper.keys().associations->at(0).Find(1), nullptr);

  unlink(file.path().c_str());
  EXPECT_EQ(keeper.Look(MonoTime() + seconds(15)).status().code(), absl::StatusCode::kNotFound);
  file.Write(kKeyTwo, 0644);
  EXPECT_EQ(keeper.Look(MonoTime() + seconds(20)).status().code(),
            absl::StatusCode::kPermissionDenied);
  chmod(file.path().c_str(), 0600);
  EXPECT_TRUE(keeper.Look(MonoTime() + seconds(25)).value());
  EXPECT_NE(keeper.keys().associations->at(0).Find(2), nullptr);
}

}  // namespace
}  // namespace ptpcore::engine
