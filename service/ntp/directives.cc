#include "service/ntp/directives.h"

#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace hostctl::ntp {
namespace {

struct Refused {
  const char* directive;
  const char* why;
};

constexpr char kServers[] = "time servers are named with --server and --pool";
constexpr char kFiles[] = "hostd decides where chronyd keeps its files";
constexpr char kOtherFiles[] = "lines of other files would not be checked";
constexpr char kSocket[] = "hostd decides who may command chronyd";
constexpr char kClock[] = "hostd decides when the clock is stepped, and who keeps it";
constexpr char kUser[] = "hostd decides who chronyd runs as";
constexpr char kMail[] = "it would run a program; `hostctl system event list` tells what happens";

constexpr std::array<Refused, 27> kRefused = {{
    {"server", kServers},       {"pool", kServers},
    {"include", kOtherFiles},   {"confdir", kOtherFiles},
    {"sourcedir", kOtherFiles}, {"driftfile", kFiles},
    {"dumpdir", kFiles},        {"dumponexit", kFiles},
    {"hwclockfile", kFiles},    {"log", kFiles},
    {"logdir", kFiles},         {"ntsdumpdir", kFiles},
    {"ntscachedir", kFiles},    {"pidfile", kFiles},
    {"rtcfile", kFiles},        {"bindcmdaddress", kSocket},
    {"bindcmddevice", kSocket}, {"cmdallow", kSocket},
    {"cmddeny", kSocket},       {"cmdport", kSocket},
    {"initstepslew", kClock},   {"local", kClock},
    {"makestep", kClock},       {"manual", kClock},
    {"rtcsync", kClock},        {"user", kUser},
    {"mailonchange", kMail},
}};

}  // namespace

std::optional<std::string> WhyRefused(const std::string& line) {
  size_t begin = 0;
  while (begin < line.size() && absl::ascii_isspace(static_cast<unsigned char>(line[begin]))) {
    ++begin;
  }
  size_t end = begin;
  while (end < line.size() && !absl::ascii_isspace(static_cast<unsigned char>(line[end]))) ++end;
  const std::string directive = absl::AsciiStrToLower(line.substr(begin, end - begin));
  if (directive.empty() || std::string("!;#%").find(directive.front()) != std::string::npos) {
    return "it is a comment";
  }
  for (const Refused& refused : kRefused) {
    if (directive == refused.directive) {
      return absl::StrCat("the directive ", directive, " is not a user's: ", refused.why);
    }
  }
  return std::nullopt;
}

}  // namespace hostctl::ntp
