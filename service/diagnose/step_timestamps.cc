// The kernel or the network card stamps what is received and sent.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "TIMESTAMPS";
constexpr char kTitle[] = "Packets are timestamped";

std::string Mode(const Facts& facts) {
  for (const v1::PortStatus& port : facts.after->ports()) {
    if (port.timestamping() != v1::TIMESTAMPING_HARDWARE) continue;
    return absl::StrCat("by the network card", port.hardware_clock().empty() ? "" : ", ",
                        port.hardware_clock());
  }
  return "by the kernel (software)";
}

}  // namespace

v1::TestStep JudgeTimestamps(const Facts& facts) {
  if (!facts.after) return Skipped(kCode, kTitle, "no report of the engine");
  const auto grown = [&](auto counter) { return Grown(facts, counter); };
  const uint64_t lost = grown([](const auto& s) { return s.faults().lost_transmit_timestamps(); });
  const uint64_t missing =
      grown([](const auto& s) { return s.faults().missing_receive_timestamps(); });
  const uint64_t sent = grown([](const auto& s) {
    return s.messages().delay_req_sent() + s.messages().pdelay_req_sent() +
           s.messages().sync_sent() + s.messages().pdelay_resp_sent();
  });
  const uint64_t events = grown([](const auto& s) {
    return s.messages().sync_received() + s.messages().pdelay_resp_received();
  });
  const bool said_so = Reason(facts) == v1::PORT_REASON_NO_TIMESTAMPS;
  const std::string counts = absl::StrCat(lost, " of ", sent, " sent and ", missing, " of ", events,
                                          " received have none");
  Findings findings;
  if ((lost > 1 && lost * 2 >= sent) || (said_so && missing == 0)) {
    findings.push_back(Failure("TRANSMIT_TIMESTAMPS_LOST",
                               "the timestamps of messages that are sent get lost: the way to the "
                               "master cannot be measured",
                               {counts, facts.after->state_reason()},
                               "hostctl system ptp set --timestamping software; look for a newer "
                               "driver of the network card"));
  } else if ((missing > 1 && missing * 2 >= events) || said_so) {
    findings.push_back(Failure(
        "RECEIVE_TIMESTAMPS_MISSING", "messages are received without timestamps",
        {counts, facts.after->state_reason()}, "hostctl system ptp set --timestamping software"));
  } else if (lost > 1 && lost * 5 >= sent) {
    findings.push_back(Warning("TRANSMIT_TIMESTAMPS_LOST",
                               "some timestamps of messages that are sent get lost", {counts},
                               "look for a newer driver of the network card"));
  }
  return Found(kCode, kTitle, Mode(facts), findings);
}

}  // namespace hostctl::diagnose
