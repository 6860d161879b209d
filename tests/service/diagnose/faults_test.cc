// One thing is spoilt at a time: the first finding of the chain names it.
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "working_host.h"

namespace hostctl::diagnose {
namespace {

using Spoil = std::function<void(Facts&)>;

struct Fault {
  const char* name;
  Spoil spoil;
  const char* code;    // of the first finding
  const char* remedy;  // part of it
};

void Condition(Facts& facts, const char* code) {
  facts.ptp.conditions.push_back({code, std::string("hostd says ") + code, "do so"});
}

Talker& Master(Facts& facts) {
  return facts.wire.traffic.talkers[0];
}

// The engine hears something, if nothing that it can use.
void StillReceives(Facts& facts) {
  v1::MessageCounters& messages = *facts.after->mutable_messages();
  messages.set_received_total(messages.received_total() + 20);
}

// The master is there, in a way that this host does not listen for.
Spoil Other(const std::function<void(Talker&)>& change, v1::PortReason reason) {
  return [=](Facts& facts) {
    change(Master(facts));
    facts.wire.traffic.answers_to_us = 0;
    facts.wire.traffic.talkers.pop_back();
    ForgetMaster(facts, reason);
    StillReceives(facts);
  };
}

void NothingArrives(Facts& facts) {
  facts.wire.traffic = {};
  ForgetMaster(facts, v1::PORT_REASON_NO_ANNOUNCE);
}

// Everything arrives at the device and nothing at the engine.
Spoil DroppedIn(const firewall::TracedDrop& drop) {
  return [=](Facts& facts) {
    facts.firewall.drops = {drop};
    facts.wire.traffic.answers_to_us = 0;
    facts.wire.traffic.talkers.pop_back();
    ForgetMaster(facts, v1::PORT_REASON_NO_ANNOUNCE);
  };
}

// The engine has not got what it needs of a master that it follows.
void Uncalibrated(Facts& facts, v1::PortReason reason) {
  facts.after->set_port_state(v1::PORT_STATE_UNCALIBRATED);
  facts.after->set_reason(reason);
  facts.after->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
}

void NoAnswers(Facts& facts) {
  Master(facts).delay_responses = 0;
  facts.wire.traffic.answers_to_us = 0;
  facts.after->mutable_messages()->set_delay_resp_received(100);
  Uncalibrated(facts, v1::PORT_REASON_NO_DELAY_RESP);
}

Spoil Unqualified(v1::MasterQualification why) {
  return [=](Facts& facts) {
    const v1::ForeignMaster master = facts.after->foreign_master_list(0);
    ForgetMaster(facts, v1::PORT_REASON_MASTER_UNACCEPTABLE);
    StillReceives(facts);
    *facts.after->add_foreign_master_list() = master;
    facts.after->mutable_foreign_master_list(0)->set_followed(false);
    facts.after->mutable_foreign_master_list(0)->set_qualification(why);
    facts.after->mutable_foreign_master_list(0)->set_grandmaster_clock_class(187);
  };
}

void AddSecondMaster(Facts& facts, double apart_s) {
  Talker second = GrandmasterTalker();
  second.identity = "0200c0fffe000099/1";
  for (SyncSample& sample : second.samples) sample.master_minus_kernel_s += apart_s;
  facts.wire.traffic.talkers.push_back(second);
}

const firewall::TracedDrop kSiteDrop{true, "ip", "site",         "input", 7, "udp dport 319 drop",
                                     17,   319,  kMasterAddress, 5};

std::vector<Fault> Faults() {
  return {
      {"ptp disabled", [](Facts& f) { f.ptp.settings.enabled = false; }, "PTP_DISABLED",
       "system ptp set --enable --interface vmk0"},
      {"state file set aside",
       [](Facts& f) {
         Condition(f, "STATE_FILE_SET_ASIDE");
         f.ptp.settings.enabled = false;
       },
       "STATE_FILE_UNREADABLE", "do so"},
      {"state file damaged, its copy in force",
       [](Facts& f) { Condition(f, "STATE_FILE_RESTORED"); }, "STATE_FILE_RESTORED", "do so"},
      {"state file damaged while hostd runs", [](Facts& f) { f.state_problem = "cut off"; },
       "STATE_FILE_UNREADABLE", "system ptp set"},
      {"service stopped by hand", [](Facts& f) { Condition(f, "SERVICE_NOT_STARTED"); },
       "SERVICE_NOT_STARTED", "do so"},
      {"clock not adjustable",
       [](Facts& f) {
         Condition(f, "CLOCK_NOT_ADJUSTABLE");
         f.ptp.engine_pid = 0;
         f.before.reset();
         f.after.reset();
       },
       "CLOCK_NOT_ADJUSTABLE", "do so"},
      {"engine killed and not restarting",
       [](Facts& f) {
         Condition(f, "ENGINE_NOT_RUNNING");
         f.ptp.engine_pid = 0;
         f.before.reset();
         f.after.reset();
       },
       "ENGINE_NOT_RUNNING", "do so"},
      {"engine ends again and again", [](Facts& f) { f.restarts_while_observed = 2; },
       "ENGINE_RESTARTING", "journalctl"},
      {"interface missing",
       [](Facts& f) {
         f.interface.device.reset();
         f.interface.missing = "there is no interface `vmk0`";
         f.ptp.engine_pid = 0;
       },
       "INTERFACE_MISSING", "network ip interface list"},
      {"interface down",
       [](Facts& f) {
         f.interface.notes = {{"INTERFACE_DOWN", "eth0 is down", "ip link set"}};
       },
       "INTERFACE_DOWN", "ip link set"},
      {"no link",
       [](Facts& f) {
         f.interface.notes = {{"INTERFACE_NO_LINK", "no link", "check the cable"}};
       },
       "INTERFACE_NO_LINK", "cable"},
      {"no address, so that the engine was not started",
       [](Facts& f) {
         f.interface.notes = {{"INTERFACE_NO_ADDRESS", "no address", "ip address add"}};
         f.ptp.engine_pid = 0;
         f.before.reset();
         f.after.reset();
       },
       "INTERFACE_NO_ADDRESS", "ip address add"},
      {"the card of the virtual switch has no link",
       [](Facts& f) {
         f.interface.cards = {"enp1s0"};
         f.interface.cards_without_link = {"enp1s0"};
       },
       "CARD_WITHOUT_LINK", "cable"},
      {"group not joined", [](Facts& f) { f.interface.groups = {"224.0.0.1"}; }, "GROUP_NOT_JOINED",
       "service restart"},

      {"no master at all", NothingArrives, "NO_MASTER", "grandmaster"},
      {"wrong interface",
       [](Facts& f) {
         NothingArrives(f);
         f.wire.traffic.talkers = {GrandmasterTalker()};
         Master(f).device = "eth1";
       },
       "WRONG_INTERFACE", "system ptp set --interface eth1"},
      {"bridge port without multicast flooding",
       [](Facts& f) {
         NothingArrives(f);
         f.interface.bridge = BridgeFacts{"br0", true, false, {{"vmk0-p", true, false, true}}};
       },
       "MULTICAST_NOT_FLOODED", "bridge link set dev vmk0-p mcast_flood on"},
      {"PTP reaches the uplink of our bridge only",
       [](Facts& f) {
         NothingArrives(f);
         f.interface.bridge = BridgeFacts{"br0", true, true, {}};
         f.interface.same_network = {"br0", "enp1s0"};
         f.wire.traffic.talkers = {GrandmasterTalker()};
         Master(f).device = "enp1s0";
       },
       "BRIDGE_FILTERS_MULTICAST", "mcast_snooping"},
      {"a snooping switch forgot the membership",
       [](Facts& f) {
         NothingArrives(f);
         f.wire.traffic.queries = 1;
         f.multicast.came_after_report = true;
       },
       "MEMBERSHIP_LOST", "querier"},
      {"the host's own filter drops membership reports",
       [](Facts& f) {
         NothingArrives(f);
         f.wire.traffic.queries = 1;
         f.firewall.drops = {
             {false, "inet", "site", "out", 3, "ip protocol igmp drop", 2, 0, "192.0.2.2", 1}};
       },
       "MEMBERSHIP_REPORT_DROPPED", "nft -a list chain inet site out"},
      {"unicast comes through and multicast does not",
       [](Facts& f) {
         NothingArrives(f);
         f.multicast.asked = kMasterAddress;
         f.multicast.unicast_answered = true;
       },
       "MULTICAST_FILTERED", "224.0.1.129"},

      {"ruleset closed",
       [](Facts& f) {
         DroppedIn({true, "inet", "hostctl", "input", 9, "", 17, 319, kMasterAddress, 5})(f);
         Condition(f, "RULESET_CLOSED");
       },
       "RULESET_CLOSED", "do so"},
      {"the master is not among the allowed addresses",
       [](Facts& f) {
         DroppedIn({true, "inet", "hostctl", "input", 9, "", 17, 319, kMasterAddress, 5})(f);
         f.firewall.ruleset.allow_all = false;
         f.firewall.ruleset.allowed_ips = {"198.51.100.0/24"};
       },
       "MASTER_NOT_ALLOWED", "allowedip add --ruleset-id ptpd --ip-address 192.0.2.1"},
      {"our own drop, told by its counter alone",
       [](Facts& f) {
         DroppedIn(kSiteDrop)(f);
         f.firewall.drops.clear();
         f.firewall.ruleset_dropped = 12;
       },
       "RULESET_CLOSED", "system ptp set --enable"},
      {"foreign drop on input", DroppedIn(kSiteDrop), "FOREIGN_DROP_INPUT",
       "nft -a list chain ip site input"},
      {"foreign drop of Sync alone, while the clock is still locked",
       [](Facts& f) { f.firewall.drops = {kSiteDrop}; }, "FOREIGN_DROP_INPUT",
       "nft -a list chain ip site input"},
      {"firewalld without the ports",
       DroppedIn({true, "inet", "firewalld", "filter_INPUT", 88,
                  "reject with icmpx admin-prohibited", 17, 319, kMasterAddress, 5}),
       "FIREWALLD_DROPS", "firewall-cmd --add-port=319/udp"},
      {"foreign drop on output",
       [](Facts& f) {
         NoAnswers(f);
         f.wire.traffic.talkers.pop_back();
         f.firewall.drops = {{false, "inet", "site", "out", 0, "", 17, 319, "192.0.2.2", 4}};
       },
       "FOREIGN_DROP_OUTPUT", "nft -a list chain inet site out"},
      {"reverse path filter",
       [](Facts& f) {
         DroppedIn(kSiteDrop)(f);
         f.firewall.drops.clear();
         f.firewall.reverse_path_dropped = 12;
       },
       "REVERSE_PATH_FILTER", "rp_filter"},
      {"dropped by nobody who tells",
       [](Facts& f) {
         DroppedIn(kSiteDrop)(f);
         f.firewall.drops.clear();
       },
       "DROPPED_IN_HOST", "iptables-legacy"},

      {"wrong domain", Other([](Talker& t) { t.domain = 5; }, v1::PORT_REASON_OTHER_DOMAIN),
       "WRONG_DOMAIN", "system ptp set --domain 5"},
      {"Ethernet instead of UDP",
       Other([](Talker& t) { t.network = v1::NETWORK_PROTOCOL_ETHERNET; },
             v1::PORT_REASON_OTHER_TRANSPORT),
       "WRONG_TRANSPORT", "--transport ethernet"},
      {"IPv6 instead of IPv4",
       Other([](Talker& t) { t.network = v1::NETWORK_PROTOCOL_UDP_IPV6; },
             v1::PORT_REASON_OTHER_TRANSPORT),
       "WRONG_TRANSPORT", "--transport udp6"},
      {"another sdoId", Other([](Talker& t) { t.sdo_id = 0x100; }, v1::PORT_REASON_OTHER_SDO),
       "WRONG_SDO_ID", "--sdo-id 256"},
      {"in a VLAN", Other([](Talker& t) { t.vlan = 7; }, v1::PORT_REASON_OTHER_TRANSPORT),
       "WRONG_VLAN", "eth0.7"},
      {"only clients are heard",
       Other([](Talker& t) { t.announces = t.syncs = 0; }, v1::PORT_REASON_NO_ANNOUNCE),
       "NO_MASTER", "grandmaster"},
      {"peer delay instead of end to end",
       [](Facts& f) {
         NoAnswers(f);
         Master(f).peer_delay_requests = 5;
         f.after->set_reason(v1::PORT_REASON_OTHER_DELAY_MECHANISM);
       },
       "WRONG_DELAY_MECHANISM", "--delay-mechanism p2p"},

      {"peer delay instead of end to end, of a clock that is locked still",
       [](Facts& f) {
         Master(f).delay_responses = 0;
         Master(f).peer_delay_requests = 5;
         f.wire.traffic.answers_to_us = 0;
         f.after->mutable_messages()->set_delay_resp_received(100);
       },
       "WRONG_DELAY_MECHANISM", "--delay-mechanism p2p"},
      {"no unicast master answers, while others speak by multicast",
       [](Facts& f) {
         f.protocol.set_unicast_negotiation(true);
         f.ptp.settings.domain_number = 44;
         f.wire.traffic.talkers.pop_back();
         ForgetMaster(f, v1::PORT_REASON_UNICAST_UNANSWERED);
       },
       "UNICAST_UNANSWERED", "ptp port list"},
      {"unicast masters deny",
       [](Facts& f) {
         f.protocol.set_unicast_negotiation(true);
         Master(f).announces = Master(f).syncs = 0;
         ForgetMaster(f, v1::PORT_REASON_UNICAST_DENIED);
       },
       "UNICAST_DENIED", "ptp port list"},

      {"master of bad class", Unqualified(v1::MASTER_QUALIFICATION_CLOCK_CLASS_UNACCEPTABLE),
       "MASTER_CLASS_UNACCEPTABLE", "--maximum-clock-class 187"},
      {"master not on the list", Unqualified(v1::MASTER_QUALIFICATION_NOT_ACCEPTABLE),
       "MASTER_NOT_ON_LIST", "--acceptable-master 0200c0fffe000001"},
      {"master without our key",
       [](Facts& f) {
         ForgetMaster(f, v1::PORT_REASON_NOT_AUTHENTICATED);
         StillReceives(f);
       },
       "MASTER_NOT_AUTHENTICATED", "--allow-unauthenticated true"},
      {"master that announces too rarely", Unqualified(v1::MASTER_QUALIFICATION_TOO_FEW_ANNOUNCES),
       "MASTER_NOT_QUALIFIED", "--log-announce-interval"},
      {"two masters that disagree", [](Facts& f) { AddSecondMaster(f, 0.25); }, "MASTERS_DISAGREE",
       "which one is right"},
      {"the grandmaster has degraded",
       [](Facts& f) { f.after->mutable_parent()->set_grandmaster_clock_class(187); },
       "MASTER_DEGRADED", "GNSS"},

      {"Announce and no Sync",
       [](Facts& f) {
         Master(f).syncs = Master(f).two_step_syncs = Master(f).follow_ups = 0;
         Master(f).samples.clear();
         Uncalibrated(f, v1::PORT_REASON_NO_SYNC);
       },
       "NO_SYNC", "319"},
      {"Sync and no Follow_Up",
       [](Facts& f) {
         Master(f).follow_ups = 0;
         Master(f).samples.clear();
         Uncalibrated(f, v1::PORT_REASON_NO_FOLLOW_UP);
       },
       "NO_FOLLOW_UP", "transmit timestamps"},
      {"no Delay_Resp", NoAnswers, "NO_DELAY_RESP", "319 at the master"},
      {"requests do not leave, and nobody tells why",
       [](Facts& f) {
         NoAnswers(f);
         f.wire.traffic.talkers.pop_back();
       },
       "REQUEST_NOT_SENT", "nft list ruleset"},
      {"lost transmit stamps",
       [](Facts& f) {
         f.after->mutable_faults()->set_lost_transmit_timestamps(5);
         Uncalibrated(f, v1::PORT_REASON_NO_TIMESTAMPS);
       },
       "TRANSMIT_TIMESTAMPS_LOST", "--timestamping software"},
      {"37 s: TAI that is called UTC",
       [](Facts& f) {
         for (SyncSample& sample : Master(f).samples) sample.master_minus_kernel_s += 37;
       },
       "UTC_OFFSET_WRONG", "ptpTimescale"},
      {"37 s: UTC that is called TAI",
       [](Facts& f) { f.after->mutable_time_properties()->set_applied_utc_offset_s(37); },
       "UTC_OFFSET_WRONG", "ptpTimescale"},
      {"37 s: the clock was stepped to it",
       [](Facts& f) {
         v1::PtpEvent& event = *f.after->add_events();
         event.set_kind("CLOCK_STEPPED");
         event.set_text("by -36.999871234 s to follow the master");
       },
       "UTC_OFFSET_WRONG", "ptpTimescale"},
      {"a currentUtcOffset that is not the one there is",
       [](Facts& f) {
         f.after->mutable_time_properties()->set_ptp_timescale(true);
         f.after->mutable_time_properties()->set_current_utc_offset_s(36);
       },
       "UTC_OFFSET_WRONG", "currentUtcOffset"},
      {"chronyd beside",
       [](Facts& f) {
         f.clock_programs = {{"chronyd", 815, "/usr/sbin/chronyd -F 1"}};
       },
       "CLOCK_HAS_ANOTHER_OWNER", "chronyd"},
      {"a clock that is only measured", [](Facts& f) { f.after->set_clock_read_only(true); },
       "CLOCK_READ_ONLY", "--read-only=false"},
      {"time source that jumps",
       [](Facts& f) {
         for (size_t i = 3; i < 6; ++i) Master(f).samples[i].master_minus_kernel_s += 0.2;
       },
       "TIME_SOURCE_JUMPS", "grandmaster"},
      {"a clock that was stepped twice of late",
       [](Facts& f) {
         for (int i = 0; i < 2; ++i) {
           v1::PtpEvent& event = *f.after->add_events();
           event.set_kind("CLOCK_STEPPED");
           event.set_text("by +2.000000000 s to follow the master");
           event.mutable_time()->set_seconds(f.after->local_time().seconds() - 10);
         }
       },
       "TIME_SOURCE_JUMPS", "stats watch"},
      {"not settled", [](Facts& f) { Uncalibrated(f, v1::PORT_REASON_CALIBRATING); }, "NOT_SETTLED",
       "wait"},
  };
}

TEST(Faults, TheFirstFindingNamesTheCause) {
  for (const Fault& fault : Faults()) {
    SCOPED_TRACE(fault.name);
    Facts facts = WorkingHost();
    fault.spoil(facts);
    const v1::TestVerdict verdict = Judged(facts);
    EXPECT_FALSE(verdict.message().empty());
    if (verdict.findings().empty()) {
      ADD_FAILURE() << "nothing was found; verdict: " << verdict.message();
      continue;
    }
    EXPECT_EQ(verdict.findings(0).code(), fault.code) << verdict.findings(0).message();
    EXPECT_THAT(verdict.findings(0).remedy(), ::testing::HasSubstr(fault.remedy));
    EXPECT_FALSE(verdict.findings(0).message().empty());
    const bool failed = verdict.findings(0).severity() == v1::TEST_OUTCOME_FAILED;
    EXPECT_EQ(verdict.working_normally(), !failed);
  }
}

TEST(Faults, WhatIsInOrderIsNoFinding) {
  const std::vector<std::pair<const char*, Spoil>> harmless = {
      {"nothing", [](Facts&) {}},
      {"a late Sync", [](Facts& f) { Master(f).samples[3].master_minus_kernel_s -= 0.3; }},
      {"two masters that agree", [](Facts& f) { AddSecondMaster(f, 0.000050); }},
      {"two masters that agree, one of them in TAI",
       [](Facts& f) {
         AddSecondMaster(f, 37);
         f.wire.traffic.talkers.back().announced->ptp_timescale = true;
       }},
      {"masters of another domain and transport beside",
       [](Facts& f) {
         AddSecondMaster(f, 5);
         f.wire.traffic.talkers.back().domain = 24;
         AddSecondMaster(f, 7);
         f.wire.traffic.talkers.back().network = v1::NETWORK_PROTOCOL_ETHERNET;
       }},
      {"somebody else is shut out on purpose",
       [](Facts& f) {
         f.firewall.drops = {kSiteDrop};
         f.firewall.drops.front().source = "192.0.2.77";
       }},
      {"the first step",
       [](Facts& f) {
         v1::PtpEvent& event = *f.after->add_events();
         event.set_kind("CLOCK_STEPPED");
         event.set_text("by -0.500012345 s to follow the master");
         event.mutable_time()->set_seconds(f.after->local_time().seconds() - 10);
       }},
      {"a request on its way",
       [](Facts& f) { f.after->mutable_messages()->set_delay_resp_received(104); }},
      {"one lost timestamp",
       [](Facts& f) { f.after->mutable_faults()->set_lost_transmit_timestamps(1); }},
      {"no rights to look at packets",
       [](Facts& f) {
         f.wire = {};
         f.wire.unavailable = "needs CAP_NET_RAW";
         f.firewall.traced = false;
       }},
      {"a sandbox",
       [](Facts& f) {
         f.simulated = true;
         f.wire = {};
       }},
  };
  for (const auto& entry : harmless) {
    SCOPED_TRACE(entry.first);
    Facts facts = WorkingHost();
    entry.second(facts);
    const v1::TestVerdict verdict = Judged(facts);
    EXPECT_TRUE(verdict.working_normally());
    EXPECT_TRUE(verdict.findings().empty()) << verdict.findings(0).ShortDebugString();
  }
}

TEST(Faults, BehindTheCauseNothingIsJudged) {
  Facts facts = WorkingHost();
  NothingArrives(facts);
  Chain chain;
  std::vector<std::string> skipped;
  for (const Link& link : Links()) {
    const v1::TestStep step = chain.Judge(link, facts);
    if (step.outcome() == v1::TEST_OUTCOME_SKIPPED) skipped.push_back(step.code());
  }
  EXPECT_THAT(skipped, ::testing::ElementsAre("FIREWALL", "PROTOCOL", "MASTER", "SYNC", "DELAY",
                                              "TIMESTAMPS", "TIMESCALE", "CLOCK", "SERVO"));
  EXPECT_EQ(chain.Verdict(facts).findings().size(), 1);
}

TEST(Faults, AnotherOwnerOfTheClockIsToldBesideTheCause) {
  Facts facts = WorkingHost();
  NothingArrives(facts);
  facts.clock_programs = {{"ntpd", 1, "ntpd -g"}};
  const v1::TestVerdict verdict = Judged(facts);
  ASSERT_EQ(verdict.findings().size(), 2);
  EXPECT_EQ(verdict.findings(0).code(), "NO_MASTER");
  EXPECT_EQ(verdict.findings(1).code(), "CLOCK_HAS_ANOTHER_OWNER");
}

TEST(Verdict, SaysWhomTheHostFollowsAndHowWell) {
  EXPECT_EQ(Judged(WorkingHost()).message(),
            "PTP works: vmk0 (eth0) follows 0200c0fffe000001/1 (192.0.2.1), within +-2.50 us");
}

}  // namespace
}  // namespace hostctl::diagnose
