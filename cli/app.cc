#include "cli/app.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "cli/commands.h"
#include "cli/completion_text.h"
#include "cli/connection.h"
#include "cli/format/select_fields.h"
#include "cli/format/text_layout.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/manual.h"
#include "cli/suggestion.h"

namespace hostctl::cli {
namespace {

bool WantsColour(const Arguments& globals, const Environment& environment, bool terminal) {
  const std::string choice = globals.String("color");
  if (choice == "always") return true;
  if (choice == "never" || !terminal) return false;
  // https://no-color.org: set to anything but nothing.
  return environment("NO_COLOR").value_or("").empty() && environment("TERM") != "dumb";
}

Format FormatOf(const ParsedLine& line) {
  return FormatByName(line.globals.String("formatter")).value_or(line.command->format);
}

// `C.UTF-8`, `de_DE.utf8`.
bool NamesUtf8(std::string locale) {
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

bool KnowsUnicode(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = environment(name).value_or("");
    // The first that is set decides (POSIX 8.2).
    if (!locale.empty()) return NamesUtf8(locale);
  }
  return false;
}

size_t WidthOf(const Arguments& globals, const Terminal& terminal) {
  if (globals.Has("screen-width")) return static_cast<size_t>(globals.Integer("screen-width"));
  return terminal.out ? terminal.columns : 0;
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (true) {
    const size_t end = text.find(',', start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string::npos) return parts;
    start = end + 1;
  }
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Failure UnknownField(const Selection& selection) {
  Failure failure{kExitUsage,
                  "While processing '--fields'. Expecting fields of " + Joined(selection.known) +
                      ". Got '" + selection.unknown + "'",
                  {},
                  {}};
  const std::string nearest = Nearest(selection.unknown, selection.known);
  if (!nearest.empty()) failure.message += "\nDid you mean '" + nearest + "'?";
  return failure;
}

}  // namespace

App::App(Environment environment, Streams streams, Terminal terminal)
    : table_(AllCommands()),
      environment_(std::move(environment)),
      streams_(streams),
      terminal_(terminal) {}

App::~App() = default;

int App::Run(const std::vector<std::string>& arguments) {
  const std::optional<int> ours = RunHidden(arguments);
  const int exit_code = ours ? *ours : RunLine(Parse(table_, arguments));
  streams_.out.flush();
  if (streams_.out.good()) return exit_code;
  // A full disk, a closed pipe: half an answer must not look like a whole one.
  streams_.err << "Error: Cannot write the output\n";
  return kExitFailed;
}

// Words for scripts of ours: the shells' completion, the build of the manual.
std::optional<int> App::RunHidden(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().rfind("__", 0) != 0) return std::nullopt;
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments.front() == "__complete") {
    streams_.out << CompletionText(table_, rest, environment_);
  } else if (arguments.front() == "__reference") {
    streams_.out << ReferenceText(table_);
  } else if (arguments.front() == "__manual" && rest.size() == 1) {
    streams_.out << ManualText(table_, HOSTCTL_VERSION, rest.front());
  } else {
    return std::nullopt;
  }
  return kExitDone;
}

int App::RunLine(const ParsedLine& line) {
  switch (line.kind) {
    case ParsedLine::Kind::kError:
      return ShowUsageError(line);
    case ParsedLine::Kind::kHelp:
      streams_.out << HelpText(table_, line.understood);
      break;
    case ParsedLine::Kind::kVersion:
      streams_.out << "hostctl " HOSTCTL_VERSION "\n";
      break;
    case ParsedLine::Kind::kRun:
      return RunCommand(line);
  }
  return kExitDone;
}

int App::ShowUsageError(const ParsedLine& line) {
  streams_.err << "Error: " << line.error << "\n";
  if (!line.hint.empty()) streams_.err << line.hint << "\n";
  streams_.err << "\n" << HelpText(table_, line.understood);
  return kExitUsage;
}

int App::ShowFailure(const ParsedLine& line, const std::string& host, const Failure& failure) {
  const bool colour = WantsColour(line.globals, environment_, terminal_.err);
  streams_.err << Coloured("Error:", Meaning::kBad, colour) << " "
               << (host.empty() ? "" : host + ": ") << failure.message << "\n";
  for (const std::string& field : failure.fields) streams_.err << "  Field: " << field << "\n";
  for (const std::string& remedy : failure.remedies) streams_.err << "  Do: " << remedy << "\n";
  return failure.exit_code;
}

