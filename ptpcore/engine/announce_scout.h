// Finds out why a port hears no master although one speaks: while the port listens in vain,
// looks at what arrives at its device over other transports, in VLANs, or only to be dropped.
#pragma once

#include <poll.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/engine/network.h"
#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

// What was seen tells a port on this device that listens as `own` says.
protocol::Explanation ExplainSeen(const net::AnnounceSeen& seen, const Listening& own,
                                  const std::string& device);

class AnnounceScout {
 public:
  // `listens`: the port waits for a master. `received`: how many messages came to it so far.
  void HandleTimers(bool listens, uint64_t received, const Network& network,
                    protocol::MonoTime now);
  protocol::MonoTime NextDeadline() const;
  void AppendPollFds(std::vector<pollfd>& fds) const;
  // What was seen more than once while nothing came to the port.
  std::optional<net::AnnounceSeen> Dispatch(absl::Span<const pollfd> fds, uint64_t received);

 private:
  std::unique_ptr<net::AnnounceWatch> watch_;
  std::optional<protocol::MonoTime> look_at_;  // when a look is worth it; absent: not now
  uint64_t received_ = 0;                      // when the silence began
  int seen_ = 0;                               // since then
};

}  // namespace ptpcore::engine
