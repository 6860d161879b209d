// A stand-in for ptpd in tests: `scripted_ptpd --control SOCKET` answers the
// control protocol. How it misbehaves is told by the environment variable
// SCRIPTED_PTPD: `exit` ends before listening, `stubborn` ignores Shutdown and
// SIGTERM, `mute` never answers.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "hostctl/engine/v1/control.pb.h"

namespace {

using hostctl::engine::v1::ControlRequest;
using hostctl::engine::v1::ControlResponse;
using hostctl::engine::v1::EngineConfig;

bool Answer(int connection, const std::string& packet, EngineConfig& config, bool& configured,
            bool stubborn) {
  ControlRequest request;
  ControlResponse response;
  if (!request.ParseFromString(packet)) return false;
  switch (request.request_case()) {
    case ControlRequest::kHello:
      response.mutable_hello()->set_pid(static_cast<uint32_t>(getpid()));
      if (configured) *response.mutable_hello()->mutable_config() = config;
      break;
    case ControlRequest::kConfigure:
      if (request.configure().config().domain_number() == 99) {
        response.set_error("domain 99 is refused by the script");
        break;
      }
      config = request.configure().config();
      configured = true;
      response.mutable_configure()->set_changed(true);
      break;
    case ControlRequest::kGetStats:
      response.mutable_stats()->set_domain_number(config.domain_number());
      break;
    default:
      if (!stubborn) _exit(0);
      return false;
  }
  const std::string bytes = response.SerializeAsString();
  return send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
}

}  // namespace

int main(int argc, char** argv) {
  const char* mode = getenv("SCRIPTED_PTPD");
  const std::string how = mode == nullptr ? "" : mode;
  if (argc != 3 || how == "exit") return 3;
  if (how == "stubborn") signal(SIGTERM, SIG_IGN);
  unlink(argv[2]);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, argv[2], sizeof(address.sun_path) - 1);
  const int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return 4;
  if (listen(listener, 8) != 0) return 4;
  EngineConfig config;
  bool configured = false;
  std::vector<pollfd> entries{{listener, POLLIN, 0}};
  std::vector<char> buffer(262144);
  while (true) {
    poll(entries.data(), entries.size(), -1);
    for (size_t i = entries.size(); i-- > 1;) {
      if (entries[i].revents == 0) continue;
      const ssize_t size = recv(entries[i].fd, buffer.data(), buffer.size(), 0);
      if (size > 0 && how == "mute") continue;
      const std::string packet(buffer.data(), size > 0 ? static_cast<size_t>(size) : 0);
      if (size > 0 && Answer(entries[i].fd, packet, config, configured, how == "stubborn")) {
        continue;
      }
      close(entries[i].fd);
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (entries[0].revents != 0) entries.push_back({accept(listener, nullptr, nullptr), POLLIN, 0});
  }
}
