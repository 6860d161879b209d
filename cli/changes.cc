#include "cli/changes.h"

#include <string>

#include "cli/proto_record.h"

namespace hostctl::cli {
namespace {

std::string OrNone(const std::string& value) {
  return value.empty() ? "(none)" : value;
}

}  // namespace

Output DryRunOutput(const google::protobuf::RepeatedPtrField<v1::Change>& changes) {
  Output output;
  for (const v1::Change& change : changes) {
    output.lines +=
        change.subject() + ": " + OrNone(change.before()) + " -> " + OrNone(change.after()) + "\n";
  }
  if (changes.empty()) output.lines = "Nothing would change.\n";
  output.machine = [changes] { return RecordList(changes); };
  return output;
}

}  // namespace hostctl::cli
