#include "ptpcore/engine/config_file.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& text) {
  return std::string(ParseConfig(text).status().message());
}

TEST(ConfigFile, ReadsEveryMember) {
  const auto config = ParseConfig(R"({
    "device": "eth0", "interface": "vmk0", "domain_number": 24, "transport": "udp-ipv4",
    "clock": "virtual",
    "virtual_clock": {"state_file": "/run/v", "initial_offset_ns": -5, "frequency_error_ppb": 1.5},
    "read_only": true, "step_rule": "always",
    "stats_log": {"path": "/var/log/p", "max_bytes": 4096, "max_files": 3}})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->device(), "eth0");
  EXPECT_EQ(config->interface(), "vmk0");
  EXPECT_EQ(config->domain_number(), 24u);
  EXPECT_EQ(config->transport(), hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
  EXPECT_EQ(config->clock(), hostctl::engine::v1::CLOCK_KIND_VIRTUAL);
  EXPECT_EQ(config->virtual_clock().state_file(), "/run/v");
  EXPECT_EQ(config->virtual_clock().initial_offset_ns(), -5);
  EXPECT_EQ(config->virtual_clock().frequency_error_ppb(), 1.5);
  EXPECT_TRUE(config->read_only());
  EXPECT_EQ(config->step_rule(), hostctl::engine::v1::STEP_RULE_ALWAYS);
  EXPECT_EQ(config->stats_log().path(), "/var/log/p");
  EXPECT_EQ(config->stats_log().max_bytes(), 4096u);
  EXPECT_EQ(config->stats_log().max_files(), 3u);
}

TEST(ConfigFile, ReadsHowPtpIsSpoken) {
  const auto config = ParseConfig(R"({
    "device": "eth0", "further_ports": ["eth1", "eth2"], "profile": "g8275.2",
    "protocol": {"role": "auto", "network_protocol": "udp6", "log_sync_interval": -6,
                 "path_trace": true},
    "unicast_masters": ["2001:db8::1"],
    "acceptable_masters": [{"identity": "001b21fffe030405", "alternate_priority1": 10},
                           {"identity": "001b21fffe030406/1"}],
    "management": {"allow_set": true}, "management_socket": "/run/p",
    "leap_seconds_file": "/usr/share/zoneinfo/leap-seconds.list"})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->domain_number(), 44u) << "the profile's";
  EXPECT_EQ(config->further_ports(1).device(), "eth2");
  EXPECT_EQ(config->protocol().role(), hostctl::v1::CLOCK_ROLE_AUTO);
  EXPECT_EQ(config->protocol().network_protocol(), hostctl::v1::NETWORK_PROTOCOL_UDP_IPV6);
  EXPECT_EQ(config->protocol().log_sync_interval(), -6);
  EXPECT_TRUE(config->protocol().path_trace());
  EXPECT_FALSE(config->protocol().has_priority1());
  EXPECT_EQ(config->unicast_masters(0), "2001:db8::1");
  EXPECT_EQ(config->acceptable_masters(0).alternate_priority1(), 10u);
  EXPECT_EQ(config->acceptable_masters(1).identity(), "001b21fffe030406/1");
  EXPECT_TRUE(config->management().allow_set());
  EXPECT_EQ(config->management_socket(), "/run/p");
  EXPECT_EQ(config->leap_seconds_file(), "/usr/share/zoneinfo/leap-seconds.list");
}

TEST(ConfigFile, RefusesValuesOfTheProtocolByName) {
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","protocol":{"priority3":1}})"),
              HasSubstr("unknown member protocol.priority3"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","protocol":{"priority1":256}})"),
              HasSubstr("protocol.priority1: expected an integer in 0..255, got 256"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","protocol":{"role":"master"}})"),
              HasSubstr("protocol.role: expected one of auto, client, server, got \"master\""));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","profile":"telecom"})"),
              HasSubstr("there is no profile 'telecom'"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","unicast_masters":"192.0.2.1"})"),
              HasSubstr("unicast_masters: expected an array"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","acceptable_masters":[7]})"),
              HasSubstr("acceptable_masters[]: expected an object"));
}

TEST(ConfigFile, RefusesWhatItDoesNotUnderstandByName) {
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","domian":1})"), HasSubstr("unknown member domian"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","stats_log":{"size":1}})"), HasSubstr("stats_log.size"));
  EXPECT_THAT(ErrorOf(R"({"device":7})"), HasSubstr("device: expected a string, got 7"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","domain_number":256})"), HasSubstr("0..255"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","domain_number":-1})"), HasSubstr("got -1"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","domain_number":18446744073709551615})"),
              HasSubstr("0..255"));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","clock":"atomic"})"),
              HasSubstr("one of system, virtual, got \"atomic\""));
  EXPECT_THAT(ErrorOf(R"({"device":"eth0","read_only":"yes"})"), HasSubstr("true or false"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(ErrorOf("{\"device\":"), HasSubstr("not a JSON document"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("not a JSON document"));
}

TEST(ConfigFile, NamesTheFileThatCannotBeRead) {
  const auto config = ReadConfigFile("/nonexistent/ptpd.json");
  EXPECT_TRUE(absl::IsNotFound(config.status()));
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("/nonexistent/ptpd.json"));
}

}  // namespace
}  // namespace ptpcore::engine
