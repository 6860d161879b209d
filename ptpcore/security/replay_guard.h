// Finds out messages that were recorded and are played again, by the sequenceId that they were
// signed with: of a sender and a type of message each one must be newer than the last.
//
// Of Announce, Sync and Follow_Up it must not be too new either: sequenceId wraps around, and what
// was recorded in the round before would lock the sender out. Where messages were lost the
// time that passed explains the gap. A sender that fell silent may begin anew: it was restarted.
//
// Delay_Resp and the peer delay's answers are fresh by what they answer; requests do no harm twice;
// and those who manage begin at 0 each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "ptpcore/wire/message.h"

namespace ptpcore::security {

class ReplayGuard {
 public:
  // Whether this message, which is authentic, was not there before; remembers it if so.
  // `window`: see Association. `now_ns`: CLOCK_MONOTONIC.
  bool Accept(const wire::Header& header, uint16_t window, int64_t now_ns);

  // Senders and types that are remembered; at most kMost.
  size_t size() const { return last_.size(); }
  static constexpr size_t kMost = 4096;

 private:
  struct Last {
    uint16_t sequence_id;
    int64_t at_ns;
  };
  using Stream = std::pair<wire::PortIdentity, wire::MessageType>;

  void MakeRoom();

  std::map<Stream, Last> last_;
};

}  // namespace ptpcore::security
