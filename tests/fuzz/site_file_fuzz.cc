// A file of site rulesets: any bytes are either refused, with a line that the file
// has and a reason, or give rulesets that the packet filter takes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "firewall/site_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hostctl::firewall::CheckDefinitions;
  using hostctl::firewall::ParseSiteFile;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto file = ParseSiteFile("site.json", text);
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  for (const auto& mistake : file.mistakes) {
    if (mistake.line < 1 || mistake.line > lines || mistake.reason.empty()) std::abort();
  }
  if (!file.mistakes.empty()) return 0;
  if (file.rulesets.empty()) std::abort();
  for (const auto& ruleset : file.rulesets) {
    if (!CheckDefinitions({ruleset.definition}).ok()) std::abort();
  }
  return 0;
}
