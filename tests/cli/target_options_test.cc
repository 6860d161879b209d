#include "cli/target_options.h"

#include <filesystem>
#include <fstream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;

constexpr char kCertificate[] = "-----BEGIN CERTIFICATE-----\n";
constexpr char kKey[] = "-----BEGIN EC PRIVATE KEY-----\n";

class TargetOptions : public ::testing::Test {
 protected:
  // Writes a file in the folder and returns its path.
  std::string Write(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path(name)) << content;
    return folder_.path(name);
  }
  std::vector<Target> Targets() {
    auto targets = TargetsOf(globals_, environment());
    const auto* failure = std::get_if<Failure>(&targets);
    EXPECT_EQ(failure, nullptr) << failure->message;
    return failure == nullptr ? std::get<std::vector<Target>>(targets) : std::vector<Target>{};
  }
  Failure Refusal() {
    auto targets = TargetsOf(globals_, environment());
    EXPECT_TRUE(std::holds_alternative<Failure>(targets));
    return std::get<Failure>(targets);
  }
  Environment environment() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
  }

  TemporaryFolder folder_;
  Arguments globals_;
  std::map<std::string, std::string> variables_;
};

TEST_F(TargetOptions, WithoutAnyTheUsualSocketOrThatOfTheEnvironment) {
  EXPECT_EQ(TargetText(Targets().at(0)), "/run/hostctl/hostd.sock");
  EXPECT_EQ(std::get<UnixTarget>(Targets().at(0)).read_only_path,
            "/run/hostctl/hostd-read-only.sock");
  variables_["HOSTCTL_SOCKET"] = "/e.sock";
  EXPECT_EQ(TargetText(Targets().at(0)), "/e.sock");
  EXPECT_EQ(std::get<UnixTarget>(Targets().at(0)).read_only_path, "") << "it was chosen";
  globals_.Add("socket", "/o.sock");
  EXPECT_EQ(TargetText(Targets().at(0)), "/o.sock");
}

TEST_F(TargetOptions, ReadsTheCredentialsWhereTheyUsuallyAre) {
  std::filesystem::create_directories(folder_.path(".config/hostctl"));
  Write(".config/hostctl/client.crt", kCertificate);
  Write(".config/hostctl/client.key", kKey);
  Write(".config/hostctl/ca.crt", kCertificate);
  variables_["HOME"] = folder_.path("");
  globals_.Add("server", "esx1");
  globals_.Add("server", "[::1]:8000");
  globals_.Add("server", "esx1:7319");  // the first again
  const std::vector<Target> targets = Targets();
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(TargetText(targets[0]), "esx1:7319");
  EXPECT_EQ(TargetText(targets[1]), "[::1]:8000");
  EXPECT_EQ(std::get<TcpTarget>(targets[1]).credentials.key, kKey);
}

TEST_F(TargetOptions, PrefersOptionsToTheEnvironmentToTheUsualPlace) {
  variables_["XDG_CONFIG_HOME"] = folder_.path("");
  std::filesystem::create_directories(folder_.path("hostctl"));
  Write("hostctl/ca.crt", std::string(kCertificate) + "usual");
  variables_["HOSTCTL_TLS_KEY"] = Write("env.key", std::string(kKey) + "environment");
  variables_["HOSTCTL_TLS_CERTIFICATE"] = "/nowhere";
  globals_.Add("tls-certificate", Write("o.crt", std::string(kCertificate) + "option"));
  globals_.Add("server", "esx1");
  const Credentials credentials = std::get<TcpTarget>(Targets().at(0)).credentials;
  EXPECT_THAT(credentials.certificate, HasSubstr("option"));
  EXPECT_THAT(credentials.key, HasSubstr("environment"));
  EXPECT_THAT(credentials.authority, HasSubstr("usual"));
}

TEST_F(TargetOptions, NamesAFileThatIsMissingOrIsNoPem) {
  globals_.Add("server", "esx1");
  variables_["HOME"] = folder_.path("");
  Failure failure = Refusal();
  EXPECT_EQ(failure.exit_code, 1);
  EXPECT_EQ(failure.message, "Cannot read the tls-certificate file " +
                                 folder_.path("/.config/hostctl/client.crt") +
                                 ": No such file or directory");
  globals_.Add("tls-certificate", Write("c", "garbage"));
  EXPECT_THAT(Refusal().message, HasSubstr("holds no PEM block '-----BEGIN CERTIFICATE-----'"));
}

TEST_F(TargetOptions, RefusesAServerThatIsNoneAndASocketBesideIt) {
  globals_.Add("server", "::1");
  EXPECT_EQ(Refusal().exit_code, 2);
  EXPECT_EQ(Refusal().message,
            "While processing '--server'. Expecting HOST, HOST:PORT or [IPV6]:PORT. Got '::1'");
  globals_.Add("socket", "/s");
  EXPECT_EQ(Refusal().message, "Only one of --socket, --server can be given");
}

}  // namespace
}  // namespace hostctl::cli
