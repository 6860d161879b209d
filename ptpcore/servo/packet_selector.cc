#include "ptpcore/servo/packet_selector.h"

#include "ptpcore/servo/sanity.h"

namespace ptpcore::servo {
namespace {

constexpr auto kGroup_ns = static_cast<int64_t>(PacketSelector::kGroup_s * kNsPerSecond);

}  // namespace

double PacketSelector::Excess(const OneWay& a, const OneWay& b, double gain_ppb) const {
  const auto offset = Difference(a.local_ns - a.master_ns, b.local_ns - b.master_ns);
  if (!offset) return 0;
  const double gained = gain_ppb * 1e-9 * static_cast<double>(a.local_ns - b.local_ns);
  const double later = static_cast<double>(*offset) - gained;
  return (direction_ == Direction::kFromMaster ? later : -later) -
         (a.correction_ns - b.correction_ns);
}

std::optional<OneWay> PacketSelector::See(const OneWay& measured, double gain_ppb) {
  const auto gap = last_ns_ ? Difference(measured.local_ns, *last_ns_) : std::nullopt;
  if (gap && *gap < 0) return measured;  // out of order: belongs to no group
  last_ns_ = measured.local_ns;
  if (!gap || *gap >= kGroup_ns) {
    fastest_.reset();
    return measured;
  }
  if (!fastest_) {
    first_ns_ = measured.local_ns;
    fastest_ = measured;
  } else if (Excess(measured, *fastest_, gain_ppb) < 0) {
    fastest_ = measured;
  }
  if (measured.local_ns - first_ns_ + *gap < kGroup_ns) return std::nullopt;
  const OneWay believed = *fastest_;
  fastest_.reset();
  return believed;
}

void PacketSelector::Reset() {
  last_ns_.reset();
  fastest_.reset();
}

}  // namespace ptpcore::servo
