// What the commands of the firewall have in common: the options of every change,
// and what is said when it was made.
#pragma once

#include <vector>

#include "cli/arguments.h"
#include "cli/changes.h"
#include "cli/command.h"
#include "cli/outcome.h"
#include "hostctl/v1/condition.pb.h"

namespace hostctl::cli {

// --force, --confirm-within, --dry-run.
std::vector<Option> FirewallChangeOptions();
// `options`, then those of every change.
std::vector<Option> WithChangeOptions(std::vector<Option> options);
Option DryRunOption();

// Takes the options of every change over into `request`.
template <typename Request>
void SetChangeOptions(const Arguments& arguments, Request& request) {
  request.set_force(arguments.Has("force"));
  request.set_validate_only(arguments.Has("dry-run"));
  if (arguments.Has("confirm-within")) {
    request.mutable_confirm_within()->set_seconds(arguments.Integer("confirm-within"));
  }
}

// Silence but for the notes; in a dry run, what would change.
template <typename Response>
Output ChangeOutput(const Arguments& arguments, const Response& response) {
  Output output = arguments.Has("dry-run") ? DryRunOutput(response.changes()) : Output();
  for (const v1::Condition& note : response.notes()) {
    output.notes.push_back({note.message(), note.remedy()});
  }
  return output;
}

}  // namespace hostctl::cli
