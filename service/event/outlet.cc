// See outlet.h.
#include "service/event/outlet.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

constexpr char kIdentifier[] = "hostd";
// Made at random once; a program may rely on it.
constexpr char kMessageIdStart[] = "6f1d3b0a5c2e4f7c9d8140a7e2b35c";

int PriorityOf(v1::EventSeverity severity) {
  switch (severity) {
    case v1::EVENT_SEVERITY_ERROR:
      return LOG_ERR;
    case v1::EVENT_SEVERITY_WARNING:
      return LOG_WARNING;
    default:
      return LOG_NOTICE;
  }
}

// A value with a line break is given its length: 8 octets, the lowest first.
void AddField(const std::string& name, const std::string& value, std::string& datagram) {
  if (value.empty()) return;
  if (value.find('\n') == std::string::npos) {
    absl::StrAppend(&datagram, name, "=", value, "\n");
    return;
  }
  absl::StrAppend(&datagram, name, "\n");
  for (uint64_t length = value.size(), i = 0; i < 8; ++i, length >>= 8U) {
    datagram += static_cast<char>(length & 0xFFU);
  }
  absl::StrAppend(&datagram, value, "\n");
}

// For people: `ptp: PTP follows master ...`, and by whom.
std::string Sentence(const v1::Event& event) {
  std::string text = absl::StrCat(event.subject(), ": ", event.message());
  if (!event.actor().empty()) absl::StrAppend(&text, " (by ", event.actor(), ")");
  return text;
}

std::string LocalTime() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  char text[32] = "";
  if (localtime_r(&now, &local) != nullptr) std::strftime(text, sizeof(text), "%b %e %T", &local);
  return text;
}

}  // namespace

std::string MessageId(v1::EventCode code) {
  return absl::StrCat(kMessageIdStart, absl::Dec(static_cast<int>(code) % 100, absl::kZeroPad2));
}

std::string JournalDatagram(const v1::Event& event) {
  std::string datagram;
  AddField("MESSAGE", Sentence(event), datagram);
  AddField("MESSAGE_ID", MessageId(event.code()), datagram);
  AddField("PRIORITY", absl::StrCat(PriorityOf(event.severity())), datagram);
  AddField("SYSLOG_IDENTIFIER", kIdentifier, datagram);
  AddField("HOSTCTL_EVENT_CODE", CodeName(event.code()), datagram);
  AddField("HOSTCTL_SUBJECT", event.subject(), datagram);
  AddField("HOSTCTL_OLD", event.old_value(), datagram);
  AddField("HOSTCTL_NEW", event.new_value(), datagram);
  AddField("HOSTCTL_ACTOR", event.actor(), datagram);
  AddField("HOSTCTL_SEQUENCE", absl::StrCat(event.sequence()), datagram);
  if (event.suppressed() > 0) {
    AddField("HOSTCTL_SUPPRESSED", absl::StrCat(event.suppressed()), datagram);
  }
  return datagram;
}

std::string SyslogDatagram(const v1::Event& event, const std::string& local_time, int pid) {
  return absl::StrCat("<", LOG_DAEMON | PriorityOf(event.severity()), ">", local_time, " ",
                      kIdentifier, "[", pid, "]: ", CodeName(event.code()), " ", Sentence(event));
}

Outlet::Outlet(Sockets sockets)
    : sockets_(std::move(sockets)),
      fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

Outlet::~Outlet() {
  if (fd_ >= 0) close(fd_);
}

bool Outlet::Write(const v1::Event& event) const {
  return Send(sockets_.journal, JournalDatagram(event)) ||
         Send(sockets_.syslog, SyslogDatagram(event, LocalTime(), getpid()));
}

bool Outlet::Send(const std::string& path, const std::string& datagram) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  return sendto(fd_, datagram.data(), datagram.size(), MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&address), sizeof(address)) >= 0;
}

}  // namespace hostctl::event
