#include "ptpcore/engine/frequency_file.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace ptpcore::engine {
namespace {

absl::Status Failed(const char* what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

}  // namespace

absl::Status WriteFrequency(const std::string& path, double frequency_ppb) {
  const nlohmann::json document = {{"frequency_ppb", frequency_ppb}};
  const std::string text = document.dump() + "\n";
  // Written aside: what is lost in a power cut is the new value, never the file.
  const std::string aside = path + ".new";
  std::FILE* file = std::fopen(aside.c_str(), "we");
  if (file == nullptr) return Failed("create", aside);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) return Failed("write", aside);
  if (std::rename(aside.c_str(), path.c_str()) != 0) return Failed("replace", path);
  return absl::OkStatus();
}

std::optional<double> ReadFrequency(const std::string& path, double max_ppb) {
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return std::nullopt;
  char text[512];
  const size_t size = std::fread(text, 1, sizeof(text), file);
  std::fclose(file);
  const auto document = nlohmann::json::parse(text, text + size, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto frequency = document.find("frequency_ppb");
  if (frequency == document.end() || !frequency->is_number()) return std::nullopt;
  const auto ppb = frequency->get<double>();
  if (!(std::fabs(ppb) <= max_ppb)) return std::nullopt;
  return ppb;
}

}  // namespace ptpcore::engine
