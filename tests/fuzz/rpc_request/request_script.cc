// See request_script.h.
#include "request_script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "message_builder.h"

namespace hostctl::fuzz {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

constexpr size_t kMostRequests = 8;
constexpr uint8_t kRaw = 0x80;
constexpr std::array kFaultWords = {"",          "disk",    "firewall", "engine-start",
                                    "configure", "service", "chrony"};

std::unique_ptr<Message> NewRequest(const MethodDescriptor& method) {
  return std::unique_ptr<Message>(
      MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
}

// Most texts of a fuzzer are wrong: nobody wants to read where.
class Silent final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int /*line*/, int /*column*/, const std::string& /*message*/) override {}
};

// `lines` of one request.
bool ParseText(const std::vector<std::string>& lines, std::vector<Request>& requests) {
  if (lines.empty()) return false;
  const std::vector<std::string> head = absl::StrSplit(lines[0], ' ', absl::SkipEmpty());
  const auto& methods = AllMethods();
  const auto method = std::find_if(methods.begin(), methods.end(), [&](const auto* candidate) {
    return !head.empty() && candidate->name() == head[0];
  });
  const auto fault =
      std::find(kFaultWords.begin(), kFaultWords.end(), head.size() > 1 ? head[1] : "");
  if (method == methods.end() || fault == kFaultWords.end()) return false;
  const std::string text = absl::StrJoin(lines.begin() + 1, lines.end(), "\n");
  const auto message = NewRequest(**method);
  google::protobuf::TextFormat::Parser parser;
  Silent silent;
  parser.RecordErrorsTo(&silent);
  parser.SetRecursionLimit(20);
  if (!parser.ParseFromString(text, message.get())) return false;
  requests.push_back(MakeRequest(**method, static_cast<Fault>(fault - kFaultWords.begin()),
                                 message->SerializeAsString()));
  return true;
}

std::vector<Request> FromText(const std::string& text) {
  std::vector<Request> requests;
  std::vector<std::string> lines;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    if (absl::StartsWith(line, "#")) continue;
    if (line != "--") {
      lines.push_back(line);
    } else if (!ParseText(std::exchange(lines, {}), requests) || requests.size() >= kMostRequests) {
      return requests;
    }
  }
  ParseText(lines, requests);
  return requests;
}

std::vector<Request> FromBytes(Bytes bytes) {
  std::vector<Request> requests;
  while (!bytes.empty() && requests.size() < kMostRequests) {
    const MethodDescriptor& method = *AllMethods()[bytes.Byte() % AllMethods().size()];
    const uint8_t how = bytes.Byte();
    const auto fault = static_cast<Fault>((how & ~kRaw) % kFaultWords.size());
    std::string own = bytes.Text(bytes.Byte());
    if ((how & kRaw) == 0) {
      const auto message = NewRequest(method);
      Bytes left(reinterpret_cast<const uint8_t*>(own.data()), own.size());
      BuildMessage(left, *message);
      own = message->SerializeAsString();
    }
    requests.push_back(MakeRequest(method, fault, std::move(own)));
  }
  return requests;
}

std::vector<const MethodDescriptor*> FindMethods() {
  // Whoever serves an API links all of it. The pool lists only files that somebody asked for.
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  std::vector<const MethodDescriptor*> methods;
  for (const std::string& name : files) {
    if (!absl::StartsWith(name, "hostctl/v1/")) continue;
    const FileDescriptor& file = *DescriptorPool::generated_pool()->FindFileByName(name);
    for (int s = 0; s < file.service_count(); ++s) {
      for (int m = 0; m < file.service(s)->method_count(); ++m) {
        methods.push_back(file.service(s)->method(m));
      }
    }
  }
  std::sort(methods.begin(), methods.end(),
            [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
  return methods;
}

}  // namespace

Request MakeRequest(const MethodDescriptor& method, Fault fault, std::string bytes) {
  Request request{&method, fault, std::move(bytes), nullptr};
  std::shared_ptr<Message> message = NewRequest(method);
  if (message->ParseFromString(request.bytes)) request.message = std::move(message);
  return request;
}

std::vector<Request> RequestsOf(const uint8_t* data, size_t size) {
  if (size > 0 && data[0] == '#') return FromText({reinterpret_cast<const char*>(data), size});
  return FromBytes({data, size});
}

const std::vector<const MethodDescriptor*>& AllMethods() {
  static const auto* const kMethods = new std::vector<const MethodDescriptor*>(FindMethods());
  return *kMethods;
}

}  // namespace hostctl::fuzz
