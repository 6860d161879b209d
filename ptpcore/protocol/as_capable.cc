#include "ptpcore/protocol/as_capable.h"

#include <cmath>
#include <utility>

namespace ptpcore::protocol {
namespace {

std::string Nanoseconds(double ns) {
  return std::to_string(std::llround(ns)) + " ns";
}

}  // namespace

void AsCapable::Reset() {
  capable_ = false;
  faults_ = 0;
  reason_ = kNotMeasured;
}

std::optional<std::string> AsCapable::FaultOf(const wire::ClockIdentity& responder,
                                              double mean_link_delay_ns, bool rate_known) const {
  if (responder == config_.own_identity) {
    return "our own Pdelay_Req is answered by ourselves: a loop, or another clock with our "
           "clockIdentity";
  }
  if (mean_link_delay_ns > config_.threshold_ns) {
    return "the link takes " + Nanoseconds(mean_link_delay_ns) + ", and " +
           Nanoseconds(config_.threshold_ns) + " are allowed";
  }
  if (!rate_known) return "the pace of the neighbour's clock is not known yet";
  return std::nullopt;
}

void AsCapable::OnExchange(const wire::ClockIdentity& responder, double mean_link_delay_ns,
                           bool rate_known) {
  auto fault = FaultOf(responder, mean_link_delay_ns, rate_known);
  if (!fault) {
    capable_ = true;
    faults_ = 0;
    reason_.clear();
    return;
  }
  if (capable_ && ++faults_ <= config_.allowed_faults) return;
  Lose(*std::move(fault));
}

void AsCapable::OnRequestEnded(int lost_in_a_row, int multiple_in_a_row) {
  if (multiple_in_a_row >= kMultipleInARow) {
    Lose("more than one port answers a Pdelay_Req: something forwards peer delay messages");
  } else if (lost_in_a_row > config_.allowed_lost_responses) {
    Lose("the neighbour does not answer Pdelay_Req");
  }
}

void AsCapable::Lose(std::string reason) {
  capable_ = false;
  faults_ = 0;
  reason_ = std::move(reason);
}

}  // namespace ptpcore::protocol
