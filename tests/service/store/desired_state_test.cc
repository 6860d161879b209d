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
  state.ptp = {true,  "vmk0", 24,   true, StepPolicy::kAlways, "linreg",
               -1500, 300,    40,   7200, {"vmk1", "eth2"},    Fallback::kNtp,
               120,   10,     true, {}};
  state.ptp.protocol.profile = "default-e2e";
  state.ptp.protocol.values.set_unicast_negotiation(true);
  state.ptp.protocol.values.set_role(hostctl::v1::CLOCK_ROLE_AUTO);
  state.ptp.protocol.values.set_path_trace(true);
  state.ptp.protocol.values.set_log_sync_interval(-6);
  state.ptp.protocol.unicast_masters = {"192.0.2.1"};
  state.ptp.protocol.acceptable_masters.emplace_back().set_identity("001b21fffe030405/1");
  state.ptp.protocol.acceptable_masters.back().set_alternate_priority1(10);
  state.ptp.protocol.management_enabled = false;
  state.ptp.protocol.management_allow_set = true;
  state.ptp.protocol.acceptable_masters.emplace_back().set_address("192.0.2.1");
  auto& authentication = state.ptp.protocol.authentication;
  authentication.set_association_file("/etc/hostctl/ptp-keys");
  authentication.set_security_parameter_pointer(3);
  authentication.set_active_key_id(4'294'967'295);
  authentication.set_allow_unauthenticated(true);
  state.ntp.enabled = true;
  state.ntp.servers.push_back({"pool.example.org", true, true, true, 4, 10, 1123});
  state.ntp.servers.push_back({"192.0.2.1"});
  state.ntp.log_level = "warning";
  state.ntp.directives = {"minsources 2"};
  state.ntp.disable_events = true;
  state.firewall.default_action = firewall::DefaultAction::kDrop;
  state.firewall.rulesets["ptpd"] = {true, false, {"192.0.2.0/24", "2001:db8::1"}};
  state.firewall_unloaded_boot_id = "boot-2";
  store::UnconfirmedFirewall unconfirmed;
  unconfirmed.former.rulesets["sshServer"].enabled = true;
  unconfirmed.former_unloaded_boot_id = "boot-1";
  unconfirmed.boot_id = "boot-2";
  unconfirmed.deadline_ms = 86'400'000;
  state.unconfirmed_firewall = unconfirmed;
  state.services = {{"chronyd", ServicePolicy::kAutomatic}, {"ptpd", ServicePolicy::kOff}};
  state.bindings = {{"vmk0", "02:00:00:00:00:01", "eth0", "physical"}, {"vmk1", "", "tun0", "tun"}};
  state.interfaces["vmk0"].services = {"ptp"};
  state.interfaces["vmk3"] = {
      CreatedDevice{host::DeviceSpec::Kind::kMacvlan, "eth2", "02:00:00:00:00:33"},
      false,
      9000,
      {}};
  state.interfaces["vmk4"].created =
      CreatedDevice{host::DeviceSpec::Kind::kBridgePort, "br0", "02:00:00:00:00:44"};
  state.adopt_interfaces = false;
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

// As written by a release that knew only the first five members of `ptp`.
TEST(DesiredStateTest, ADocumentWithoutTheMembersAddedLaterHasTheirDefaults) {
  const absl::StatusOr<DesiredState> state = FromText(R"({"schema_version": 1,
      "ptp": {"enabled": true, "interface": "vmk0", "domain_number": 24,
              "read_only": true, "step_policy": "always"},
      "firewall": {"enabled": true, "default_action": "pass", "rulesets": {}},
      "bindings": []})");
  ASSERT_TRUE(state.ok()) << state.status();
  PtpSettings expected;
  expected.enabled = true;
  expected.interface = "vmk0";
  expected.domain_number = 24;
  expected.read_only = true;
  expected.step_policy = StepPolicy::kAlways;
  EXPECT_EQ(state->ptp, expected);
  EXPECT_EQ(state->ntp, NtpSettings());
  EXPECT_TRUE(state->interfaces.empty());
  EXPECT_TRUE(state->adopt_interfaces);
  EXPECT_EQ(state->services,
            (ServicePolicies{{"chronyd", ServicePolicy::kOff}, {"ptpd", ServicePolicy::kOn}}));
}

TEST(DesiredStateTest, EachMemberAddedLaterMayBeMissingAlone) {
  const PtpSettings configured = Configured().ptp;
  for (const char* name : {"servo", "delay_asymmetry_ns", "ingress_latency_ns", "egress_latency_ns",
                           "holdover_limit_s", "watch_interfaces", "profile", "unicast_masters",
                           "acceptable_masters", "management", "authentication", "fallback",
                           "fallback_after_s", "fallback_return_after_s", "disable_events"}) {
    json document = ToJson(Configured());
    ASSERT_EQ(document["ptp"].erase(name), 1u) << name;
    const absl::StatusOr<DesiredState> state = FromJson(document);
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_FALSE(state->ptp == configured) << name << " has its default";
    EXPECT_EQ(state->ptp.domain_number, 24);
  }
}

