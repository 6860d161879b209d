#include "firewall/site_rulesets.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "firewall/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kWeb[] = R"({
  "rulesets": [
    {
      "id": "webServer",
      "description": "HTTPS",
      "rules": [{"direction": "inbound", "protocol": "tcp", "port": 443}]
    }
  ]
})";

// A file of one ruleset with that id.
std::string FileOf(const std::string& id) {
  return R"({"rulesets": [{"id": ")" + id +
         R"(", "description": "d", "rules": [{"direction": "inbound", "protocol": "tcp", "port": 1}]}]})";
}

class SiteRulesetsTest : public ::testing::Test {
 protected:
  SiteRulesetsTest() {
    std::string form = (std::filesystem::temp_directory_path() / "site_rulesets.XXXXXX").string();
    folder_ = mkdtemp(form.data());
  }
  ~SiteRulesetsTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  LoadedRulesets Load() const { return LoadRulesets(Catalogue(), folder_); }

  std::string folder_;
};

TEST_F(SiteRulesetsTest, AreAddedToTheBuiltInOnes) {
  const std::string path = Write("web.json", kWeb);
  const LoadedRulesets loaded = Load();
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_THAT(loaded.definitions, SizeIs(Catalogue().size() + 1));
  const RulesetDefinition* const web = FindRuleset(loaded.definitions, "webServer");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->description, "HTTPS");
  EXPECT_EQ(web->source, path);
  EXPECT_EQ(web->owner_service, "");
  EXPECT_THAT(web->rules,
              ElementsAre(Rule{Direction::kInbound, Protocol::kTcp, PortType::kDst, 443, 443}));
  EXPECT_NE(FindRuleset(loaded.definitions, "ptpd"), nullptr);
}

TEST_F(SiteRulesetsTest, AFolderThatDoesNotExistHasNone) {
  const LoadedRulesets loaded = LoadRulesets(Catalogue(), folder_ + "/missing");
  EXPECT_EQ(loaded.definitions, Catalogue());
  EXPECT_THAT(loaded.problems, IsEmpty());
}

TEST_F(SiteRulesetsTest, ABadFileIsReportedAndTheOthersStay) {
  const std::string bad = Write("a.json", "{\n  \"rulesets\": [\n    {\"id\": 7}\n  ]\n}\n");
  Write("b.json", kWeb);
  const LoadedRulesets loaded = Load();
  EXPECT_NE(FindRuleset(loaded.definitions, "webServer"), nullptr);
  ASSERT_FALSE(loaded.problems.empty());
  for (const SiteProblem& problem : loaded.problems) {
    EXPECT_EQ(problem.file, bad);
    EXPECT_EQ(problem.line, 3);
  }
  EXPECT_THAT(loaded.problems[0].ToString(), HasSubstr("a.json:3: \"id\" is 7, must be a letter"));
}

TEST_F(SiteRulesetsTest, ABuiltInIdCannotBeTaken) {
  const std::string path = Write("ssh.json", FileOf("sshServer"));
  const LoadedRulesets loaded = Load();
  EXPECT_EQ(loaded.definitions, Catalogue());
  EXPECT_THAT(loaded.problems,
              ElementsAre(SiteProblem{
                  path, 1, "ruleset \"sshServer\" is already built in; choose another id"}));
}

TEST_F(SiteRulesetsTest, TheFirstFileKeepsAnIdThatTwoClaim) {
  const std::string first = Write("10.json", FileOf("web"));
  const std::string second = Write("20.json", FileOf("web"));
  const LoadedRulesets loaded = Load();
  EXPECT_EQ(FindRuleset(loaded.definitions, "web")->source, first);
  EXPECT_THAT(loaded.problems, ElementsAre(SiteProblem{second, 1,
                                                       "ruleset \"web\" is already defined in " +
                                                           first + "; choose another id"}));
}

TEST_F(SiteRulesetsTest, OnlyVisibleJsonFilesAreRead) {
  Write("web.json.dpkg-old", kWeb);
  Write(".web.json", kWeb);
  Write("README", "not JSON");
  EXPECT_EQ(Load().definitions, Catalogue());
  EXPECT_THAT(Load().problems, IsEmpty());
}

TEST_F(SiteRulesetsTest, WhatIsNoFileIsReportedAndNotWaitedFor) {
  const std::string folder = folder_ + "/a.json";
  std::filesystem::create_directory(folder);
  const std::string pipe = folder_ + "/b.json";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string dangling = folder_ + "/c.json";
  std::filesystem::create_symlink("nowhere", dangling);
  EXPECT_THAT(Load().problems,
              ElementsAre(SiteProblem{folder, 0, "is no regular file"},
                          SiteProblem{pipe, 0, "is no regular file"},
                          SiteProblem{dangling, 0, "cannot be read: No such file or directory"}));
}

TEST_F(SiteRulesetsTest, AFileThatIsTooLongIsReported) {
  const std::string path = Write("long.json", std::string(kMaxSiteFileBytes + 1, ' '));
  EXPECT_THAT(Load().problems, ElementsAre(SiteProblem{path, 0, "is longer than 1048576 bytes"}));
}

TEST_F(SiteRulesetsTest, AFileInPlaceOfTheFolderIsReported) {
  const std::string path = Write("file", "");
  const LoadedRulesets loaded = LoadRulesets(Catalogue(), path);
  EXPECT_EQ(loaded.definitions, Catalogue());
  EXPECT_THAT(loaded.problems,
              ElementsAre(SiteProblem{path, 0, "cannot be read: Not a directory"}));
}

}  // namespace
}  // namespace hostctl::firewall
