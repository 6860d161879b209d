// The stored document: what is written reads back the same, and what is wrong
// with a document is named.
#include "service/store/desired_state.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::store {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

DesiredState Configured() {
  DesiredState state;
  state.ptp = {true, "vmk0", 24, true, StepPolicy::kAlways};
  state.firewall.default_action = firewall::DefaultAction::kDrop;
  state.firewall.rulesets["ptpd"] = {true, false, {"192.0.2.0/24", "2001:db8::1"}};
  state.bindings = {{"vmk0", "02:00:00:00:00:01", "eth0", "physical"}, {"vmk1", "", "tun0", "tun"}};
  return state;
}

TEST(DesiredStateTest, WhatIsWrittenReadsBackTheSame) {
  const absl::StatusOr<DesiredState> again = FromText(ToText(Configured()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, Configured());
}

TEST(DesiredStateTest, DefaultsReadBackTheSame) {
  const absl::StatusOr<DesiredState> again = FromText(ToText(DesiredState{}));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, DesiredState{});
  EXPECT_FALSE(again->ptp.enabled);
  EXPECT_EQ(again->firewall.default_action, firewall::DefaultAction::kPass);
}

TEST(DesiredStateTest, EveryStepPolicyReadsBack) {
  for (StepPolicy policy : {StepPolicy::kFirstLock, StepPolicy::kNever, StepPolicy::kAlways}) {
    DesiredState state;
    state.ptp.step_policy = policy;
    const absl::StatusOr<DesiredState> again = FromJson(ToJson(state));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->ptp.step_policy, policy);
  }
}

TEST(DesiredStateTest, TheDocumentIsShapedForReaders) {
  const json document = ToJson(Configured());
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["ptp"]["interface"], "vmk0");
  EXPECT_EQ(document["ptp"]["step_policy"], "always");
  EXPECT_EQ(document["firewall"]["default_action"], "drop");
  EXPECT_EQ(document["firewall"]["rulesets"]["ptpd"]["allowed_ips"][0], "192.0.2.0/24");
  EXPECT_EQ(document["bindings"][0]["permanent_mac"], "02:00:00:00:00:01");
  EXPECT_THAT(ToText(Configured()), HasSubstr("\n  \"ptp\": {\n"));
}

// Each case spoils the document at one place, and names what the error must say.
struct BadDocument {
  const char* title;
  const char* at;     // JSON pointer to the value to replace
  const char* value;  // JSON; empty: remove it
  const char* says;
};

