#include "service/diagnose/last_master.h"

#include "absl/strings/str_cat.h"

namespace hostctl::diagnose {

void LastMaster::Note(const v1::PtpStats& stats) {
  if (!stats.has_parent()) return;
  const v1::PortIdentity& port = stats.parent().parent_port_identity();
  const std::lock_guard<std::mutex> lock(mutex_);
  known_ = {absl::StrCat(port.clock_identity(), "/", port.port_number()),
            stats.parent().parent_address()};
}

LastMaster::Known LastMaster::Get() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return known_;
}

}  // namespace hostctl::diagnose