void App::WriteProgress(const std::string& host, const std::string& text) {
  const std::lock_guard<std::mutex> lock(progress_mutex_);
  streams_.err << (host.empty() ? "" : host + ": ") << text << "\n" << std::flush;
}

HostOutcome App::AskHost(const ParsedLine& line, Connection& connection, const std::string& host) {
  const bool colour = WantsColour(line.globals, environment_, terminal_.out);
  Session session{
      connection,
      table_,
      FormatOf(line),
      {terminal_.out, colour, WidthOf(line.globals, terminal_), KnowsUnicode(environment_)},
      streams_,
      [this, host](const std::string& text) { WriteProgress(host, text); }};
  if (line.arguments.Has(line.command->waiting_option)) session.interrupt = &interrupted_;
  return {host, line.command->run(line.arguments, session)};
}

// One host is asked here; of several each has its thread.
std::vector<HostOutcome> App::AskHosts(const ParsedLine& line) {
  const std::chrono::seconds timeout(line.globals.Integer("timeout"));
  auto targets = TargetsOf(line.globals, environment_);
  if (const Failure* failure = std::get_if<Failure>(&targets)) return {{"", *failure}};
  const auto& hosts = std::get<std::vector<Target>>(targets);
  const bool one_host = line.command->one_host || line.arguments.Has(line.command->one_host_option);
  if (hosts.size() > 1 && one_host) {
    return {{"", Failure{kExitUsage, "This command asks one host: give one --server", {}, {}}}};
  }
  std::vector<std::string> names;
  for (const Target& host : hosts) {
    names.push_back(hosts.size() > 1 ? HostName(host) : "");
    RpcTrace trace;
    if (line.globals.Has("debug")) {
      trace = RpcTrace(
          [this, name = names.back()](const std::string& text) { WriteProgress(name, text); });
    }
    connections_.push_back(std::make_unique<Connection>(host, timeout, trace));
  }
  if (hosts.size() == 1) return {AskHost(line, *connections_.front(), "")};
  std::vector<HostOutcome> outcomes(hosts.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < hosts.size(); ++i) {
    threads.emplace_back([&, i] { outcomes[i] = AskHost(line, *connections_[i], names[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

int App::RunCommand(const ParsedLine& line) {
  // Before the first thread: they inherit which signals are taken.
  std::optional<Interrupt> interrupt;
  if (line.arguments.Has(line.command->waiting_option)) {
    interrupt.emplace([this] { interrupted_.Cancel(); });
  }
  const std::vector<HostOutcome> outcomes = AskHosts(line);
  const bool single = outcomes.size() == 1;
  int shown = kExitDone;
  if (!single) {
    shown = ShowOutput(line, Merged(outcomes));
  } else if (const auto* output = std::get_if<Output>(&outcomes.front().outcome)) {
    shown = ShowOutput(line, *output);
  }
  for (const HostOutcome& each : outcomes) {
    if (const auto* failure = std::get_if<Failure>(&each.outcome)) {
      ShowFailure(line, each.host, *failure);
    }
  }
  return shown == kExitDone ? MergedExitCode(outcomes) : shown;
}

int App::ShowRecords(const ParsedLine& line, const Records& records) {
  const bool colour = WantsColour(line.globals, environment_, terminal_.out);
  const Layout layout{!line.globals.Has("no-header"), WidthOf(line.globals, terminal_), colour};
  if (!line.globals.Has("fields")) {
    streams_.out << Render(FormatOf(line), records, layout);
    return kExitDone;
  }
  const Selection selection = SelectFields(records, Split(line.globals.String("fields")));
  if (!selection.unknown.empty()) return ShowFailure(line, "", UnknownField(selection));
  streams_.out << Render(FormatOf(line), selection.records, layout);
  return kExitDone;
}

int App::ShowOutput(const ParsedLine& line, const Output& output) {
  int shown = kExitDone;
  if (IsMachineFormat(FormatOf(line))) {
    if (output.machine) shown = ShowRecords(line, output.machine());
  } else if (output.human) {
    shown = ShowRecords(line, output.human());
  } else {
    streams_.out << output.lines;
  }
  for (const Note& note : output.notes) {
    streams_.err << "Note: " << note.message << "\n";
    if (!note.remedy.empty()) streams_.err << "  Do: " << note.remedy << "\n";
  }
  return shown;
}

}  // namespace hostctl::cli