TEST(DesiredStateTest, ABadMemberIsNamedWithItsValue) {
  const std::vector<BadDocument> cases = {
      {"missing version", "/schema_version", "", "`schema_version` is missing"},
      {"version zero", "/schema_version", "0", "`schema_version` is 0, must be a positive"},
      {"negative version", "/schema_version", "-1", "`schema_version` is -1"},
      {"version as text", "/schema_version", "\"1\"", "`schema_version` is \"1\""},
      {"fractional version", "/schema_version", "1.0", "`schema_version` is 1.0"},
      {"missing ptp", "/ptp", "", "`ptp` is missing"},
      {"ptp is a list", "/ptp", "[]", "ptp is array, must be an object"},
      {"missing enabled", "/ptp/enabled", "", "`ptp.enabled` is missing"},
      {"enabled as number", "/ptp/enabled", "1", "`ptp.enabled` is 1, must be true or false"},
      {"domain 256", "/ptp/domain_number", "256",
       "`ptp.domain_number` is 256, must be an integer from 0 to 255"},
      {"domain -1", "/ptp/domain_number", "-1", "`ptp.domain_number` is -1"},
      {"domain 1.5", "/ptp/domain_number", "1.5", "`ptp.domain_number` is 1.5"},
      {"domain beyond 64 bits", "/ptp/domain_number", "18446744073709551616",
       "`ptp.domain_number` is 1.8"},
      {"null domain", "/ptp/domain_number", "null", "`ptp.domain_number` is null"},
      {"interface with a line break", "/ptp/interface", "\"a\\nb\"", "`ptp.interface` is"},
      {"interface with a slash", "/ptp/interface", "\"../x\"", "`ptp.interface` is \"../x\""},
      {"unknown step policy", "/ptp/step_policy", "\"maybe\"",
       "`ptp.step_policy` is \"maybe\", must be first_lock, never or always"},
      {"unknown member", "/ptp/colour", "1", "the member \"colour\" of `ptp` is not known"},
      {"unknown top member", "/colour", "1", "the member \"colour\" is not known"},
      {"unknown action", "/firewall/default_action", "\"PASS\"",
       "`firewall.default_action` is \"PASS\", must be pass or drop"},
      {"rulesets as list", "/firewall/rulesets", "[]", "`firewall.rulesets` is array"},
      {"ruleset without a name", "/firewall/rulesets", R"({"": {}})",
       "`firewall.rulesets` is \"\""},
      {"ruleset incomplete", "/firewall/rulesets/ptpd/allow_all", "",
       "`firewall.rulesets.ptpd.allow_all` is missing"},
      {"address not canonical", "/firewall/rulesets/ptpd/allowed_ips/0", "\"192.0.2.7/24\"",
       "`firewall.rulesets.ptpd.allowed_ips[]` is \"192.0.2.7/24\""},
      {"address is a number", "/firewall/rulesets/ptpd/allowed_ips/0", "7",
       "`firewall.rulesets.ptpd.allowed_ips[]` is 7"},
      {"addresses as text", "/firewall/rulesets/ptpd/allowed_ips", "\"all\"",
       "`firewall.rulesets.ptpd.allowed_ips` is \"all\", must be an array"},
      {"bindings as object", "/bindings", "{}", "`bindings` is object, must be an array"},
      {"binding is text", "/bindings/0", "\"vmk0\"", "bindings[0] is \"vmk0\", must be an object"},
      {"binding of a device name", "/bindings/1/name", "\"eth0\"",
       "`bindings[1].name` is \"eth0\", must be vmk and a number"},
      {"name bound twice", "/bindings/1/name", "\"vmk0\"",
       "`bindings[1].name` is \"vmk0\", must be bound only once"},
      {"MAC in capitals", "/bindings/0/permanent_mac", "\"02:00:00:00:00:0A\"",
       "`bindings[0].permanent_mac` is"},
      {"MAC too short", "/bindings/0/permanent_mac", "\"02:00\"", "`bindings[0].permanent_mac` is"},
      {"binding without device", "/bindings/0/device", "\"\"", "`bindings[0].device` is \"\""},
  };
  for (const BadDocument& c : cases) {
    SCOPED_TRACE(c.title);
    json document = ToJson(Configured());
    const json::json_pointer at(c.at);
    if (*c.value == '\0') {
      document[at.parent_pointer()].erase(at.back());
    } else {
      document[at] = json::parse(c.value);
    }
    const absl::StatusOr<DesiredState> state = FromJson(document);
    EXPECT_EQ(state.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(state.status().message()), HasSubstr(c.says));
  }
}

TEST(DesiredStateTest, ANewerSchemaIsRefusedWhateverElseItHolds) {
  const absl::StatusOr<DesiredState> state = FromText(R"({"schema_version": 2, "novel": true})");
  EXPECT_EQ(state.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(state.status().message()),
              HasSubstr("`schema_version` is 2, this release reads up to 1"));
}

TEST(DesiredStateTest, TextThatIsNoDocumentIsRefused) {
  const std::string nested(100000, '[');
  const std::vector<std::string> texts = {
      "", " ", "\n", "null", "42", "[]", "{", "{}}", "\xff\xfe", std::string(4096, '\0'), nested};
  for (const std::string& text : texts) {
    SCOPED_TRACE(text.substr(0, 8));
    EXPECT_EQ(FromText(text).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(DesiredStateTest, ADocumentCutOffAnywhereIsRefused) {
  const std::string text = ToText(Configured());
  const size_t end = text.size() - 1;  // without the last line break it is whole
  for (size_t length = 0; length < end; ++length) {
    EXPECT_FALSE(FromText(text.substr(0, length)).ok()) << "cut off after " << length << " bytes";
  }
}

TEST(DesiredStateTest, AMemberNamedTwiceIsRefused) {
  std::string text = ToText(Configured());
  text.replace(text.find("\"enabled\": true"), 15, "\"enabled\": true, \"enabled\": false");
  const absl::StatusOr<DesiredState> state = FromText(text);
  EXPECT_EQ(state.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(state.status().message()), HasSubstr("\"enabled\" twice"));
}

}  // namespace
}  // namespace hostctl::store
