// The unix socket that hostd owns: made with the right mode from its first
// moment, taken over from a dead hostd, and never from a live one.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hostctl::rpc {

class UnixListener {
 public:
  // Listens at `path` with `mode`; missing folders are created (0755). A
  // socket that nobody answers on is replaced. ALREADY_EXISTS when a server
  // answers there; FAILED_PRECONDITION when something else than a socket stands
  // there: it is not touched.
  static absl::StatusOr<UnixListener> Listen(const std::string& path, mode_t mode = 0660);

  // Gives the socket to the group `name`. NOT_FOUND without such a group; PERMISSION_DENIED when
  // we may not: then it stays with the group that it has.
  absl::Status GiveTo(const std::string& name);

  // Whether path() still leads here: somebody may have removed the file, or put another there.
  bool Reachable() const;
  // Listens at path() anew, where it leads here no more, for the same group; who is connected
  // stays. Errors as of Listen(): then it listens as before.
  absl::Status ListenAgain();

  // Removes the socket if it is ours, then closes it: in this order no other hostd can have
  // put its own there.
  ~UnixListener();
  UnixListener(UnixListener&& other) noexcept;
  UnixListener& operator=(UnixListener&&) = delete;

  int fd() const { return fd_; }
  const std::string& path() const { return path_; }

 private:
  UnixListener(std::string path, mode_t mode, int fd);

  std::string path_;
  mode_t mode_;
  std::string group_;  // empty: the process' own
  int fd_;
  dev_t device_ = 0;  // of the file at path_
  ino_t inode_ = 0;
};

}  // namespace hostctl::rpc