TEST(DesiredStateTest, WithoutSingleValuesOfTheProtocolTheyAreTheProfiles) {
  json document = ToJson(Configured());
  document["ptp"].erase("unicast_masters");  // nothing without unicast_negotiation
  document["ptp"].erase("protocol");
  const absl::StatusOr<DesiredState> state = FromJson(document);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_FALSE(state->ptp.protocol.values.has_role());
  EXPECT_EQ(state->ptp.protocol.profile, "default-e2e");
}

TEST(DesiredStateTest, HowPtpSpeaksIsStoredInWords) {
  const json ptp = ToJson(Configured())["ptp"];
  EXPECT_EQ(ptp["protocol"], (json{{"role", "auto"},
                                   {"path_trace", true},
                                   {"log_sync_interval", -6},
                                   {"unicast_negotiation", true}}));
  EXPECT_EQ(
      ptp["acceptable_masters"],
      json::array({{{"identity", "001b21fffe030405/1"}, {"alternate_priority1", 10}},
                   {{"identity", ""}, {"alternate_priority1", 0}, {"address", "192.0.2.1"}}}));
  EXPECT_EQ(ptp["authentication"], (json{{"association_file", "/etc/hostctl/ptp-keys"},
                                         {"security_parameter_pointer", 3},
                                         {"active_key_id", 4'294'967'295},
                                         {"allow_unauthenticated", true}}));
}

TEST(DesiredStateTest, OfATimeServerOnlyWhatWasSetIsStored) {
  const json servers = ToJson(Configured())["ntp"]["servers"];
  EXPECT_EQ(servers[1], (json{{"address", "192.0.2.1"}}));
  EXPECT_EQ(servers[0], (json{{"address", "pool.example.org"},
                              {"pool", true},
                              {"nts", true},
                              {"prefer", true},
                              {"min_poll", 4},
                              {"max_poll", 10},
                              {"port", 1123}}));
}

TEST(DesiredStateTest, WhatIsWrongWithNtpIsNamed) {
  const struct {
    std::function<void(json&)> spoil;
    const char* said;
  } cases[] = {
      {[](json& ntp) { ntp["enabled"] = 1; }, "`ntp.enabled`"},
      {[](json& ntp) { ntp["servers"] = 1; }, "`ntp.servers` is 1"},
      {[](json& ntp) { ntp["servers"][1]["address"] = "a b"; }, "\"a b\" is no name"},
      {[](json& ntp) { ntp["servers"][1]["address"] = "-x"; }, "is no name"},
      {[](json& ntp) { ntp["servers"][1] = ntp["servers"][0]; }, "named twice"},
      {[](json& ntp) { ntp["servers"][0]["min_poll"] = -7; }, "`ntp.servers[0].min_poll`"},
      {[](json& ntp) { ntp["servers"][0]["max_poll"] = 3; }, "longer than the longest"},
      {[](json& ntp) { ntp["servers"][0]["key"] = 1; }, "not known"},
      {[](json& ntp) { ntp["log_level"] = "debug"; }, "`ntp.log_level`: there is no log level"},
      {[](json& ntp) { ntp["directives"][0] = "a\nuser root"; }, "`ntp.directives`"},
      {[](json& ntp) { ntp["directives"][0] = 7; }, "`ntp.directives[]`"},
      {[](json& ntp) { ntp["directives"] = std::vector<std::string>(65, "lock_all"); },
       "65 directives"},
      {[](json& ntp) { ntp["speed"] = 1; }, "not known"},
  };
  for (const auto& one : cases) {
    json document = ToJson(Configured());
    one.spoil(document["ntp"]);
    const absl::StatusOr<DesiredState> state = FromJson(document);
    ASSERT_FALSE(state.ok()) << one.said;
    EXPECT_THAT(std::string(state.status().message()), HasSubstr(one.said));
  }
}

TEST(DesiredStateTest, WhatIsWrongWithHowPtpSpeaksIsNamed) {
  struct Mistake {
    const char* path;
    json value;
    const char* message;
  };
  const std::vector<Mistake> mistakes = {
      {"/ptp/profile", "telecom", "`ptp.profile`: there is no profile 'telecom'"},
      {"/ptp/profile", 7, "`ptp.profile` is 7"},
      {"/ptp/protocol", 7, "ptp.protocol is 7, must be an object"},
      {"/ptp/protocol/priority3", 1, "the member \"priority3\" of `ptp.protocol`"},
      {"/ptp/protocol/priority1", 256, "`ptp.protocol.priority1` is 256, must be"},
      {"/ptp/protocol/role", "master",
       "`ptp.protocol.role` is \"master\", must be one of client, server, auto"},
      {"/ptp/protocol/path_trace", 1, "`ptp.protocol.path_trace` is 1, must be true or false"},
      {"/ptp/protocol/delay_mechanism", "p2p",
       "`ptp.protocol.unicast_negotiation`: protocol.unicast_negotiation asks for Delay_Resp"},
      {"/ptp/unicast_masters", "192.0.2.1", "`ptp.unicast_masters` is \"192.0.2.1\", must be"},
      {"/ptp/unicast_masters/0", "gm", "the unicast master 'gm' is not the IPv4"},
      {"/ptp/unicast_masters/0", 7, "`ptp.unicast_masters[]` is 7"},
      {"/ptp/acceptable_masters/0", 7, "ptp.acceptable_masters[] is 7, must be an object"},
      {"/ptp/acceptable_masters/0/identity", "gm", "the acceptable master 'gm' is not"},
      {"/ptp/management/allow_set", "yes", "`ptp.management.allow_set` is \"yes\""},
      {"/ptp/acceptable_masters/1/address", "gm", "the address 'gm' of an acceptable master"},
      {"/ptp/authentication/active_key_id", -1, "`ptp.authentication.active_key_id` is -1"},
      {"/ptp/authentication/association_file", "keys", "is not named by an absolute path"},
      {"/ptp/domain_number", 128, "`ptp.domain_number`: PTP domain 128 is not within 0 to 127"},
  };
  for (const Mistake& mistake : mistakes) {
    json document = ToJson(Configured());
    document[json::json_pointer(mistake.path)] = mistake.value;
    EXPECT_THAT(std::string(FromJson(document).status().message()), HasSubstr(mistake.message))
        << mistake.path;
  }
}

TEST(DesiredStateTest, TheEndsOfEveryRangeReadBack) {
  for (const int64_t latency : {int64_t{-1'000'000'000}, int64_t{1'000'000'000}}) {
    DesiredState state;
    state.ptp.delay_asymmetry_ns = state.ptp.ingress_latency_ns = state.ptp.egress_latency_ns =
        latency;
    state.ptp.holdover_limit_s = latency < 0 ? 0 : 2'592'000;
    state.ptp.fallback_after_s = state.ptp.fallback_return_after_s = latency < 0 ? 1 : 86'400;
    const absl::StatusOr<DesiredState> again = FromText(ToText(state));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, state);
  }
}

