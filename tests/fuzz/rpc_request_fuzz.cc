// Requests to every method of hostd's gRPC API, as any bytes: each is answered, with OK or with
// an error that says whose fault it is. What is refused, only read or only tried changes nothing,
// although any step of it fails; what is accepted is stored, and is so after a restart of hostd.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/stubs/logging.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "hostctl/v1/access.pb.h"
#include "rpc_request/fuzzed_host.h"
#include "rpc_request/request_script.h"

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using grpc::StatusCode;
using hostctl::fuzz::Answer;
using hostctl::fuzz::Fault;
using hostctl::fuzz::FuzzedHost;
using hostctl::fuzz::Request;
using Seen = std::map<std::string, std::string>;

// What went wrong, for the person who looks at the input.
[[noreturn]] void Fail(const Request& request, const std::string& what) {
  std::fprintf(stderr, "%s (fault %d) { %s }: %s\n", request.method->full_name().c_str(),
               static_cast<int>(request.fault),
               request.message ? request.message->ShortDebugString().c_str() : "unreadable",
               what.c_str());
  std::abort();
}

const FieldDescriptor* DryRunField(const Request& request) {
  return request.method->input_type()->FindFieldByName("validate_only");
}

bool IsDryRun(const Request& request) {
  const FieldDescriptor* field = DryRunField(request);
  return field != nullptr && request.message != nullptr &&
         request.message->GetReflection()->GetBool(*request.message, field);
}

bool IsReadOnly(const Request& request) {
  return request.method->options().GetExtension(hostctl::v1::access) ==
         hostctl::v1::ACCESS_READ_ONLY;
}

// A refusal names its reason, and is nobody's bug.
void CheckStatus(const Request& request, const Answer& answer) {
  const grpc::Status& status = answer.status;
  const std::string said =
      "answer " + std::to_string(status.error_code()) + " `" + status.error_message() + "`";
  if (request.message == nullptr && status.error_code() != StatusCode::INVALID_ARGUMENT) {
    Fail(request, said);
  }
  if (status.ok()) return;
  const bool cancelled = request.method->server_streaming() && !answer.messages.empty();
  if (cancelled && status.error_code() == StatusCode::CANCELLED) return;
  switch (status.error_code()) {
    case StatusCode::INVALID_ARGUMENT:
    case StatusCode::NOT_FOUND:
    case StatusCode::ALREADY_EXISTS:
    case StatusCode::FAILED_PRECONDITION:
    case StatusCode::ABORTED:
      break;
    case StatusCode::INTERNAL:  // the host's fault, where it has one
      if (request.fault != Fault::kNone) break;
      [[fallthrough]];
    default:
      Fail(request, said);
  }
  if (status.error_message().empty()) Fail(request, said + " has no words");
  google::rpc::Status rich;
  google::rpc::ErrorInfo info;
  if (!rich.ParseFromString(status.error_details()) || rich.details_size() == 0 ||
      !rich.details(0).UnpackTo(&info) || info.reason().empty()) {
    Fail(request, said + " has no reason");
  }
}

void CheckSame(const Request& request, const Seen& before, const Seen& after, const char* what) {
  for (const auto& [name, text] : before) {
    const auto found = after.find(name);
    const std::string left = found == after.end() ? "(gone)" : found->second;
    if (left != text)
      Fail(request, std::string(what) + ": " + name + "\n" + text + "\n->\n" + left);
  }
  if (before.size() == after.size()) return;
  for (const auto& [name, text] : after) {
    if (before.count(name) == 0) Fail(request, std::string(what) + ": there is " + name);
  }
}

Answer Ask(FuzzedHost& host, const Request& request) {
  const Seen before = host.Look();
  host.Break(request.fault);
  Answer answer = host.Call(*request.method, request.bytes);
  host.Mend();
  CheckStatus(request, answer);
  const Seen after = host.Look();
  if (!answer.status.ok()) CheckSame(request, before, after, "a refused request changed");
  if (IsDryRun(request)) CheckSame(request, before, after, "a dry run changed");
  if (IsReadOnly(request)) CheckSame(request, before, after, "what is read-only changed");
  const std::string trouble = host.TroubleWithStored();
  if (!trouble.empty()) Fail(request, "the stored document: " + trouble);
  return answer;
}

// The same, only tried; nothing where it cannot be.
std::unique_ptr<Request> DryRunOf(const Request& request) {
  if (request.message == nullptr || DryRunField(request) == nullptr || IsDryRun(request)) {
    return nullptr;
  }
  const std::unique_ptr<Message> tried(request.message->New());
  tried->CopyFrom(*request.message);
  tried->GetReflection()->SetBool(tried.get(), DryRunField(request), true);
  return std::make_unique<Request>(
      hostctl::fuzz::MakeRequest(*request.method, Fault::kNone, tried->SerializeAsString()));
}

}  // namespace

// libFuzzer's own work would take ten times as long as the calls: gRPC's threads always hold
// memory at the end of an input, which it searches for leaks, and half of the features of so
// large a program are new to it.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static std::vector<char*> arguments(*argv, *argv + *argc);
  static char no_leaks[] = "-detect_leaks=0";
  static char no_entropy[] = "-entropic=0";
  arguments.insert(arguments.end(), {no_leaks, no_entropy, nullptr});
  *argc = static_cast<int>(arguments.size()) - 1;
  *argv = arguments.data();
  return 0;
}

// Freed memory that the sanitizer sets aside counts against the fuzzer's limit.
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl*): the sanitizer asks for this name
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=64";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Protobuf would say of each text that is not UTF-8.
  static auto* const silent = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(silent);
  static FuzzedHost host;
  const auto requests = hostctl::fuzz::RequestsOf(data, size);
  if (requests.empty()) return 0;
  host.Reset();
  for (const Request& request : requests) {
    const auto dry = DryRunOf(request);
    const Answer tried = dry ? Ask(host, *dry) : Answer();
    const Answer answer = Ask(host, request);
    if (dry && request.fault == Fault::kNone &&
        tried.status.error_code() != answer.status.error_code()) {
      Fail(request, "a dry run said " + std::to_string(tried.status.error_code()) + " `" +
                        tried.status.error_message() + "`, and then it was " +
                        std::to_string(answer.status.error_code()) + " `" +
                        answer.status.error_message() + "`");
    }
  }
  const Seen before = host.Look();
  host.Restart();
  CheckSame(requests.back(), before, host.Look(), "a restart of hostd changed");
  return 0;
}
