// `pi`: proportional and integral control with the constants that linuxptp
// documents (ptp4l(8), pi_proportional_scale and following), scaled by the interval
// between Syncs.
#include <algorithm>
#include <cmath>

#include "ptpcore/servo/classic_servo.h"

namespace ptpcore::servo {
namespace {

struct Constants {
  double proportional_scale;
  double integral_scale;
};

constexpr Constants kHardware = {0.7, 0.3};
constexpr Constants kSoftware = {0.1, 0.001};
constexpr double kProportionalExponent = -0.3;
constexpr double kIntegralExponent = 0.4;
constexpr double kProportionalNormMax = 0.7;
constexpr double kIntegralNormMax = 0.3;

class PiLoop : public Loop {
 public:
  explicit PiLoop(const Constants& constants) : constants_(constants) {}

  void Start(double rate_ppb) override { rate_ppb_ = rate_ppb; }
  void Shift(double /*by_ns*/) override {}

  double Next(const Sample& sample, double max_ppb) override {
    const double t = sample.interval_s;
    const double proportional =
        std::min(constants_.proportional_scale * std::pow(t, kProportionalExponent),
                 kProportionalNormMax / t);
    const double integral =
        std::min(constants_.integral_scale * std::pow(t, kIntegralExponent), kIntegralNormMax / t);
    const double wanted = -(rate_ppb_ + (proportional + integral) * sample.offset_ns);
    if (std::abs(wanted) < max_ppb) rate_ppb_ += integral * sample.offset_ns;
    return wanted;
  }

  double rate_ppb() const override { return rate_ppb_; }
  std::string name() const override { return "pi"; }

 private:
  Constants constants_;
  double rate_ppb_ = 0;
};

}  // namespace

std::unique_ptr<Servo> NewPiServo(const ServoConfig& config) {
  return std::make_unique<ClassicServo>(
      config, std::make_unique<PiLoop>(config.hardware_timestamps ? kHardware : kSoftware));
}

}  // namespace ptpcore::servo
