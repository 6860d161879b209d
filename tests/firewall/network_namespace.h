// Private network namespaces for a test, without names: they are gone when the
// object is, or the process, whatever ends it.
//
//   NetworkNamespace host = NetworkNamespace::Create();
//   host.Run([] { system("ip link set lo up"); });
#pragma once

#include <functional>
#include <string>

namespace hostctl::firewall {

class NetworkNamespace {
 public:
  // Whether we may: root may, but not in every container.
  static bool Available();
  // A new, empty one. The calling thread stays where it is.
  static NetworkNamespace Create();
  ~NetworkNamespace();
  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;

  // Runs `body` with the calling thread, and what it starts, inside.
  void Run(const std::function<void()>& body) const;

  // Where `ip link ... netns PATH` finds it.
  std::string path() const;

 private:
  explicit NetworkNamespace(int fd) : fd_(fd) {}
  int fd_;
};

// Runs `command` in a shell inside `where`; a failed command fails the test.
// Returns what it printed.
std::string Shell(const NetworkNamespace& where, const std::string& command);

}  // namespace hostctl::firewall
