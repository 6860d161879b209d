// Where events go beside the log: the journal of systemd, or syslog. Datagrams to a
// unix socket; what cannot be delivered at once is dropped, as the log has it.
#pragma once

#include <string>

#include "hostctl/v1/event.pb.h"

namespace hostctl::event {

// The MESSAGE_ID of a code (systemd.journal-fields(7)): the last two digits are the code.
//
//   journalctl MESSAGE_ID=6f1d3b0a5c2e4f7c9d8140a7e2b35c02    every SYNC_LOST (code 2)
std::string MessageId(v1::EventCode code);

// `event` in the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): MESSAGE,
// MESSAGE_ID, PRIORITY, SYSLOG_IDENTIFIER=hostd, HOSTCTL_EVENT_CODE, HOSTCTL_SUBJECT,
// HOSTCTL_OLD, HOSTCTL_NEW, HOSTCTL_ACTOR, HOSTCTL_SEQUENCE and HOSTCTL_SUPPRESSED, a line
// each. Fields without a value are left out.
std::string JournalDatagram(const v1::Event& event);

// `event` as syslog(3) writes it (RFC 3164): facility daemon, `local_time` as in
// `Nov 22 21:05:17`.
std::string SyslogDatagram(const v1::Event& event, const std::string& local_time, int pid);

// Writes events to the first of the sockets that is there.
class Outlet {
 public:
  struct Sockets {
    std::string journal = "/run/systemd/journal/socket";
    std::string syslog = "/dev/log";
  };

  explicit Outlet(Sockets sockets);
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  // Whether one of them took it.
  bool Write(const v1::Event& event) const;

 private:
  bool Send(const std::string& path, const std::string& datagram) const;

  const Sockets sockets_;
  const int fd_;
};

}  // namespace hostctl::event
