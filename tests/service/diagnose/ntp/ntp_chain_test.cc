// The chain of NTP: one fault at a time, and the finding that names it.
#include "service/diagnose/ntp/ntp_chain.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/diagnose/ntp/run_ntp_test.h"

namespace hostctl::diagnose {
namespace {

using reconcile::ServiceState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::NtpSource Source(const std::string& address, v1::NtpSourceState state) {
  v1::NtpSource source;
  source.set_address(address);
  source.set_state(state);
  source.set_stratum(3);
  source.set_poll(6);
  source.set_reach(0377);
  source.set_last_sample_age_s(1);
  return source;
}

// A host on which NTP works: 192.0.2.1 and 192.0.2.2 through vmk0.
NtpFacts Healthy() {
  NtpFacts facts;
  facts.ntp.settings.enabled = true;
  facts.ntp.settings.servers = {{"192.0.2.1"}, {"ntp.example.org"}};
  facts.ntp.in_control = true;
  facts.ntp.steers_clock = true;
  facts.service.state = ServiceState::kRunning;
  facts.service.pid = 4711;
  facts.service.manager = "hostd";
  facts.ruleset_passes = true;
  facts.servers = {{{"192.0.2.1"}, {"192.0.2.1"}, ""}, {{"ntp.example.org"}, {"192.0.2.2"}, ""}};
  facts.towards = "192.0.2.1";
  facts.local_address = "192.0.2.9";
  facts.interface = "vmk0";
  facts.device = host::Device();
  facts.device->name = "eth0";
  facts.device->up = true;
  facts.device->running = true;
  v1::NtpStats stats;
  stats.set_synchronized(true);
  stats.set_reference("192.0.2.1");
  stats.set_stratum(4);
  stats.set_maximum_error_ns(11400);
  stats.set_offset_ns(-260);
  *stats.add_sources() = Source("192.0.2.1", v1::NTP_SOURCE_STATE_SELECTED);
  *stats.add_sources() = Source("192.0.2.2", v1::NTP_SOURCE_STATE_COMBINED);
  facts.stats = stats;
  facts.answers = {{"192.0.2.1", "Normal", 3, 12720, 8, 8, 8},
                   {"192.0.2.2", "Normal", 3, 1, 8, 8, 8}};
  return facts;
}

v1::TestVerdict VerdictOn(const NtpFacts& facts, std::vector<v1::TestStep>* steps = nullptr) {
  NtpChain chain;
  for (const NtpLink& link : NtpLinks()) {
    v1::TestStep step = chain.Judge(link, facts);
    if (steps != nullptr) steps->push_back(std::move(step));
  }
  return chain.Verdict(facts);
}

std::vector<std::string> CodesOn(const NtpFacts& facts) {
  std::vector<std::string> codes;
  const v1::TestVerdict verdict = VerdictOn(facts);
  for (const v1::TestFinding& finding : verdict.findings()) {
    codes.push_back(finding.code());
  }
  return codes;
}

void Silence(NtpFacts& facts) {
  facts.stats->set_synchronized(false);
  for (v1::NtpSource& source : *facts.stats->mutable_sources()) {
    source.set_state(v1::NTP_SOURCE_STATE_UNUSABLE);
    source.set_reach(0);
    source.clear_last_sample_age_s();
  }
  for (ntp::NtpAnswers& answers : facts.answers) answers.received = answers.good = 0;
}

TEST(NtpChainTest, WhereNothingIsWrongNothingIsFound) {
  std::vector<v1::TestStep> steps;
  const v1::TestVerdict verdict = VerdictOn(Healthy(), &steps);
  EXPECT_TRUE(verdict.working_normally());
  EXPECT_EQ(verdict.message(), "NTP works: the clock follows 192.0.2.1 to within +-11.4 us");
  EXPECT_EQ(verdict.findings_size(), 0);
  std::vector<std::string> details;
  for (const v1::TestStep& step : steps) {
    EXPECT_EQ(step.outcome(), v1::TEST_OUTCOME_PASSED) << step.code();
    details.push_back(step.code() + ": " + step.detail());
  }
  EXPECT_THAT(
      details,
      ElementsAre("CONFIGURATION: server 192.0.2.1, server ntp.example.org",
                  "NAME_RESOLUTION: 192.0.2.1, ntp.example.org is 192.0.2.2",
                  "INTERFACE: vmk0 (eth0), admin up, link up, address 192.0.2.9",
                  "FIREWALL: open, allowed: all addresses", "SERVICE: process 4711, run by hostd",
                  "SERVERS: 192.0.2.1 stratum 3, 192.0.2.2 stratum 3", "AGREEMENT: 2 are used",
                  "SYNCHRONIZATION: peer 192.0.2.1, stratum 4, accuracy +-11.4 us, offset -260 ns, "
                  "polled every 64 s, delay 12.7 us",
                  "CLOCK: it does"));
}

TEST(NtpChainTest, EachFaultIsNamedFirst) {
  const struct {
    const char* code;
    std::function<void(NtpFacts&)> spoil;
  } faults[] = {
      {"NTP_DISABLED", [](NtpFacts& f) { f.ntp.settings.enabled = f.ntp.in_control = false; }},
      {"NTP_NO_SERVERS", [](NtpFacts& f) { f.ntp.settings.servers.clear(); }},
      {"NAME_NOT_RESOLVED",
       [](NtpFacts& f) {
         for (ResolvedServer& server : f.servers) server.addresses.clear();
         f.towards.clear();
       }},
      {"NO_ROUTE",
       [](NtpFacts& f) {
         f.local_address.clear();
         f.no_way = "Network is unreachable";
       }},
      {"INTERFACE_DOWN", [](NtpFacts& f) { f.device->up = f.device->running = false; }},
      {"NO_LINK", [](NtpFacts& f) { f.device->running = false; }},
      {"RULESET_CLOSED", [](NtpFacts& f) { f.ruleset_passes = false; }},
      {"SERVER_NOT_ALLOWED",
       [](NtpFacts& f) {
         f.allows_all = false;
         f.allowed_ips = {"198.51.100.0/24"};
       }},
      {"SERVICE_NOT_STARTED", [](NtpFacts& f) { f.service.state = ServiceState::kStopped; }},
      {"NTP_NOT_RUNNING", [](NtpFacts& f) { f.service.state = ServiceState::kFailed; }},
      {"NTP_NOT_ANSWERING", [](NtpFacts& f) { f.stats = absl::UnavailableError("506"); }},
      {"SERVER_NOT_ANSWERING", Silence},
      {"SERVER_UNSYNCHRONIZED",
       [](NtpFacts& f) {
         Silence(f);
         for (ntp::NtpAnswers& answers : f.answers) {
           answers.received = 4;
           answers.stratum = 16;
           answers.leap_status = "Not synchronised";
         }
       }},
      {"SERVERS_DISAGREE",
       [](NtpFacts& f) {
         f.stats->set_synchronized(false);
         for (v1::NtpSource& source : *f.stats->mutable_sources()) {
           source.set_state(v1::NTP_SOURCE_STATE_FALSETICKER);
         }
       }},
      {"NOT_SYNCHRONIZED",
       [](NtpFacts& f) {
         f.stats->set_synchronized(false);
         for (v1::NtpSource& source : *f.stats->mutable_sources()) {
           source.set_state(v1::NTP_SOURCE_STATE_UNUSABLE);
         }
       }},
  };
  for (const auto& fault : faults) {
    NtpFacts facts = Healthy();
    fault.spoil(facts);
    const v1::TestVerdict verdict = VerdictOn(facts);
    EXPECT_FALSE(verdict.working_normally()) << fault.code;
    ASSERT_GT(verdict.findings_size(), 0) << fault.code;
    EXPECT_EQ(verdict.findings(0).code(), fault.code);
    EXPECT_THAT(verdict.message(), HasSubstr(verdict.findings(0).message()));
    for (const v1::TestFinding& finding : verdict.findings()) {
      EXPECT_FALSE(finding.remedy().empty()) << finding.code();
    }
  }
}

TEST(NtpChainTest, OneServerOfTwoThatFailsIsAWarning) {
  NtpFacts facts = Healthy();
  facts.servers[1].addresses.clear();
  facts.stats->mutable_sources(1)->set_address("ntp.example.org");
  facts.stats->mutable_sources(1)->set_state(v1::NTP_SOURCE_STATE_UNUSABLE);
  facts.stats->mutable_sources(1)->clear_last_sample_age_s();
  EXPECT_THAT(CodesOn(facts), ElementsAre("NAME_NOT_RESOLVED")) << "and that alone";
  EXPECT_TRUE(VerdictOn(facts).working_normally());
  facts = Healthy();
  facts.allows_all = false;
  facts.allowed_ips = {"192.0.2.1"};
  EXPECT_THAT(CodesOn(facts), ElementsAre("SERVER_NOT_ALLOWED"));
  EXPECT_THAT(VerdictOn(facts).findings(0).remedy(), HasSubstr("--ip-address 192.0.2.2"));
  facts = Healthy();
  facts.stats->mutable_sources(1)->set_state(v1::NTP_SOURCE_STATE_FALSETICKER);
  EXPECT_THAT(CodesOn(facts), ElementsAre("SERVER_DISAGREES"));
  facts.stats->mutable_sources(1)->set_state(v1::NTP_SOURCE_STATE_JITTERY);
  EXPECT_THAT(CodesOn(facts), ElementsAre("SERVER_UNSTABLE"));
  EXPECT_TRUE(VerdictOn(facts).working_normally());
  facts = Healthy();
  facts.ntp.steers_clock = false;
  EXPECT_THAT(CodesOn(facts), ElementsAre("CLOCK_ONLY_MEASURED"));
}

TEST(NtpChainTest, BehindACauseOnlyWhatStandsForItselfIsJudged) {
  NtpFacts facts = Healthy();
  facts.local_address.clear();
  facts.ruleset_passes = false;
  facts.service.state = ServiceState::kStopped;
  EXPECT_THAT(CodesOn(facts), ElementsAre("NO_ROUTE", "RULESET_CLOSED", "SERVICE_NOT_STARTED"));
  facts.ntp.settings.enabled = facts.ntp.in_control = false;
  EXPECT_THAT(CodesOn(facts), ElementsAre("NTP_DISABLED")) << "the rest follows from it";
}

TEST(NtpChainTest, NtpInPtpsPlaceIsTestedAlthoughItIsNotEnabled) {
  NtpFacts facts = Healthy();
  facts.ntp.settings.enabled = false;
  EXPECT_THAT(CodesOn(facts), IsEmpty());
}

// Counts what it is asked for, and is synchronized after so many looks.
class FakeProbes final : public NtpProbes {
 public:
  explicit FakeProbes(int looks) : looks_(looks) {}
  void ReadConfiguration(NtpFacts& facts) override { facts = Healthy(); }
  void Resolve(NtpFacts& /*facts*/) override { ++resolved; }
  void Measure(NtpFacts& facts) override {
    facts = Healthy();
    if (++measured >= looks_) return;
    Silence(facts);
    for (ntp::NtpAnswers& answers : facts.answers) answers.sent = 1;
  }
  double Wait() override { return seconds += 0.25; }

