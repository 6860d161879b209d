#include "service/rpc/errors.h"

#include "served_host.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

TEST(Errors, ReasonFieldAndRemedyTravelInTheDetails) {
  const grpc::Status status =
      ToGrpcStatus(reconcile::Failure(absl::StatusCode::kNotFound, "there is no interface vmk7",
                                      {"INTERFACE_NOT_FOUND", "config.interface", "list them"}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "there is no interface vmk7");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.domain, "hostctl");
  EXPECT_EQ(details.reason, "INTERFACE_NOT_FOUND");
  EXPECT_EQ(details.field, "config.interface");
  EXPECT_EQ(details.remedy, "list them");
}

TEST(Errors, SuccessStaysSuccessAndAPlainErrorHasNoDetails) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  const grpc::Status plain = ToGrpcStatus(absl::InternalError("oh"));
  EXPECT_EQ(plain.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(plain.error_details(), "");
}

}  // namespace
}  // namespace hostctl::rpc
