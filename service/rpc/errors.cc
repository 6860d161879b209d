#include "service/rpc/errors.h"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // Both number the canonical codes alike.
  const auto code = static_cast<grpc::StatusCode>(status.code());
  const std::string message(status.message());
  const reconcile::FailureDetail detail = reconcile::DetailOf(status);
  if (detail.reason.empty()) return {code, message};

  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason);
  info.set_domain(kErrorDomain);
  rich.add_details()->PackFrom(info);
  if (!detail.field.empty()) {
    google::rpc::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field(detail.field);
    violation->set_description(message);
    rich.add_details()->PackFrom(bad);
  }
  if (!detail.remedy.empty()) {
    google::rpc::Help help;
    help.add_links()->set_description(detail.remedy);
    rich.add_details()->PackFrom(help);
  }
  return {code, message, rich.SerializeAsString()};
}

}  // namespace hostctl::rpc
