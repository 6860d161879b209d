#include "ptpcore/servo/measuring_servo.h"

#include "ptpcore/servo/sanity.h"

namespace ptpcore::servo {
namespace {

class MeasuringServo : public Servo {
 public:
  void Reset(double frequency_ppb, bool /*may_step*/) override {
    estimate_ = Estimate();
    estimate_.frequency_ppb = frequency_ppb;
    synced_ = false;
  }

  Command OnSync(const OneWay& sync) override {
    if (!IsSane(sync)) return Refuse();
    estimate_.last_rejection = Rejection::kNone;
    estimate_.last_weight = 1;
    master_to_slave_ns_ = static_cast<double>(sync.local_ns - sync.master_ns) - sync.correction_ns;
    synced_ = true;
    estimate_.offset_ns = master_to_slave_ns_ - estimate_.mean_path_delay_ns;
    return {};
  }

  Command OnDelay(const OneWay& delay_req) override {
    if (!IsSane(delay_req)) return Refuse();
    if (!synced_) return {};
    estimate_.last_rejection = Rejection::kNone;
    estimate_.last_weight = 1;
    const double slave_to_master_ns =
        static_cast<double>(delay_req.master_ns - delay_req.local_ns) - delay_req.correction_ns;
    estimate_.mean_path_delay_ns = (master_to_slave_ns_ + slave_to_master_ns) / 2;
    estimate_.offset_ns = master_to_slave_ns_ - estimate_.mean_path_delay_ns;
    estimate_.delay_known = true;
    // Nothing is steered, so knowing offset and delay is all there is to reach.
    estimate_.calibrated = true;
    return {};
  }

  Command OnPeerDelay(const PeerExchange& exchange) override {
    if (!IsSane(exchange)) return Refuse();
    estimate_.last_rejection = Rejection::kNone;
    estimate_.last_weight = 1;
    estimate_.mean_path_delay_ns = exchange.link_delay_ns();
    if (!synced_) return {};
    estimate_.offset_ns = master_to_slave_ns_ - estimate_.mean_path_delay_ns;
    estimate_.delay_known = true;
    estimate_.calibrated = true;  // as with Delay_Reqs
    return {};
  }

  const Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "none"; }

 private:
  Command Refuse() {
    estimate_.last_rejection = Rejection::kAbsurd;
    estimate_.last_weight = 0;
    return {};
  }

  Estimate estimate_;
  double master_to_slave_ns_ = 0;
  bool synced_ = false;
};

}  // namespace

std::unique_ptr<Servo> NewMeasuringServo() {
  return std::make_unique<MeasuringServo>();
}

}  // namespace ptpcore::servo
