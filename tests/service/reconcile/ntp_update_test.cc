// What a user may ask of NTP.
#include "service/reconcile/ntp_update.h"

#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using store::DesiredState;
using store::NtpServer;
using ::testing::HasSubstr;

NtpUpdate EnableWith(const std::string& server) {
  NtpUpdate update;
  update.enabled = true;
  update.servers = {NtpServer{server}};
  return update;
}

TEST(NtpUpdateTest, EnablingItOpensItsRulesetAndSwitchingItOffClosesIt) {
  const auto on = ApplyNtpUpdate(DesiredState(), EnableWith("192.0.2.1"));
  ASSERT_TRUE(on.ok()) << on.status();
  EXPECT_TRUE(on->ntp.enabled);
  EXPECT_TRUE(on->firewall.rulesets.at("ntpClient").enabled);
  NtpUpdate off;
  off.enabled = false;
  const auto after = ApplyNtpUpdate(*on, off);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_FALSE(after->firewall.rulesets.at("ntpClient").enabled);
  EXPECT_EQ(after->ntp.servers.size(), 1u) << "servers stay for the next time";
}

TEST(NtpUpdateTest, InBetweenTheRulesetIsTheUsers) {
  auto state = *ApplyNtpUpdate(DesiredState(), EnableWith("192.0.2.1"));
  state.firewall.rulesets["ntpClient"].enabled = false;
  NtpUpdate other;
  other.log_level = "error";
  EXPECT_FALSE(ApplyNtpUpdate(state, other)->firewall.rulesets.at("ntpClient").enabled);
  NtpUpdate again;
  again.enabled = true;
  EXPECT_TRUE(ApplyNtpUpdate(state, again)->firewall.rulesets.at("ntpClient").enabled);
}

TEST(NtpUpdateTest, AResetSwitchesItOffAndForgetsItsServers) {
  const auto on = ApplyNtpUpdate(DesiredState(), EnableWith("192.0.2.1"));
  NtpUpdate reset;
  reset.reset_to_defaults = true;
  const auto after = ApplyNtpUpdate(*on, reset);
  EXPECT_EQ(after->ntp, store::NtpSettings());
  EXPECT_FALSE(after->firewall.rulesets.at("ntpClient").enabled);
}

TEST(NtpUpdateTest, WhatIsWrongIsRefusedWithItsReason) {
  const struct {
    std::function<void(NtpUpdate&)> spoil;
    const char* reason;
    const char* field;
    const char* said;
  } cases[] = {
      {[](NtpUpdate& u) { u.servers->clear(); }, "NTP_SERVERS_REQUIRED", "config.servers",
       "without a time server"},
      {[](NtpUpdate& u) { u.servers->at(0).address = "a b"; }, "NTP_SERVER_INVALID",
       "config.servers", "is no name"},
      {[](NtpUpdate& u) { u.servers->push_back(u.servers->at(0)); }, "NTP_SERVER_INVALID",
       "config.servers", "named twice"},
      {[](NtpUpdate& u) { u.log_level = "debug"; }, "NTP_LOG_LEVEL_INVALID", "config.log_level",
       "debug"},
      {[](NtpUpdate& u) {
         u.directives = {"minsources 2", "pidfile /x"};
       },
       "NTP_DIRECTIVE_INVALID", "config.directives", "`pidfile /x`"},
      {[](NtpUpdate& u) { u.directives = {"a\nb"}; }, "NTP_DIRECTIVE_INVALID", "config.directives",
       "printable"},
      {[](NtpUpdate& u) { u.etag = "0"; }, "ETAG_MISMATCH", "etag", "somebody else"},
  };
  for (const auto& one : cases) {
    NtpUpdate update = EnableWith("192.0.2.1");
    one.spoil(update);
    const auto refused = ApplyNtpUpdate(DesiredState(), update);
    ASSERT_FALSE(refused.ok()) << one.said;
    EXPECT_EQ(DetailOf(refused.status()).reason, one.reason);
    EXPECT_EQ(DetailOf(refused.status()).field, one.field);
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(one.said));
  }
}

TEST(NtpUpdateTest, TheEtagFollowsTheSettings) {
  const store::NtpSettings before;
  store::NtpSettings after = before;
  after.directives = {"minsources 2"};
  EXPECT_NE(EtagOf(before), EtagOf(after));
  EXPECT_EQ(EtagOf(before), EtagOf(store::NtpSettings()));
  NtpUpdate update = EnableWith("192.0.2.1");
  update.etag = EtagOf(before);
  EXPECT_TRUE(ApplyNtpUpdate(DesiredState(), update).ok());
}

TEST(NtpUpdateTest, EveryDifferenceIsAChange) {
  store::NtpSettings after;
  after.enabled = true;
  after.servers.push_back({"ntp.example.org", true, true, true, 4, 8, 1123});
  after.log_level = "error";
  after.directives = {"minsources 2"};
  after.disable_events = true;
  const auto changes = NtpChanges(store::NtpSettings(), after);
  const std::vector<Change> expected = {
      {"ntp.enabled", "false", "true"},
      {"ntp.servers", "", "pool ntp.example.org nts prefer port 1123 minpoll 4 maxpoll 8"},
      {"ntp.log_level", "info", "error"},
      {"ntp.directives", "", "minsources 2"},
      {"ntp.disable_events", "false", "true"}};
  EXPECT_EQ(changes, expected);
  EXPECT_TRUE(NtpChanges(after, after).empty());
}

}  // namespace
}  // namespace hostctl::reconcile
