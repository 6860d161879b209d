#include "cli/status_failure.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace hostctl::cli {
namespace {

void AddFields(const google::rpc::BadRequest& bad_request, Failure* failure) {
  for (const auto& violation : bad_request.field_violations()) {
    std::string text = violation.field();
    if (!violation.description().empty() && violation.description() != failure->message) {
      text += ": " + violation.description();
    }
    failure->fields.push_back(text);
  }
}

}  // namespace

bool FromHostd(const grpc::Status& status) {
  return !status.error_details().empty();
}

Failure FailureOf(const grpc::Status& status) {
  Failure failure;
  const bool refused = status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
                       status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
  failure.exit_code = refused ? kExitRefused : kExitFailed;
  failure.message = status.error_message();
  if (failure.message.empty()) {
    failure.message = "hostd answered with status " + std::to_string(status.error_code());
  }
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return failure;
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    google::rpc::Help help;
    if (detail.Is<google::rpc::BadRequest>() && detail.UnpackTo(&bad_request)) {
      AddFields(bad_request, &failure);
    } else if (detail.Is<google::rpc::Help>() && detail.UnpackTo(&help)) {
      for (const auto& link : help.links()) failure.remedies.push_back(link.description());
    }
  }
  return failure;
}

}  // namespace hostctl::cli
