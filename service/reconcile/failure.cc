#include "service/reconcile/failure.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace hostctl::reconcile {
namespace {

constexpr char kReason[] = "hostctl/reason";
constexpr char kField[] = "hostctl/field";
constexpr char kRemedy[] = "hostctl/remedy";

std::string Payload(const absl::Status& status, const char* url) {
  const auto payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status Failure(absl::StatusCode code, const std::string& message,
                     const FailureDetail& detail) {
  absl::Status status(code, message);
  status.SetPayload(kReason, absl::Cord(detail.reason));
  if (!detail.field.empty()) status.SetPayload(kField, absl::Cord(detail.field));
  if (!detail.remedy.empty()) status.SetPayload(kRemedy, absl::Cord(detail.remedy));
  return status;
}

FailureDetail DetailOf(const absl::Status& status) {
  return {Payload(status, kReason), Payload(status, kField), Payload(status, kRemedy)};
}

absl::Status WithMoreWords(const absl::Status& status, const std::string& words) {
  return Failure(status.code(), absl::StrCat(status.message(), "; ", words), DetailOf(status));
}

}  // namespace hostctl::reconcile
