// `--server`: hosts over TCP with mutual TLS, one and several.
#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A port of this machine that nobody listens on.
constexpr char kDead[] = "127.0.0.1:1";

class Remote : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    certificates_ = new TemporaryFolder;
    for (const char* name : {"ours", "other"}) {
      const std::string command = std::string(HOSTCTL_SOURCE_DIR) +
                                  "/service/packaging/make-test-ca " + certificates_->path(name) +
                                  " >/dev/null 2>&1";
      ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }
  }
  static void TearDownTestSuite() { delete certificates_; }

  // Runs hostctl with the credentials of an authority.
  static CallResult Run(const std::string& line, const std::string& authority = "ours") {
    const std::string folder = certificates_->path(authority);
    return RunHostctl("/nonexistent", "--tls-certificate " + folder + "/client.crt --tls-key " +
                                          folder + "/client.key --tls-ca " +
                                          certificates_->path("ours/ca.crt") + " " + line);
  }

  static TemporaryFolder* certificates_;
  FakeHostd one_{certificates_->path("ours")};
  FakeHostd two_{certificates_->path("ours")};
};

TemporaryFolder* Remote::certificates_ = nullptr;

TEST_F(Remote, OneHostAnswersAsTheLocalOneDoes) {
  one_.firewall.set_enabled(true);
  const CallResult remote = Run("--server " + one_.address() + " network firewall get");
  EXPECT_EQ(remote.exit_code, 0) << remote.err;
  EXPECT_EQ(remote.out, one_.Run("network firewall get").out);
}

TEST_F(Remote, SeveralAreAskedAtOnceAndEachRowNamesItsHost) {
  one_.interfaces.add_interfaces()->set_name("vmk0");
  two_.interfaces.add_interfaces()->set_name("vmk5");
  const CallResult result = Run("-s " + one_.address() + " -s " + two_.address() +
                                " --formatter=csv --fields=host,name network ip interface list");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "host,name\n" + one_.address() + ",vmk0\n" + two_.address() + ",vmk5\n");
}

TEST_F(Remote, ADeadHostHidesNoOther) {
  two_.ptp.set_etag("e2");
  const CallResult result = Run("-s " + std::string(kDead) + " -s " + two_.address() +
                                " --formatter=json system ptp get");
  EXPECT_EQ(result.exit_code, 3);
  const auto json = nlohmann::json::parse(result.out);
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["host"], two_.address());
  EXPECT_EQ(json[0]["etag"], "e2");
  EXPECT_THAT(result.err,
              StartsWith("Error: 127.0.0.1:1: No connection to hostd at 127.0.0.1:1: "));
}

TEST_F(Remote, ASlowHostCostsNoMoreThanTheTimeout) {
  one_.silent = true;
  const CallResult result = Run("--timeout 1 -s " + one_.address() + " -s " + two_.address() +
                                " --fields=host --formatter=csv network firewall get");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "host\n" + two_.address() + "\n");
  EXPECT_THAT(result.err, HasSubstr(one_.address() + ": hostd did not answer within 1 s"));
}

TEST_F(Remote, CredentialsOfAnotherAuthorityAreRefused) {
  const CallResult result = Run("-s " + one_.address() + " network firewall get", "other");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("signed by the authority"));
}

TEST_F(Remote, ACertificateWithAnothersKeyIsNamed) {
  const CallResult result = Run("-s " + one_.address() + " network firewall get");
  EXPECT_EQ(result.exit_code, 0);
  const CallResult mixed =
      RunHostctl("/nonexistent", "--tls-certificate " + certificates_->path("ours/client.crt") +
                                     " --tls-key " + certificates_->path("other/client.key") +
                                     " --tls-ca " + certificates_->path("ours/ca.crt") + " -s " +
                                     one_.address() + " network firewall get");
  EXPECT_EQ(mixed.exit_code, 1);
  EXPECT_THAT(mixed.err, StartsWith("Error: The client's certificate and key do not belong"));
}

}  // namespace
}  // namespace hostctl::cli
