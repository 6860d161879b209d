// Management messages at work: takes them from the ports and from the local socket, has them
// answered, and sends the answers back. A SET goes the way of every change: it becomes a
// configuration, and the engine is told to run with it.
//
// Requests wait until Work(), as a SET may replace the port that a request came through.
#pragma once

#include <poll.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "ptpcore/engine/config.h"
#include "ptpcore/engine/management_socket.h"
#include "ptpcore/management/responder.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::engine {

class PtpEngine;

class ManagementService {
 public:
  // More at a time are dropped: nobody who asks sends as many.
  static constexpr size_t kMaxWaiting = 32;

  // `engine` must outlive this object.
  explicit ManagementService(PtpEngine& engine) : engine_(engine) {}

  // Opens, keeps or closes the local socket; an error leaves it closed.
  absl::Status Configure(const EngineConfig& config);

  // A Management message came through the engine's port with this index.
  void Receive(size_t port, const wire::Message& message, const wire::PortAddress& from);
  void AppendPollFds(std::vector<pollfd>& fds) const;
  void HandleReady(absl::Span<const pollfd> fds);
  // Answers what waits.
  void Work();

  const management::Counters& counters() const { return counters_; }

 private:
  struct Waiting {
    std::optional<size_t> port;  // absent: it came through the local socket
    wire::PortAddress from;
    std::string socket_path;
    wire::Message message;
    std::vector<uint8_t> tlvs;  // of `message`
  };

  void Enqueue(Waiting waiting, absl::Span<const uint8_t> tlvs);
  void Answer(const Waiting& waiting);
  void AnswerLocally(const Waiting& waiting);
  void Forward(const Waiting& waiting, size_t port);
  std::vector<management::Answer> Respond(const Waiting& waiting, size_t port);

  PtpEngine& engine_;
  std::unique_ptr<ManagementSocket> socket_;
  std::deque<Waiting> waiting_;
  management::Counters counters_;
};

}  // namespace ptpcore::engine
