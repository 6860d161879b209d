#include "firewall/site_rulesets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "firewall/site_file.h"

namespace hostctl::firewall {
namespace {

absl::Status CannotRead(const std::string& why) {
  return absl::UnavailableError(absl::StrCat("cannot be read: ", why));
}

absl::StatusOr<std::string> ReadAll(int fd) {
  struct stat info = {};
  if (fstat(fd, &info) != 0) return CannotRead(std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return absl::InvalidArgumentError("is no regular file");
  std::string text;
  std::array<char, 16384> buffer;
  while (text.size() <= kMaxSiteFileBytes) {
    const ssize_t length = read(fd, buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return CannotRead(std::strerror(errno));
    if (length == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(length));
  }
  return absl::InvalidArgumentError(absl::StrCat("is longer than ", kMaxSiteFileBytes, " bytes"));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  // Non-blocking: a pipe without a writer would wait for one.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return CannotRead(std::strerror(errno));
  absl::StatusOr<std::string> text = ReadAll(fd);
  close(fd);
  return text;
}

class Loader {
 public:
  explicit Loader(const std::vector<RulesetDefinition>& built_in) {
    for (const RulesetDefinition& ruleset : built_in) taken_.emplace(ruleset.id, ruleset);
  }

  void LoadFolder(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (name[0] != '.' && absl::EndsWith(name, ".json")) paths.push_back(entry->path().string());
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      problems_.push_back({folder, 0, absl::StrCat("cannot be read: ", error.message())});
    }
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) LoadFile(path);
  }

  LoadedRulesets Take() {
    LoadedRulesets loaded;
    for (auto& entry : taken_) loaded.definitions.push_back(std::move(entry.second));
    loaded.problems = std::move(problems_);
    return loaded;
  }

 private:
  void LoadFile(const std::string& path) {
    const absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) {
      problems_.push_back({path, 0, std::string(text.status().message())});
      return;
    }
    const SiteFile file = ParseSiteFile(path, *text);
    for (const SiteMistake& mistake : file.mistakes) {
      problems_.push_back({path, mistake.line, mistake.reason});
    }
    if (!file.mistakes.empty()) return;

    std::map<std::string, RulesetDefinition> wanted = taken_;
    bool good = true;
    for (const SiteRuleset& ruleset : file.rulesets) {
      const auto [other, is_new] = wanted.emplace(ruleset.definition.id, ruleset.definition);
      if (is_new) continue;
      good = false;
      const std::string& source = other->second.source;
      problems_.push_back(
          {path, ruleset.line,
           absl::StrCat("ruleset \"", ruleset.definition.id, "\" is already ",
                        source.empty() ? "built in" : absl::StrCat("defined in ", source),
                        "; choose another id")});
    }
    if (good) taken_ = std::move(wanted);
  }

  std::map<std::string, RulesetDefinition> taken_;  // by id
  std::vector<SiteProblem> problems_;
};

}  // namespace

std::string SiteProblem::ToString() const {
  return line == 0 ? absl::StrCat(file, ": ", reason) : absl::StrCat(file, ":", line, ": ", reason);
}

LoadedRulesets LoadRulesets(const std::vector<RulesetDefinition>& built_in,
                            const std::string& folder) {
  Loader loader(built_in);
  loader.LoadFolder(folder);
  return loader.Take();
}

}  // namespace hostctl::firewall
