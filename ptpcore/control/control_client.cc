#include "ptpcore/control/control_client.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::control {

using hostctl::engine::v1::ControlRequest;
using hostctl::engine::v1::ControlResponse;

absl::StatusOr<ControlClient> ControlClient::Connect(const std::string& path,
                                                     std::chrono::milliseconds timeout) {
  auto socket = SeqPacket::Connect(path, std::chrono::steady_clock::now() + timeout);
  if (!socket.ok()) return socket.status();
  auto pid = socket->PeerPid();
  if (!pid.ok()) return pid.status();
  return ControlClient(*std::move(socket), *pid, timeout);
}

ControlClient::ControlClient(SeqPacket socket, pid_t peer_pid, std::chrono::milliseconds timeout)
    : socket_(std::move(socket)), peer_pid_(peer_pid), timeout_(timeout) {}

absl::StatusOr<ControlResponse> ControlClient::Ask(const ControlRequest& request) {
  if (!socket_.has_value()) {
    return absl::UnavailableError("the connection to the engine ended with an earlier error");
  }
  const Deadline deadline = std::chrono::steady_clock::now() + timeout_;
  absl::Status sent = socket_->Send(request.SerializeAsString(), deadline);
  if (!sent.ok()) {
    socket_.reset();
    return sent;
  }
  absl::StatusOr<std::string> packet = socket_->Receive(deadline);
  ControlResponse response;
  if (!packet.ok()) {
    socket_.reset();
    return packet.status();
  }
  if (!response.ParseFromString(*packet)) {
    socket_.reset();
    return absl::DataLossError(
        absl::StrCat("the engine's answer of ", packet->size(), " bytes is not a ControlResponse"));
  }
  if (!response.error().empty()) return absl::FailedPreconditionError(response.error());
  return response;
}

absl::Status ControlClient::WrongAnswer(const char* request) {
  socket_.reset();
  return absl::DataLossError(absl::StrCat("the engine answered ", request,
                                          " with something else; is it of another release?"));
}

absl::StatusOr<hostctl::engine::v1::HelloResponse> ControlClient::Hello() {
  ControlRequest request;
  request.mutable_hello();
  auto response = Ask(request);
  if (!response.ok()) return response.status();
  if (!response->has_hello()) return WrongAnswer("Hello");
  return std::move(*response->mutable_hello());
}

absl::StatusOr<bool> ControlClient::Configure(const hostctl::engine::v1::EngineConfig& config) {
  ControlRequest request;
  *request.mutable_configure()->mutable_config() = config;
  auto response = Ask(request);
  if (!response.ok()) return response.status();
  if (!response->has_configure()) return WrongAnswer("Configure");
  return response->configure().changed();
}

absl::StatusOr<hostctl::v1::PtpStats> ControlClient::GetStats() {
  ControlRequest request;
  request.mutable_get_stats();
  auto response = Ask(request);
  if (!response.ok()) return response.status();
  if (!response->has_stats()) return WrongAnswer("GetStats");
  return std::move(*response->mutable_stats());
}

absl::StatusOr<hostctl::engine::v1::GetSecondsResponse> ControlClient::GetSeconds(uint64_t after) {
  ControlRequest request;
  request.mutable_get_seconds()->set_after(after);
  auto response = Ask(request);
  if (!response.ok()) return response.status();
  if (!response->has_seconds()) return WrongAnswer("GetSeconds");
  return std::move(*response->mutable_seconds());
}

absl::Status ControlClient::Shutdown() {
  ControlRequest request;
  request.mutable_shutdown();
  auto response = Ask(request);
  // The end of the connection is the answer.
  if (absl::IsUnavailable(response.status())) return absl::OkStatus();
  if (!response.ok()) return response.status();
  return WrongAnswer("Shutdown");
}

}  // namespace ptpcore::control
