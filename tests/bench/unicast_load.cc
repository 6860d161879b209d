// The clients of unicast_clients.h on real sockets: every address of 10.1.0.0/16 upwards
// is one client. Needs a network namespace in which those addresses are local (see
// unicast_scale). Prints one line of JSON and ends.
//
//   unicast_load SERVER CLIENTS RAMP_S SECONDS
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "unicast_clients.h"

namespace {

using ptpcore::protocol::Duration;
using ptpcore::protocol::MonoTime;

constexpr uint32_t kFirstAddress = 0x0A010001;  // 10.1.0.1
constexpr int kReceiveBuffer = 64 << 20;

MonoTime Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return MonoTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "unicast_load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int OpenSocket(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer)) != 0) {
    Die("socket");
  }
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0) Die("bind");
  return fd;
}

// From the address of one client.
void SendFrom(int fd, uint32_t number, const sockaddr_in& to, absl::Span<const uint8_t> octets) {
  iovec vector{const_cast<uint8_t*>(octets.data()), octets.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
  msghdr message{};
  message.msg_name = const_cast<sockaddr_in*>(&to);
  message.msg_namelen = sizeof(to);
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = IPPROTO_IP;
  c->cmsg_type = IP_PKTINFO;
  c->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  info.ipi_spec_dst.s_addr = htonl(kFirstAddress + number);
  std::memcpy(CMSG_DATA(c), &info, sizeof(info));
  sendmsg(fd, &message, 0);  // what is lost shows in what does not come back
}

// Everything that waits; the clients are told by the address that it was sent to.
void ReceiveAll(int fd, bench::UnicastClients& clients) {
  constexpr size_t kBatch = 64;
  static std::array<std::array<uint8_t, 256>, kBatch> octets;
  static std::array<std::array<char, 64>, kBatch> controls;
  std::array<iovec, kBatch> vectors;
  std::array<mmsghdr, kBatch> messages{};
  for (;;) {
    for (size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {octets[i].data(), octets[i].size()};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].data();
      messages[i].msg_hdr.msg_controllen = controls[i].size();
    }
    const int count = recvmmsg(fd, messages.data(), kBatch, 0, nullptr);
    if (count <= 0) return;
    const MonoTime now = Now();
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      cmsghdr* const c = CMSG_FIRSTHDR(&messages[i].msg_hdr);
      if (c == nullptr || c->cmsg_type != IP_PKTINFO) continue;
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(c), sizeof(info));
      clients.Handle(ntohl(info.ipi_addr.s_addr) - kFirstAddress,
                     {octets[i].data(), messages[i].msg_len}, now);
    }
    if (static_cast<size_t>(count) < kBatch) return;
  }
}

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: unicast_load SERVER CLIENTS RAMP_S SECONDS\n");
    return 2;
  }
  sockaddr_in server{};
  server.sin_family = AF_INET;
  if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) Die(argv[1]);
  const auto count = static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const Duration ramp = std::chrono::seconds(std::strtol(argv[3], nullptr, 10));
  const Duration measured = std::chrono::seconds(std::strtol(argv[4], nullptr, 10));

  const std::array<int, 2> fds = {OpenSocket(319), OpenSocket(320)};
  std::array<sockaddr_in, 2> to = {server, server};
  to[0].sin_port = htons(319);
  to[1].sin_port = htons(320);
  const MonoTime start = Now();
  bench::UnicastClients clients(count, ramp, start,
                                [&](uint32_t number, bool event, absl::Span<const uint8_t> octets) {
                                  SendFrom(fds[event ? 0 : 1], number, to[event ? 0 : 1], octets);
                                });
  // When all are served or after some grace, one more interval, and then it counts.
  const MonoTime latest = start + ramp + std::chrono::seconds(10);
  MonoTime begin = ptpcore::protocol::kNever;
  bool measuring = false;
  double processor_s = 0;
  for (MonoTime now = start;; now = Now()) {
    if (begin == ptpcore::protocol::kNever && (clients.served() == count || now >= latest)) {
      begin = now + std::chrono::seconds(2);
    }
    if (!measuring && now >= begin) {
      measuring = true;
      clients.StartMeasuring(now);
      processor_s = ProcessorSeconds();
      std::puts("measuring");
      std::fflush(stdout);
    }
    if (measuring && now >= begin + measured) break;
    std::array<pollfd, 2> polled = {pollfd{fds[0], POLLIN, 0}, pollfd{fds[1], POLLIN, 0}};
    poll(polled.data(), polled.size(), clients.NextDeadline() <= now ? 0 : 1);
    for (const int fd : fds) ReceiveAll(fd, clients);
    clients.HandleTimers(Now());
  }
  const bench::UnicastClientsResult r = clients.Result(Now());
  std::printf(
      "{\"served\": %lu, \"sync\": %lu, \"follow_up\": %lu, \"delay_req\": %lu, "
      "\"delay_resp\": %lu, \"announce\": %lu, \"missed_intervals\": %lu, "
      "\"clients_that_missed\": %lu, \"worst_gap_s\": %.3f, \"processor_s\": %.3f}\n",
      r.served, r.sync, r.follow_up, r.delay_req, r.delay_resp, r.announce, r.missed_intervals,
      r.clients_that_missed, r.worst_gap_s, ProcessorSeconds() - processor_s);
  return 0;
}
