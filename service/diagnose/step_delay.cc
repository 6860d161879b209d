// Delay_Req, or Pdelay_Req, is sent and answered (IEEE 1588-2019 11.3, 11.4).
#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "DELAY";
// So many requests before a loss can be told from chance.
constexpr uint64_t kEnoughForLoss = 8;

struct Exchange {
  bool peer = false;
  uint64_t sent = 0;     // by the engine
  uint64_t on_wire = 0;  // seen to leave
  uint64_t answers_on_wire = 0;
  uint64_t answered = 0;  // received by the engine
};

Exchange ExchangeOf(const Facts& facts) {
  Exchange exchange;
  exchange.peer = facts.protocol.delay_mechanism() == v1::DELAY_MECHANISM_P2P;
  const auto grown = [&](auto counter) { return Grown(facts, counter); };
  if (exchange.peer) {
    exchange.sent = grown([](const auto& s) { return s.messages().pdelay_req_sent(); });
    exchange.answered = grown([](const auto& s) { return s.messages().pdelay_resp_received(); });
  } else {
    exchange.sent = grown([](const auto& s) { return s.messages().delay_req_sent(); });
    exchange.answered = grown([](const auto& s) { return s.messages().delay_resp_received(); });
  }
  for (const Talker& talker : facts.wire.traffic.talkers) {
    if (!talker.own || !facts.interface.device) continue;
    if (talker.device != facts.interface.device->name) continue;
    exchange.on_wire += exchange.peer ? talker.peer_delay_requests : talker.delay_requests;
  }
  exchange.answers_on_wire = facts.wire.traffic.answers_to_us;
  return exchange;
}

}  // namespace

v1::TestStep JudgeDelay(const Facts& facts) {
  const Exchange exchange = ExchangeOf(facts);
  const std::string request = exchange.peer ? "Pdelay_Req" : "Delay_Req";
  const std::string response = exchange.peer ? "Pdelay_Resp" : "Delay_Resp";
  const std::string title = absl::StrCat(request, " is answered");
  if (IsMaster(facts) || !Follows(facts)) return Skipped(kCode, title, "this host is master");
  const std::string summary =
      absl::StrCat(exchange.sent, " ", request, " sent, ", exchange.answered, " answered");
  const uint64_t errors = Grown(facts, [](const auto& s) { return s.faults().send_errors(); });
  const std::string why = facts.after ? facts.after->state_reason() : "";
  const v1::PortReason reason = Reason(facts);
  const bool said_so = reason == v1::PORT_REASON_NO_DELAY_RESP ||
                       reason == v1::PORT_REASON_NO_PDELAY_RESP ||
                       reason == v1::PORT_REASON_NOT_AS_CAPABLE;
  const bool asked = exchange.sent + errors > 1 || said_so;
  Findings findings;
  if (facts.wire.available && asked && exchange.on_wire == 0 && exchange.answered == 0) {
    findings.push_back(
        Failure("REQUEST_NOT_SENT",
                absl::StrCat("the engine sends ", request, ", and none leaves this host"),
                {summary, errors > 0 ? absl::StrCat(errors, " refused by the kernel") : ""},
                "nft list ruleset; tc filter show; hostctl network diag capture --ptp"));
  } else if (asked && exchange.answered == 0 && exchange.answers_on_wire == 0) {
    findings.push_back(Failure(
        exchange.peer ? "NO_PDELAY_RESP" : "NO_DELAY_RESP",
        absl::StrCat(
            request, " is not answered: it does not reach the ",
            exchange.peer ? "neighbour" : "master", ", its answer is lost, or the ",
            exchange.peer ? "neighbour does not speak peer delay" : "master does not answer"),
        {summary,
         facts.wire.available ? absl::StrCat(exchange.on_wire, " seen to leave, no ", response,
                                             " to this host seen to arrive")
                              : "",
         why},
        exchange.peer ? "set the mechanism of the network: hostctl system ptp set "
                        "--delay-mechanism e2e"
                      : "open UDP port 319 at the master and on the way to it"));
  } else if (exchange.sent >= kEnoughForLoss && exchange.answered * 10 < exchange.sent * 6) {
    findings.push_back(
        Warning("ANSWERS_LOST", absl::StrCat("many ", request, " go unanswered"), {summary},
                "look for a limit of packets a second on the way, or an overloaded master"));
  }
  return Found(kCode, title, summary, findings);
}

}  // namespace hostctl::diagnose