  int resolved = 0;
  int measured = 0;
  double seconds = 0;

 private:
  const int looks_;
};

class Told final : public Listener {
 public:
  bool Listens() override { return true; }
  void Tell(const v1::TestProgress& progress) override { all.push_back(progress); }
  std::vector<v1::TestProgress> all;
};

TEST(RunNtpTest, TellsEachStepAsItBeginsAndEndsAndThenTheVerdict) {
  FakeProbes probes(3);
  Told told;
  RunNtpTest(probes, told);
  ASSERT_EQ(told.all.size(), 2 * NtpLinks().size() + 1);
  EXPECT_EQ(told.all[0].started().code(), "CONFIGURATION");
  EXPECT_EQ(told.all[1].step().code(), "CONFIGURATION");
  EXPECT_TRUE(told.all.back().verdict().working_normally());
  EXPECT_EQ(probes.resolved, 1);
  EXPECT_EQ(probes.measured, 3) << "until it is synchronized, and no longer";
}

TEST(RunNtpTest, WhatDoesNotComeIsNotWaitedForWithoutEnd) {
  FakeProbes probes(1000000);
  Told told;
  RunNtpTest(probes, told);
  EXPECT_FALSE(told.all.back().verdict().working_normally());
  EXPECT_NEAR(probes.seconds, 12, 0.5);
}

}  // namespace
}  // namespace hostctl::diagnose
