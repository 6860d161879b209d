// How long the link to the neighbour takes, from peer delay exchanges: the same
// estimator that measures a master (estimator.h) measures the neighbour's clock here, as
// a Pdelay_Req's flight and a Pdelay_Resp's are delayed by queues like any other's. The
// least delay of both comes out far more exact than a mean or median of the exchanges.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/servo/acquisition.h"
#include "ptpcore/servo/estimator.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

class LinkEstimator {
 public:
  struct Delay {
    double ns = 0;
    double sigma_ns = 0;
  };

  LinkEstimator();

  // `correction_ppb` has been in force on the local clock since the last call of this or
  // of AdvanceTo().
  void See(const PeerExchange& exchange, double correction_ppb);
  // To be called before the correction changes.
  void AdvanceTo(int64_t local_ns, double correction_ppb);
  // The local clock was stepped by this much.
  void Step(int64_t by_ns);
  // Nothing is known.
  void Restart();

  // Absent until a few exchanges were seen.
  std::optional<Delay> delay() const;

 private:
  void Begin(const PeerExchange& exchange);
  void FollowJump(bool after_a_gap, int64_t local_minus_neighbor_ns, double corrected_ns);
  void See(Direction direction, int64_t local_ns, int64_t local_minus_neighbor_ns,
           double correction_ppb);

  Estimator estimator_;  // as if the local clock had never been corrected
  Acquisition acquisition_;
  bool started_ = false;
  bool acquired_ = false;
  int jumps_ = 0;  // flights in a row that lie absurdly far off
  uint64_t neighbor_ = 0;
  bool neighbor_tells_ = false;
  int64_t zero_offset_ns_ = 0;  // estimator's offset 0 is this much local - neighbour
  int64_t local_ns_ = 0;        // time of the state, local clock
  double since_start_s_ = 0;
  double corrected_ns_ = 0;  // what the corrections have moved the clock by since
  double last_correction_ppb_ = 0;
};

}  // namespace ptpcore::servo
