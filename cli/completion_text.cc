#include "cli/completion_text.h"

#include <chrono>
#include <variant>

#include "cli/completion.h"
#include "cli/connection.h"
#include "cli/live_values.h"

namespace hostctl::cli {
namespace {

constexpr std::chrono::seconds kPatience{1};

std::vector<Candidate> AskHost(const Completion& completion, const Environment& environment) {
  const auto targets = TargetsOf(completion.globals, environment);
  if (std::holds_alternative<Failure>(targets)) return {};
  // Of several hosts the first tells what there is.
  Connection connection(std::get<std::vector<Target>>(targets).front(), kPatience);
  return AskLiveValues(completion.live, connection);
}

}  // namespace

std::string CompletionText(const CommandTable& table, const std::vector<std::string>& words,
                           const Environment& environment) {
  Completion completion = Complete(table, words);
  if (completion.live != LiveValues::kNone) {
    for (const Candidate& live : AskHost(completion, environment)) {
      if (live.word.compare(0, completion.typed.size(), completion.typed) != 0) continue;
      completion.candidates.push_back({completion.prefix + live.word, live.description});
    }
  }
  std::string text = completion.files ? "__files__\n" : "";
  for (const Candidate& candidate : completion.candidates) {
    text += candidate.word + "\t" + candidate.description + "\n";
  }
  return text;
}

}  // namespace hostctl::cli
