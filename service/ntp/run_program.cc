#include "service/ntp/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "service/daemon/child_process.h"

namespace hostctl::ntp {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kMostOutput = 1 << 20;

// Reads until the other end is closed; says whether that came before `deadline`.
bool ReadAll(int fd, steady_clock::time_point deadline, std::string& output) {
  std::array<char, 4096> bytes{};
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd, POLLIN, 0};
    if (poll(&entry, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t size = read(fd, bytes.data(), bytes.size());
    if (size == 0 || (size < 0 && errno != EINTR)) return true;
    if (size > 0 && output.size() < kMostOutput) {
      output.append(bytes.data(), static_cast<size_t>(size));
    }
  }
}

}  // namespace

absl::StatusOr<ProgramResult> RunProgram(const std::vector<std::string>& arguments,
                                         milliseconds patience) {
  if (access(arguments.front().c_str(), X_OK) != 0) {
    return absl::NotFoundError(
        absl::StrCat("cannot run ", arguments.front(), ": ", std::strerror(errno)));
  }
  const auto deadline = steady_clock::now() + patience;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot make a pipe: ", std::strerror(errno)));
  }
  const absl::Cleanup close_read = [&] { close(ends[0]); };
  auto process = daemon::ChildProcess::Spawn(arguments, ends[1]);
  close(ends[1]);
  if (!process.ok()) return process.status();
  ProgramResult result;
  const bool ended = ReadAll(ends[0], deadline, result.output) && process->WaitForExit(deadline);
  if (!ended) {
    static_cast<void>(process->End(milliseconds(0)));
    return absl::DeadlineExceededError(
        absl::StrCat(arguments.front(), " did not end within ", patience.count(), " ms"));
  }
  result.exit_words = process->ExitWords();
  result.succeeded = result.exit_words == daemon::ExitWords(CLD_EXITED, 0);
  return result;
}

}  // namespace hostctl::ntp
