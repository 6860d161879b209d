#include "service/daemon/process_record.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace hostctl::daemon {
namespace {

using nlohmann::json;

std::string TextIn(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::optional<ProcessRecord> ProcessRecordFromText(const std::string& text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return std::nullopt;
  const auto pid = document.find("pid");
  const auto ticks = document.find("birth_ticks");
  const auto command = document.find("command");
  const auto none = document.end();
  if (pid == none || ticks == none || command == none) return std::nullopt;
  if (!pid->is_number_unsigned() || !ticks->is_number_unsigned() || !command->is_array()) {
    return std::nullopt;
  }
  const auto number = pid->get<uint64_t>();
  if (number == 0 || number > static_cast<uint64_t>(std::numeric_limits<pid_t>::max())) {
    return std::nullopt;
  }
  ProcessRecord record{static_cast<pid_t>(number), ticks->get<uint64_t>(), {}, {}};
  for (const json& argument : *command) {
    if (!argument.is_string()) return std::nullopt;
    record.command.push_back(argument.get<std::string>());
  }
  const auto configuration = document.find("configuration");
  if (configuration != none) {
    if (!configuration->is_object()) return std::nullopt;
    record.configuration = {TextIn(*configuration, "file"), TextIn(*configuration, "log_level")};
  }
  return record;
}

std::string ToText(const ProcessRecord& record) {
  json document = {
      {"pid", record.pid}, {"birth_ticks", record.birth_ticks}, {"command", record.command}};
  if (record.configuration.has_value()) {
    document["configuration"] = {{"file", record.configuration->file},
                                 {"log_level", record.configuration->log_level}};
  }
  return document.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

std::optional<ProcessRecord> ReadProcessRecord(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return ProcessRecordFromText(std::string(std::istreambuf_iterator<char>(file), {}));
}

absl::Status WriteProcessRecord(const std::string& path, const ProcessRecord& record) {
  const std::string aside = absl::StrCat(path, ".new");
  std::ofstream file(aside, std::ios::trunc);
  file << ToText(record);
  file.close();
  if (file && std::rename(aside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

}  // namespace hostctl::daemon
