// Requests to hostd's API as an input of the fuzzer has them, in one of two forms.
//
// Text, which begins with `#`, for people: each request is the name of a method, perhaps what is
// to break while it is served (a Fault), and its fields as protobuf text; lines of `--` between.
//
//   # PTP on, and a disk that is full
//   UpdatePtp disk
//   config { enabled: true interface: "vmk0" } update_mask { paths: "enabled" }
//   --
//   GetPtp
//
// Bytes, which are easy to mutate: for each request the number of its method, a byte that says
// what is to break and whether the message is built (message_builder.h) or raw, a length, and as
// many bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace hostctl::fuzz {

// What fails, once, while a request is served.
enum class Fault { kNone, kDisk, kFirewall, kEngineStart, kEngineConfigure, kService, kChrony };

struct Request {
  const google::protobuf::MethodDescriptor* method = nullptr;
  Fault fault = Fault::kNone;
  std::string bytes;  // as they are sent
  // What `bytes` mean; null when they are no message of the method's.
  std::shared_ptr<const google::protobuf::Message> message;
};

// A request as it arrives.
Request MakeRequest(const google::protobuf::MethodDescriptor& method, Fault fault,
                    std::string bytes);

// Those of an input, at most a few. A text that is none ends them.
std::vector<Request> RequestsOf(const uint8_t* data, size_t size);

// Every method of every service in hostctl.v1, by name.
const std::vector<const google::protobuf::MethodDescriptor*>& AllMethods();

}  // namespace hostctl::fuzz
