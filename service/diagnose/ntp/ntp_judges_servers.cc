// What the time servers contribute: answers, agreement, the synchronization that follows.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/diagnose/ntp/ntp_judges.h"
#include "service/diagnose/ntp/span_text.h"
#include "service/diagnose/step_result.h"

namespace hostctl::diagnose {
namespace {

constexpr char kNotSynchronised[] = "Not synchronised";
constexpr uint32_t kUnsynchronizedStratum = 16;  // RFC 5905 figure 11

// It has no address that could be asked; the step of the names says so.
bool Unresolved(const NtpFacts& facts, const std::string& name) {
  return std::any_of(facts.servers.begin(), facts.servers.end(),
                     [&name](const ResolvedServer& server) {
                       return server.server.address == name && server.addresses.empty();
                     });
}

const ntp::NtpAnswers* AnswersOf(const NtpFacts& facts, const std::string& address) {
  for (const ntp::NtpAnswers& answers : facts.answers) {
    if (answers.address == address) return &answers;
  }
  return nullptr;
}

// It answers, and says itself that its time is not to be trusted.
bool Unsynchronized(const ntp::NtpAnswers* answers) {
  return answers != nullptr && answers->received > 0 && answers->good == 0 &&
         (answers->leap_status == kNotSynchronised || answers->stratum == 0 ||
          answers->stratum >= kUnsynchronizedStratum);
}

std::string Counts(const ntp::NtpAnswers* answers) {
  return answers == nullptr ? ""
                            : absl::StrCat(answers->sent, " requests, ", answers->received,
                                           " answers, ", answers->good, " good");
}

int CountOf(const v1::NtpStats& stats, v1::NtpSourceState state) {
  return static_cast<int>(
      std::count_if(stats.sources().begin(), stats.sources().end(),
                    [state](const v1::NtpSource& source) { return source.state() == state; }));
}

}  // namespace

v1::TestStep JudgeNtpServers(const NtpFacts& facts) {
  constexpr char kCode[] = "SERVERS";
  constexpr char kTitle[] = "The servers answer";
  if (!facts.stats.ok()) {
    const std::string why(facts.stats.status().message());
    return Found(kCode, kTitle, why,
                 {Failure("NTP_NOT_ANSWERING", "chronyd does not say what it measures", {why},
                          "hostctl system service restart --service chronyd")});
  }
  std::vector<std::string> details;
  std::vector<v1::TestFinding> bad;
  int good = 0;
  for (const v1::NtpSource& source : facts.stats->sources()) {
    const std::string& address = source.address();
    const ntp::NtpAnswers* const answers = AnswersOf(facts, address);
    if (source.has_last_sample_age_s() && source.reach() != 0) {
      ++good;
      details.push_back(absl::StrCat(address, " stratum ", source.stratum()));
    } else if (Unresolved(facts, address)) {
      details.push_back(absl::StrCat(address, " is not known"));
    } else if (Unsynchronized(answers)) {
      details.push_back(absl::StrCat(address, " is not synchronized"));
      bad.push_back(Warning(
          "SERVER_UNSYNCHRONIZED",
          absl::StrCat("the server ", address, " answers that it is not synchronized itself"),
          {absl::StrCat("stratum ", answers->stratum, ", leap status ", answers->leap_status),
           Counts(answers)},
          "mend the server, or name another: hostctl system ntp set --server"));
    } else {
      details.push_back(absl::StrCat(address, " does not answer"));
      bad.push_back(Warning(
          "SERVER_NOT_ANSWERING", absl::StrCat("the server ", address, " does not answer"),
          {Counts(answers)}, "see that it runs NTP and that no firewall on the way drops UDP 123"));
    }
  }
  if (good == 0) {
    for (v1::TestFinding& finding : bad) finding.set_severity(v1::TEST_OUTCOME_FAILED);
  }
  return Found(kCode, kTitle, absl::StrJoin(details, ", "), bad);
}

v1::TestStep JudgeNtpAgreement(const NtpFacts& facts) {
  constexpr char kCode[] = "AGREEMENT";
  constexpr char kTitle[] = "The servers agree";
  if (!facts.stats.ok()) return Skipped(kCode, kTitle, "nothing is measured");
  const v1::NtpStats& stats = *facts.stats;
  const int false_tickers = CountOf(stats, v1::NTP_SOURCE_STATE_FALSETICKER);
  const int used =
      CountOf(stats, v1::NTP_SOURCE_STATE_SELECTED) + CountOf(stats, v1::NTP_SOURCE_STATE_COMBINED);
  Findings findings;
  std::vector<std::string> evidence;
  for (const v1::NtpSource& source : stats.sources()) {
    const std::string seen =
        absl::StrCat(source.address(), ": offset ", SpanText(source.offset_ns()), " +-",
                     SpanText(source.error_bound_ns()));
    const bool jittery = source.state() == v1::NTP_SOURCE_STATE_JITTERY;
    if (source.state() != v1::NTP_SOURCE_STATE_FALSETICKER && !jittery) continue;
    evidence.push_back(seen);
    if (jittery) {
      findings.push_back(Warning(
          "SERVER_UNSTABLE",
          absl::StrCat("the time of the server ", source.address(), " varies too much to be used"),
          {seen}, "name a server that is nearer"));
    } else if (used > 0) {
      findings.push_back(Warning("SERVER_DISAGREES",
                                 absl::StrCat("the server ", source.address(),
                                              " contradicts the majority, and is not used"),
                                 {seen}, "mend that server, or take it out of the list"));
    }
  }
  if (used == 0 && false_tickers > 0) {
    findings.insert(
        findings.begin(),
        Failure("SERVERS_DISAGREE", "the servers contradict each other and there is no majority",
                evidence, "name at least four servers: hostctl system ntp set --server"));
  }
  const std::string detail = findings.empty()
                                 ? absl::StrCat(used, used == 1 ? " is used" : " are used")
                                 : absl::StrCat(used, " used, ", evidence.size(), " not");
  return Found(kCode, kTitle, detail, findings);
}

v1::TestStep JudgeNtpSynchronization(const NtpFacts& facts) {
  constexpr char kCode[] = "SYNCHRONIZATION";
  constexpr char kTitle[] = "The clock follows a server";
  if (!facts.stats.ok()) return Skipped(kCode, kTitle, "nothing is measured");
  const v1::NtpStats& stats = *facts.stats;
  if (!stats.synchronized()) {
    return Found(
        kCode, kTitle, absl::StrCat("it follows none, ", stats.leap_status()),
        {Failure("NOT_SYNCHRONIZED", "servers answer, but chronyd does not follow any of them yet",
                 {}, "wait some seconds, then: hostctl system ntp stats get --sources")});
  }
  std::string detail =
      absl::StrCat("peer ", stats.reference(), ", stratum ", stats.stratum(), ", accuracy +-",
                   SpanText(stats.maximum_error_ns()), ", offset ", SpanText(stats.offset_ns()));
  for (const v1::NtpSource& source : stats.sources()) {
    if (source.state() != v1::NTP_SOURCE_STATE_SELECTED) continue;
    absl::StrAppend(&detail, ", polled every ", std::ldexp(1.0, std::clamp(source.poll(), -7, 24)),
                    " s");
    if (const auto* answers = AnswersOf(facts, source.address())) {
      absl::StrAppend(&detail, ", delay ", SpanText(answers->delay_ns));
    }
  }
  return Passed(kCode, kTitle, detail);
}

}  // namespace hostctl::diagnose
