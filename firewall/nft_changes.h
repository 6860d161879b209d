// Tells when anyone changes the packet filter: the notifications of nf_tables
// (`nft monitor`), as a file descriptor to poll.
#pragma once

#include <memory>

struct mnl_socket;

namespace hostctl::firewall {

class NftChanges {
 public:
  // Watches the network namespace that the caller is in now. Where that is not
  // possible, fd() is -1.
  NftChanges();

  // Non-blocking, close-on-exec. Readable after a change.
  int fd() const;

  // Reads away every notification, also where so many came that some were lost.
  // What they say is not used: whoever is woken compares the whole table.
  void Drain();

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  std::unique_ptr<mnl_socket, Close> socket_;
};

}  // namespace hostctl::firewall
