// Does in a process of its own what cannot be taken back.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace ptpcore::process {

// How the child ended, as waitpid() tells it; `body` gives its exit code.
inline int InAChild(const std::function<int()>& body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  int status = -1;
  return waitpid(pid, &status, 0) == pid ? status : -1;
}

inline int ExitCodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace ptpcore::process
