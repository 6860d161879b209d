#include "cli/manual.h"

#include <algorithm>
#include <vector>

#include "cli/exit_code.h"
#include "cli/help.h"

namespace hostctl::cli {
namespace {

std::vector<const Command*> Sorted(const CommandTable& table) {
  std::vector<const Command*> commands;
  for (const Command& command : table.commands) commands.push_back(&command);
  std::sort(commands.begin(), commands.end(), [](const Command* a, const Command* b) {
    return a->path == b->path ? a->name < b->name : a->path < b->path;
  });
  return commands;
}

// For roff: nothing is an escape, a request or a hyphenation point by accident.
std::string Roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if ((c == '.' || c == '\'') && escaped.empty()) {
      escaped += std::string("\\&") + c;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string RoffEntries(const std::vector<Option>& options) {
  std::string text;
  for (const OptionGroup& group : GroupsOf(options)) {
    if (!group.heading.empty()) text += ".PP\n" + Roff(group.heading) + ":\n";
    for (const Option& option : group.options) {
      text += ".TP\n.B " + Roff(OptionSyntax(option)) + "\n" + Roff(OptionMeaning(option)) + "\n";
    }
  }
  return text;
}

std::string RoffCommand(const Command& command) {
  const std::string words = Words(command.path) + " " + command.name;
  std::string text = ".SS " + Roff(words) + "\n" + Roff(command.description) + "\n";
  text += RoffEntries(command.options);
  for (const Example& example : command.examples) {
    text += ".PP\n" + Roff(example.description) + ":\n.PP\n.RS 4\n.nf\n" + Roff(example.command) +
            "\n.fi\n.RE\n";
  }
  return text;
}

struct Entry {
  const char* name;
  const char* meaning;
};
constexpr Entry kEnvironment[] = {
    {"HOSTCTL_SOCKET", "Socket that hostd listens on, unless \\-\\-socket names one."},
    {"HOSTCTL_TLS_CERTIFICATE, HOSTCTL_TLS_KEY, HOSTCTL_TLS_CA",
     "Credentials for \\-\\-server, unless options name them."},
    {"NO_COLOR", "Set to anything but nothing: no colours."}};
constexpr Entry kFiles[] = {
    {"/run/hostctl/hostd.sock", "Where hostd listens."},
    {"~/.config/hostctl/client.crt, client.key, ca.crt", "Credentials for \\-\\-server."}};

std::string RoffList(const std::string& title, const Entry* begin, const Entry* end) {
  std::string text = ".SH " + title + "\n";
  for (const Entry* entry = begin; entry != end; ++entry) {
    text += ".TP\n.B " + Roff(entry->name) + "\n" + entry->meaning + "\n";
  }
  return text;
}

// A cell of a Markdown table.
std::string Cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// `|` ends a cell even in code.
std::string CodeCell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.replace(at, 1, "\\|");
  }
  return "`" + text + "`";
}

std::string MarkdownOptions(const std::vector<Option>& options) {
  std::string text;
  for (const OptionGroup& group : GroupsOf(options)) {
    if (!group.heading.empty()) text += group.heading + ":\n\n";
    text += "| option | meaning |\n|---|---|\n";
    for (const Option& option : group.options) {
      text += "| " + CodeCell(OptionSyntax(option)) + " | " + Cell(OptionMeaning(option)) + " |\n";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string ManualText(const CommandTable& table, const std::string& version,
                       const std::string& date) {
  std::string text = ".TH HOSTCTL 1 " + date + " \"hostctl " + version + "\"\n";
  text +=
      ".SH NAME\nhostctl \\- configure and watch the time of this host, or of others\n"
      ".SH SYNOPSIS\n.B hostctl\n[options] {namespace}+ {cmd} [cmd options]\n"
      ".SH DESCRIPTION\nEvery command is one call to hostd and one rendering of its answer. "
      "Each level explains itself with\n.BR \\-\\-help .\n"
      "Commands that set something print nothing when they succeed; notes and errors go to "
      "standard error.\n"
      ".SH OPTIONS\nThey stand before the namespace or after the command. Booleans are 0/1, t/f, "
      "true/false, y/n, yes/no, on/off.\n";
  text += RoffEntries(table.global_options);
  text += ".SH COMMANDS\n";
  for (const Command* command : Sorted(table)) text += RoffCommand(*command);
  text += ".SH EXIT STATUS\n";
  for (const ExitCode& exit : kExitCodes) {
    text += ".TP\n.B " + std::to_string(exit.code) + "\n" + Roff(exit.meaning) + "\n";
  }
  text += RoffList("ENVIRONMENT", std::begin(kEnvironment), std::end(kEnvironment));
  text += RoffList("FILES", std::begin(kFiles), std::end(kFiles));
  return text;
}

std::string ReferenceText(const CommandTable& table) {
  std::string text =
      "# hostctl: reference\n\nMade from the table of commands by `hostctl __reference`; "
      "`tests/cli/update-golden` writes it anew.\n\n## Options for every command\n";
  text += MarkdownOptions(table.global_options);
  for (const Command* command : Sorted(table)) {
    text += "## " + Words(command->path) + " " + command->name + "\n" + Cell(command->description) +
            "\n\n";
    if (!command->rpc.empty()) text += "Call: `" + command->rpc + "`\n\n";
    text += MarkdownOptions(command->options);
    for (const Example& example : command->examples) {
      text += "    # " + example.description + "\n    " + example.command + "\n";
    }
    text += "\n";
  }
  text += "## Exit codes\n| code | meaning |\n|---|---|\n";
  for (const ExitCode& exit : kExitCodes) {
    text += "| " + std::to_string(exit.code) + " | " + Cell(exit.meaning) + " |\n";
  }
  return text;
}

}  // namespace hostctl::cli