TEST(DesiredStateTest, EveryServoReadsBack) {
  for (const char* servo : {"adaptive", "pi", "linreg", "none"}) {
    DesiredState state;
    state.ptp.servo = servo;
    const absl::StatusOr<DesiredState> again = FromJson(ToJson(state));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->ptp.servo, servo);
  }
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
  EXPECT_EQ(document["schema_version"], kSchemaVersion);
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
      {"unknown servo", "/ptp/servo", "\"ntp\"",
       "`ptp.servo` is \"ntp\", must be one of adaptive, pi, linreg, none"},
      {"servo as number", "/ptp/servo", "1", "`ptp.servo` is 1, must be a string"},
      {"asymmetry too long", "/ptp/delay_asymmetry_ns", "1000000001",
       "`ptp.delay_asymmetry_ns` is 1000000001, must be an integer from -1000000000 to 1000000000"},
      {"ingress too negative", "/ptp/ingress_latency_ns", "-1000000001",
       "`ptp.ingress_latency_ns` is -1000000001"},
      {"egress beyond signed 64 bits", "/ptp/egress_latency_ns", "18446744073709551615",
       "`ptp.egress_latency_ns` is 18446744073709551615"},
      {"fractional egress", "/ptp/egress_latency_ns", "1.5", "`ptp.egress_latency_ns` is 1.5"},
      {"unknown fallback", "/ptp/fallback", "\"gps\"", "`ptp.fallback` is"},
      {"fallback at once", "/ptp/fallback_after_s", "0", "`ptp.fallback_after_s` is 0"},
      {"return past a day", "/ptp/fallback_return_after_s", "86401",
       "`ptp.fallback_return_after_s` is 86401, must be an integer from 1 to 86400"},
      {"holdover below zero", "/ptp/holdover_limit_s", "-1", "`ptp.holdover_limit_s` is -1"},
      {"holdover past 30 days", "/ptp/holdover_limit_s", "2592001",
       "`ptp.holdover_limit_s` is 2592001, must be an integer from 0 to 2592000"},
      {"watch interfaces as text", "/ptp/watch_interfaces", "\"vmk1\"",
       "`ptp.watch_interfaces` is \"vmk1\", must be an array of at most 7"},
      {"eight watch interfaces", "/ptp/watch_interfaces",
       R"(["a", "b", "c", "d", "e", "f", "g", "h"])", "`ptp.watch_interfaces` is array"},
      {"watch interface without a name", "/ptp/watch_interfaces/0", "\"\"",
       "`ptp.watch_interfaces[]` is \"\", must be the name of an interface"},
      {"watch interface as number", "/ptp/watch_interfaces/0", "1",
       "`ptp.watch_interfaces[]` is 1"},
      {"watch interface twice", "/ptp/watch_interfaces/0", "\"eth2\"",
       "`ptp.watch_interfaces[]` is \"eth2\", must be named only once"},
      {"watch interface is the interface", "/ptp/watch_interfaces/1", "\"vmk0\"",
       "`ptp.watch_interfaces[]` is \"vmk0\", must be named only once, and not as interface"},
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
      {"boot id as number", "/firewall/unloaded_boot_id", "7",
       "`firewall.unloaded_boot_id` is 7, must be a string"},
      {"unconfirmed as text", "/firewall/unconfirmed", "\"now\"",
       "firewall.unconfirmed is \"now\", must be an object"},
      {"unconfirmed without what was", "/firewall/unconfirmed/former", "",
       "`firewall.unconfirmed.former` is missing"},
      {"unconfirmed with a bad policy", "/firewall/unconfirmed/former/enabled", "1",
       "`firewall.unconfirmed.former.enabled` is 1"},
      {"deadline before the start", "/firewall/unconfirmed/deadline_ms", "-1",
       "`firewall.unconfirmed.deadline_ms` is -1"},
      {"services as list", "/services", "[]", "services is array, must be an object"},
      {"service as text", "/services/ptpd", "\"on\"", "services.ptpd is \"on\", must be an object"},
      {"policy unknown", "/services/ptpd/policy", "\"auto\"",
       "`services.ptpd.policy` is \"auto\", must be on, off or automatic"},
      {"policy missing", "/services/chronyd/policy", "", "`services.chronyd.policy` is missing"},
      {"service unknown", "/services/ntpd", R"({"policy": "on"})", "\"ntpd\" of `services`"},
      {"bindings as object", "/bindings", "{}", "`bindings` is object, must be an array"},
      {"binding is text", "/bindings/0", "\"vmk0\"", "bindings[0] is \"vmk0\", must be an object"},
      {"binding of a device name", "/bindings/1/name", "\"eth0\"",
       "`bindings[1].name` is \"eth0\", must be vmk and a number"},
      {"name bound twice", "/bindings/1/name", "\"vmk0\"",
       "`bindings[1].name` is \"vmk0\", must be bound only once"},
      {"MAC in capitals", "/bindings/0/permanent_mac", "\"02:00:00:00:00:0A\"",
       "`bindings[0].permanent_mac` is"},
      {"MAC too short", "/bindings/0/permanent_mac", "\"02:00\"", "`bindings[0].permanent_mac` is"},
      {"interfaces as array", "/interfaces", "[]", "`interfaces` is array, must be an object"},
      {"settings of a device", "/interfaces/eth0", "{}",
       "`interfaces` has a member \"eth0\", must be vmk and a number"},
      {"MTU too large", "/interfaces/vmk3/mtu", "65537",
       "`interfaces.vmk3.mtu` is 65537, must be an integer from 68 to 65536"},
      {"state as text", "/interfaces/vmk3/enabled", "\"up\"",
       "`interfaces.vmk3.enabled` is \"up\", must be true or false"},
      {"created of another kind", "/interfaces/vmk3/created/kind", "\"tun\"",
       "`interfaces.vmk3.created.kind` is \"tun\", must be bridge_port or macvlan"},
      {"created on nothing", "/interfaces/vmk3/created/parent", "\"\"",
       "`interfaces.vmk3.created.parent` is \"\""},
      {"created with a group's MAC", "/interfaces/vmk3/created/mac", "\"01:00:5e:00:00:01\"",
       "`interfaces.vmk3.created.mac` is"},
      {"tagged for nothing known", "/interfaces/vmk0/services/0", "\"vmotion\"",
       "`interfaces.vmk0.services[]` is \"vmotion\""},
      {"unknown setting", "/interfaces/vmk0/colour", "1",
       "the member \"colour\" of `interfaces.vmk0` is not known"},
      {"adoption as number", "/adopt_interfaces", "1", "`adopt_interfaces` is 1"},
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
  const absl::StatusOr<DesiredState> state = FromText(R"({"schema_version": 3, "novel": true})");
  EXPECT_EQ(state.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(state.status().message()),
              HasSubstr("`schema_version` is 3, this release reads up to 2"));
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
