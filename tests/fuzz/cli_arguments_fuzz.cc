// hostctl's command line, a word a line: any words are either understood, with every option
// of the command in its place, or refused with a reason; there is help in both cases.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hostctl::cli::ParsedLine;
  static const hostctl::cli::CommandTable table = hostctl::cli::AllCommands();
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> words = absl::StrSplit(text, '\n');
  const ParsedLine line = Parse(table, words);
  if (line.kind == ParsedLine::Kind::kRun && line.command == nullptr) std::abort();
  if ((line.kind == ParsedLine::Kind::kError) == line.error.empty()) std::abort();
  if (HelpText(table, line.understood).empty()) std::abort();
  return 0;
}
