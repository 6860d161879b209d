// A process held by its pidfd (pidfd_open(2)), our child or not: a pidfd never
// comes to mean another process, and becomes readable when its own has ended.
//
//   auto process = ChildProcess::Spawn({"/usr/libexec/hostctl/ptpd", "--control", path});
//   ...poll(process->pidfd())...
//   if (process->WaitForExit(deadline)) Log(process->ExitWords());
//
// Not thread-safe. Dropping it neither ends the process nor waits for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hostctl::daemon {

// How a process ended, from si_code and si_status of waitid(2): `ended with exit
// code 1`, `was ended by signal 9 (Killed)`.
std::string ExitWords(int code, int status);

class ChildProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Starts the program `arguments[0]` in a session of its own, with /dev/null as
  // stdin, our stdout and stderr (or `output_fd` as both), and no other descriptor
  // of ours: it is to outlive us without keeping our sockets open. Signals are at
  // their defaults.
  static absl::StatusOr<ChildProcess> Spawn(const std::vector<std::string>& arguments,
                                            int output_fd = -1);

  // The same, but the process becomes the program only after `write_down` has noted its
  // number. Where that fails, and where we die before it is done, the program never runs: so
  // none runs that nobody knows of.
  static absl::StatusOr<ChildProcess> SpawnWrittenDown(
      const std::vector<std::string>& arguments, int output_fd,
      const std::function<absl::Status(pid_t)>& write_down);

  // Takes hold of the running process `pid`. NOT_FOUND when there is none.
  static absl::StatusOr<ChildProcess> Attach(pid_t pid);

  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_; }

  // Whether the process has ended, waiting until `deadline` at most; reaps it.
  bool WaitForExit(Deadline deadline);
  // How it ended, e.g. `was ended by signal 9 (Killed)`; `ended` where only its
  // parent could know.
  const std::string& ExitWords() const { return exit_words_; }

  // NOT_FOUND when it has ended already.
  absl::Status Signal(int signal_number);

  // Ends it: SIGTERM, and SIGKILL if it has not ended `patience` later; reaps it.
  // OK when it has ended already. DEADLINE_EXCEEDED when not even that helps.
  absl::Status End(std::chrono::milliseconds patience);

 private:
  ChildProcess(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}
  void Close();

  pid_t pid_ = 0;
  int pidfd_ = -1;
  std::string exit_words_ = "ended";
};

}  // namespace hostctl::daemon
