#include "service/ntp/chrony_host.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/ntp/chronyc.h"
#include "service/ntp/run_program.h"

namespace hostctl::ntp {
namespace {

constexpr std::chrono::seconds kCheckPatience{5};

// On the command line: a file of ours is not one that chronyd may always read (AppArmor).
absl::StatusOr<std::optional<ConfProblem>> Check(const std::string& chronyd,
                                                 const std::vector<std::string>& lines) {
  std::vector<std::string> command = {chronyd, "-p", "--"};
  command.insert(command.end(), lines.begin(), lines.end());
  const auto done = RunProgram(command, kCheckPatience);
  if (!done.ok()) return done.status();
  if (done->succeeded) return std::nullopt;
  return ProblemIn(done->output);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("there is no ", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  const std::string aside = path + ".new";
  std::ofstream file(aside, std::ios::trunc);
  file << text;
  file.close();
  if (file && std::rename(aside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

}  // namespace

// `2026-11-22T21:14:50Z Fatal error : Invalid directive at line 3`, after what it has read.
ConfProblem ProblemIn(const std::string& output) {
  constexpr char kMark[] = "Fatal error : ";
  constexpr char kLine[] = " at line ";
  ConfProblem problem;
  const size_t mark = output.rfind(kMark);
  if (mark == std::string::npos) {
    problem.message = "it does not say why";
    return problem;
  }
  const size_t begin = mark + std::strlen(kMark);
  const std::string words = output.substr(begin, output.find('\n', begin) - begin);
  const size_t at = words.rfind(kLine);
  problem.message = words.substr(0, at);
  if (at == std::string::npos) return problem;
  uint32_t line = 0;
  const std::string rest = words.substr(at + std::strlen(kLine));
  if (absl::SimpleAtoi(rest.substr(0, rest.find(' ')), &line)) problem.line = line;
  return problem;
}

ChronyHost NewChronyHost(const Places& places, const std::string& chronyd) {
  ChronyHost host;
  host.places = places;
  host.check = [chronyd](const std::vector<std::string>& lines) { return Check(chronyd, lines); };
  host.read = [path = places.config_file] { return ReadFile(path); };
  host.write = [path = places.config_file](const std::string& text) {
    return WriteFile(path, text);
  };
  host.stats = [places] { return ReadNtpStats(places); };
  return host;
}

}  // namespace hostctl::ntp
