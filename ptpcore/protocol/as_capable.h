// asCapable: whether a link may be used for IEEE 802.1AS at all, as its peer speaks the
// protocol and the link is a direct one (802.1AS-2020 10.2.5.1, 11.2.2, and the state
// machine of figure 11-9). Measured link after link, not clock after clock: a switch
// that does not know 802.1AS answers nothing, or delays too much.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

struct AsCapableConfig {
  wire::ClockIdentity own_identity;
  // meanLinkDelayThresh (11.2.2, 14.8.9), nanoseconds.
  double threshold_ns = 800;
  int allowed_lost_responses = 9;  // allowedLostResponses, 11.5.3
  int allowed_faults = 9;          // allowedFaults, 11.5.4
};

class AsCapable {
 public:
  explicit AsCapable(const AsCapableConfig& config) : config_(config) {}

  // An exchange was completed with `responder`; `rate_known`: neighborRateRatioValid.
  void OnExchange(const wire::ClockIdentity& responder, double mean_link_delay_ns, bool rate_known);
  // A request ended; how many in a row were lost, or had more than one answer.
  void OnRequestEnded(int lost_in_a_row, int multiple_in_a_row);
  void Reset();

  bool capable() const { return capable_; }
  // Why it is not: `the link takes 1204 ns, and 800 ns are allowed`; empty when it is.
  const std::string& reason() const { return reason_; }

 private:
  std::optional<std::string> FaultOf(const wire::ClockIdentity& responder,
                                     double mean_link_delay_ns, bool rate_known) const;
  void Lose(std::string reason);

  // Three requests in a row with more than one answer (11.2.2): no direct link.
  static constexpr int kMultipleInARow = 3;

  AsCapableConfig config_;
  bool capable_ = false;
  int faults_ = 0;  // detectedFaults, in a row
  std::string reason_ = kNotMeasured;
  static constexpr const char* kNotMeasured = "the neighbour has not answered a Pdelay_Req yet";
};

}  // namespace ptpcore::protocol
