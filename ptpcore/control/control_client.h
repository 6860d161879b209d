// The client side of the engine's control socket
// (proto/hostctl/engine/v1/control.proto): one method per request.
//
//   auto client = ControlClient::Connect("/run/hostctl/ptpd.sock");
//   if (client.ok()) absl::StatusOr<hostctl::v1::PtpStats> stats = client->GetStats();
//
// Errors: FAILED_PRECONDITION carries the engine's own words for what it refused,
// and the connection stays good. UNAVAILABLE (the engine has gone),
// DEADLINE_EXCEEDED and DATA_LOSS (its answer makes no sense) end the connection:
// a late answer would be taken for the next one. Then connect anew.
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hostctl/engine/v1/control.pb.h"
#include "ptpcore/control/seqpacket.h"

namespace ptpcore::control {

class ControlClient {
 public:
  static constexpr std::chrono::milliseconds kDefaultTimeout{2000};

  // Connects to the engine that listens at `path`; errors as SeqPacket::Connect.
  // `timeout` bounds this and each later request.
  static absl::StatusOr<ControlClient> Connect(const std::string& path,
                                               std::chrono::milliseconds timeout = kDefaultTimeout);

  // Who answers and what it runs with.
  absl::StatusOr<hostctl::engine::v1::HelloResponse> Hello();

  // Makes the engine run with `config`; false when it already did.
  absl::StatusOr<bool> Configure(const hostctl::engine::v1::EngineConfig& config);

  // The status report.
  absl::StatusOr<hostctl::v1::PtpStats> GetStats();

  // What was measured in each second after `after` (PtpSecond.number), as far as
  // the engine remembers.
  absl::StatusOr<hostctl::engine::v1::GetSecondsResponse> GetSeconds(uint64_t after);

  // Asks the engine to end; returns once it has closed the connection.
  absl::Status Shutdown();

  // Process of the engine.
  pid_t peer_pid() const { return peer_pid_; }

 private:
  ControlClient(SeqPacket socket, pid_t peer_pid, std::chrono::milliseconds timeout);

  absl::StatusOr<hostctl::engine::v1::ControlResponse> Ask(
      const hostctl::engine::v1::ControlRequest& request);
  absl::Status WrongAnswer(const char* request);

  std::optional<SeqPacket> socket_;  // none after an error that ended the connection
  pid_t peer_pid_;
  std::chrono::milliseconds timeout_;
};

}  // namespace ptpcore::control
