#include "cli/app.h"

#include <chrono>
#include <utility>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/help.h"

namespace hostctl::cli {
namespace {

constexpr char kDefaultSocket[] = "/run/hostctl/hostd.sock";

std::string SocketPath(const Arguments& globals, const Environment& environment) {
  if (globals.Has("socket")) return globals.String("socket");
  const std::optional<std::string> variable = environment("HOSTCTL_SOCKET");
  return variable && !variable->empty() ? *variable : kDefaultSocket;
}

int ShowFailure(const Failure& failure, std::ostream& err) {
  err << "Error: " << failure.message << "\n";
  for (const std::string& field : failure.fields) err << "  Field: " << field << "\n";
  for (const std::string& remedy : failure.remedies) err << "  Do: " << remedy << "\n";
  return failure.exit_code;
}

}  // namespace

App::App(Environment environment, Streams streams)
    : table_(AllCommands()), environment_(std::move(environment)), streams_(streams) {}

App::~App() = default;

int App::Run(const std::vector<std::string>& arguments) {
  const int exit_code = RunLine(Parse(table_, arguments));
  streams_.out.flush();
  if (streams_.out.good()) return exit_code;
  // A full disk, a closed pipe: half an answer must not look like a whole one.
  streams_.err << "Error: Cannot write the output\n";
  return kExitFailed;
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

int App::RunCommand(const ParsedLine& line) {
  connection_ = std::make_unique<Connection>(SocketPath(line.globals, environment_),
                                             std::chrono::seconds(line.globals.Integer("timeout")));
  Session session{*connection_, table_};
  const Outcome outcome = line.command->run(line.arguments, session);
  if (const Failure* failure = std::get_if<Failure>(&outcome)) {
    return ShowFailure(*failure, streams_.err);
  }
  const Format format =
      FormatByName(line.globals.String("formatter")).value_or(line.command->format);
  return ShowOutput(std::get<Output>(outcome), format);
}

int App::ShowOutput(const Output& output, Format format) {
  if (IsMachineFormat(format)) {
    if (output.machine) streams_.out << Render(format, output.machine());
  } else if (output.human) {
    streams_.out << Render(format, output.human());
  } else {
    streams_.out << output.lines;
  }
  for (const Note& note : output.notes) {
    streams_.err << "Note: " << note.message << "\n";
    if (!note.remedy.empty()) streams_.err << "  Do: " << note.remedy << "\n";
  }
  return kExitDone;
}

}  // namespace hostctl::cli
