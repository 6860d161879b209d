// See audit_record.h.
#include "service/rpc/audit_record.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "hostctl/v1/change.pb.h"

namespace hostctl::rpc {
namespace {

using google::protobuf::Message;
using nlohmann::json;

constexpr size_t kLongestRequest = 4096;
// Of one caller; one more every ten seconds.
constexpr CallLimit kRefusals = {1, 0.1, 10};

// What the response says was changed, or would be.
std::vector<v1::Change> ChangesOf(const Message* response) {
  std::vector<v1::Change> changes;
  if (response == nullptr) return changes;
  const auto* field = response->GetDescriptor()->FindFieldByName("changes");
  if (field == nullptr || !field->is_repeated() ||
      field->message_type() != v1::Change::descriptor()) {
    return changes;
  }
  const auto* reflection = response->GetReflection();
  for (int i = 0; i < reflection->FieldSize(*response, field); ++i) {
    v1::Change change;
    change.CopyFrom(reflection->GetRepeatedMessage(*response, field, i));
    changes.push_back(std::move(change));
  }
  return changes;
}

bool IsDryRun(const Message* request) {
  if (request == nullptr) return false;
  const auto* field = request->GetDescriptor()->FindFieldByName("validate_only");
  return field != nullptr && request->GetReflection()->GetBool(*request, field);
}

json RequestJson(const Message& request) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (!google::protobuf::util::MessageToJsonString(request, &text, options).ok()) return json();
  if (text.size() > kLongestRequest) return json{{"bytes", text.size()}};
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string ResultText(const grpc::Status& status) {
  // Both number the canonical codes alike.
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code()));
}

}  // namespace

std::string AuditLine(const CallRecord& record) {
  const Caller& caller = record.caller;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", record.begun, absl::UTCTimeZone());
  line["who"] = caller.name;
  if (caller.process.uid != kNobody) line["uid"] = caller.process.uid;
  if (caller.process.pid != 0) line["pid"] = caller.process.pid;
  if (!caller.certificate.empty()) line["certificate"] = caller.certificate;
  line["role"] = RoleText(caller.role);
  line["from"] = caller.from;
  line["method"] = record.method->full_name();
  if (IsDryRun(record.request)) line["dry_run"] = true;
  const std::vector<v1::Change> changes = ChangesOf(record.response);
  for (const v1::Change& change : changes) {
    nlohmann::ordered_json entry;
    entry["what"] = change.subject();
    entry["before"] = change.before();
    entry["after"] = change.after();
    line["changes"].push_back(entry);
  }
  if (record.request != nullptr) line["request"] = RequestJson(*record.request);
  line["result"] = ResultText(record.status);
  if (!record.status.ok()) line["message"] = record.status.error_message();
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string AuditSentence(const CallRecord& record) {
  const Caller& caller = record.caller;
  std::vector<std::string> words;
  for (const v1::Change& change : ChangesOf(record.response)) {
    words.push_back(absl::StrCat(change.subject(), " ", change.before(), " -> ", change.after()));
  }
  return absl::StrCat(
      caller.name, caller.process.pid == 0 ? "" : absl::StrCat(", process ", caller.process.pid),
      ", ", caller.from, ": ", record.method->name(), IsDryRun(record.request) ? " (dry run)" : "",
      words.empty() ? "" : absl::StrCat(": ", absl::StrJoin(words, ", ")), ": ",
      ResultText(record.status));
}

AuditTrail::AuditTrail(audit::AuditLog* trail, std::function<void(const std::string&)> log)
    : trail_(trail), log_(std::move(log)) {}

void AuditTrail::Record(const CallRecord& record) {
  if (!record.admitted) {
    const auto now = std::chrono::steady_clock::now();
    if (!refusals_.Begin(record.caller.key, kRefusals, now).ok()) return;
    refusals_.End(record.caller.key);
  }
  log_(absl::StrCat("audit: ", AuditSentence(record)));
  if (trail_ == nullptr) return;
  const absl::Status added = trail_->Add(AuditLine(record));
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string failure(added.message());
  if (!added.ok() && failure != last_failure_) {
    log_(absl::StrCat("the audit trail is not stored: ", failure));
  }
  last_failure_ = failure;
}

}  // namespace hostctl::rpc
