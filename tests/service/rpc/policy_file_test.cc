#include "service/rpc/policy_file.h"

#include <fstream>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAliceIsAdmin[] = R"({"rules": [{"role": "admin", "common_name": "alice"}]})";
constexpr char kAliceIsNobody[] = R"({"rules": [{"role": "none", "common_name": "alice"}]})";

class PolicyFileTest : public ::testing::Test {
 protected:
  void Write(const std::string& text) { std::ofstream(path_) << text; }

  absl::StatusOr<std::unique_ptr<PolicyFile>> Open() {
    return PolicyFile::Open(
        path_, store::PosixFileSystem(), [this](const std::string& said) { said_.push_back(said); },
        [this] { return now_; });
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.File("access.json");
  std::chrono::steady_clock::time_point now_{};
  std::vector<std::string> said_;
  const CertificateIdentity alice_ = {"alice", "CN=alice", {}, {}};
};

TEST_F(PolicyFileTest, IsInForceASecondAfterItsChange) {
  Write(kAliceIsAdmin);
  const auto policy = Open();
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ((*policy)->RoleOf(alice_), Role::kAdmin);
  Write(kAliceIsNobody);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ((*policy)->RoleOf(alice_), Role::kNone) << "on the connection that she has";
  EXPECT_THAT(said_, ElementsAre(HasSubstr("is in force as it was changed")));
}

TEST_F(PolicyFileTest, WhatBecameNonsenseIsSaidOnceAndTheOldStays) {
  Write(kAliceIsAdmin);
  const auto policy = Open();
  ASSERT_TRUE(policy.ok()) << policy.status();
  Write("{");
  for (int i = 0; i < 3; ++i) {
    now_ += std::chrono::seconds(1);
    EXPECT_EQ((*policy)->RoleOf(alice_), Role::kAdmin);
  }
  EXPECT_THAT(said_, ElementsAre("access policy " + path_ +
                                 ": policy: it is not JSON; what it said before stays in force"));
}

TEST_F(PolicyFileTest, NonsenseAtTheStartIsRefusedWithTheNameOfTheFile) {
  Write(R"({"default_role": "king"})");
  EXPECT_EQ(
      std::string(Open().status().message()),
      "access policy " + path_ + ": default_role: 'king' is not none, viewer, operator or admin");
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(PolicyFileTest, AFileThatIsMissingAtTheStartIsRefused) {
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace hostctl::rpc
