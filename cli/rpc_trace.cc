#include "cli/rpc_trace.h"

#include <array>
#include <cstdio>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace hostctl::cli {
namespace {

// Every call has a request type of its own, so the type tells the call.
std::string MethodOf(const google::protobuf::Descriptor& request) {
  const google::protobuf::FileDescriptor& file = *request.file();
  for (int i = 0; i < file.service_count(); ++i) {
    const google::protobuf::ServiceDescriptor& service = *file.service(i);
    for (int j = 0; j < service.method_count(); ++j) {
      if (service.method(j)->input_type() == &request) return service.method(j)->full_name();
    }
  }
  return request.full_name();
}

std::string Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) {
    return message.ShortDebugString();
  }
  return text;
}

std::string CodeName(grpc::StatusCode code) {
  static constexpr std::array<const char*, 17> kNames = {"OK",
                                                         "CANCELLED",
                                                         "UNKNOWN",
                                                         "INVALID_ARGUMENT",
                                                         "DEADLINE_EXCEEDED",
                                                         "NOT_FOUND",
                                                         "ALREADY_EXISTS",
                                                         "PERMISSION_DENIED",
                                                         "RESOURCE_EXHAUSTED",
                                                         "FAILED_PRECONDITION",
                                                         "ABORTED",
                                                         "OUT_OF_RANGE",
                                                         "UNIMPLEMENTED",
                                                         "INTERNAL",
                                                         "UNAVAILABLE",
                                                         "DATA_LOSS",
                                                         "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames[index] : std::to_string(index);
}

}  // namespace

RpcTrace::RpcTrace(std::function<void(const std::string& line)> sink) : sink_(std::move(sink)) {}

void RpcTrace::Start(const google::protobuf::Message& request, const std::string& where) {
  if (!sink_) return;
  sink_("Debug: call " + MethodOf(*request.GetDescriptor()) + " of " + where);
  sink_("Debug: request " + Json(request));
  started_ = std::chrono::steady_clock::now();
}

void RpcTrace::Response(const google::protobuf::Message& response) {
  if (sink_) sink_("Debug: response " + Json(response));
}

void RpcTrace::End(const grpc::Status& status) {
  if (!sink_) return;
  const std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - started_;
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%.3f ms", took.count());
  std::string text = "Debug: status " + CodeName(status.error_code());
  if (!status.error_message().empty()) text += " (" + status.error_message() + ")";
  sink_(text + " after " + time.data());
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return;
  for (const google::protobuf::Any& detail : details.details()) {
    sink_("Debug: detail " + Json(detail));
  }
}

}  // namespace hostctl::cli
