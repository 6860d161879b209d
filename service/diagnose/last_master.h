// The master that was followed last, also when it is gone: whom to ask why it is not heard.
// Thread-safe.
#pragma once

#include <mutex>
#include <string>

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::diagnose {

class LastMaster {
 public:
  struct Known {
    std::string identity;  // `000c29fffe1ddaab/1`; empty: none was followed
    std::string address;   // empty where the transport has none
  };

  void Note(const hostctl::v1::PtpStats& stats);
  Known Get() const;

 private:
  mutable std::mutex mutex_;
  Known known_;
};

}  // namespace hostctl::diagnose
