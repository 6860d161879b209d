#include "cli/app.h"

#include <chrono>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/help.h"
#include "cli/parser.h"

namespace hostctl::cli {
namespace {

constexpr char kDefaultSocket[] = "/run/hostctl/hostd.sock";

std::string SocketPath(const Arguments& globals, const Environment& environment) {
  if (globals.Has("socket")) return globals.String("socket");
  const std::optional<std::string> variable = environment("HOSTCTL_SOCKET");
  return variable && !variable->empty() ? *variable : kDefaultSocket;
}

int ShowUsageError(const CommandTable& table, const ParsedLine& line, std::ostream& err) {
  err << "Error: " << line.error << "\n";
  if (!line.hint.empty()) err << line.hint << "\n";
  err << "\n" << HelpText(table, line.understood);
  return kExitUsage;
}

int ShowFailure(const Failure& failure, std::ostream& err) {
  err << "Error: " << failure.message << "\n";
  for (const std::string& field : failure.fields) err << "  Field: " << field << "\n";
  for (const std::string& remedy : failure.remedies) err << "  Do: " << remedy << "\n";
  return failure.exit_code;
}

int ShowOutput(const Output& output, Format format, Streams streams) {
  if (IsMachineFormat(format)) {
    if (output.machine) streams.out << Render(format, output.machine());
  } else if (output.human) {
    streams.out << Render(format, output.human());
  } else {
    streams.out << output.lines;
  }
  for (const Note& note : output.notes) {
    streams.err << "Note: " << note.message << "\n";
    if (!note.remedy.empty()) streams.err << "  Do: " << note.remedy << "\n";
  }
  return kExitDone;
}

int RunCommand(const CommandTable& table, const ParsedLine& line, const Environment& environment,
               Streams streams) {
  Connection connection(SocketPath(line.globals, environment),
                        std::chrono::seconds(line.globals.Integer("timeout")));
  Session session{connection, table};
  const Outcome outcome = line.command->run(line.arguments, session);
  if (const Failure* failure = std::get_if<Failure>(&outcome)) {
    return ShowFailure(*failure, streams.err);
  }
  const Format format =
      FormatByName(line.globals.String("formatter")).value_or(line.command->format);
  return ShowOutput(std::get<Output>(outcome), format, streams);
}

int RunLine(const CommandTable& table, const ParsedLine& line, const Environment& environment,
            Streams streams) {
  switch (line.kind) {
    case ParsedLine::Kind::kError:
      return ShowUsageError(table, line, streams.err);
    case ParsedLine::Kind::kHelp:
      streams.out << HelpText(table, line.understood);
      break;
    case ParsedLine::Kind::kVersion:
      streams.out << "hostctl " HOSTCTL_VERSION "\n";
      break;
    case ParsedLine::Kind::kRun:
      return RunCommand(table, line, environment, streams);
  }
  return kExitDone;
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Environment& environment,
        Streams streams) {
  const CommandTable table = AllCommands();
  const int exit_code = RunLine(table, Parse(table, arguments), environment, streams);
  streams.out.flush();
  if (streams.out.good()) return exit_code;
  // A full disk, a closed pipe: half an answer must not look like a whole one.
  streams.err << "Error: Cannot write the output\n";
  return kExitFailed;
}

}  // namespace hostctl::cli
