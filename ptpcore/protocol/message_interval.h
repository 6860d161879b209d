// How often a message is sent where the other end of the link may ask for another
// interval: the MESSAGE_INTERVAL_REQUEST TLV, IEEE 802.1AS-2020 10.6.4.3.
//
//   MessageInterval sync(config.log_sync);
//   sync.Request(tlv.log_time_sync_interval);
//   if (!sync.stopped()) next = last + IntervalFromLog(sync.log());
#pragma once

#include <cstdint>

#include "ptpcore/protocol/log_interval.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {

class MessageInterval {
 public:
  // `initial`: log2 of seconds, what holds until another is asked for.
  explicit MessageInterval(int8_t initial) : initial_(initial), log_(initial) {}

  // Takes over what is asked for: log2 of seconds, or one of wire::kStopMessages,
  // kInitialInterval and kKeepInterval. What is outside -7..4 changes nothing: false.
  bool Request(int8_t requested) {
    switch (requested) {
      case wire::kKeepInterval:
        return true;
      case wire::kStopMessages:
        stopped_ = true;
        return true;
      case wire::kInitialInterval:
        requested = initial_;
        break;
      default:
        if (!IsSaneLogInterval(requested)) return false;
    }
    log_ = requested;
    stopped_ = false;
    return true;
  }
  // As in the beginning, e.g. with another neighbour.
  void Reset() { *this = MessageInterval(initial_); }

  int8_t log() const { return log_; }
  bool stopped() const { return stopped_; }

 private:
  int8_t initial_;
  int8_t log_;
  bool stopped_ = false;
};

}  // namespace ptpcore::protocol
