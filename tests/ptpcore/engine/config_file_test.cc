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
