// Every method of the API says who may call it, and what everybody may call changes nothing.
#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hostctl/v1/access.pb.h"
#include "hostctl/v1/diagnostics.pb.h"
#include "hostctl/v1/event.pb.h"
#include "hostctl/v1/firewall.pb.h"
#include "hostctl/v1/interface.pb.h"
#include "hostctl/v1/ntp.pb.h"
#include "hostctl/v1/precision_clock.pb.h"
#include "hostctl/v1/ptp.pb.h"
#include "hostctl/v1/service.pb.h"
#include "hostctl/v1/time.pb.h"

namespace hostctl::rpc {
namespace {

using google::protobuf::MethodDescriptor;

// The linker keeps a file's descriptors only where one of its messages is used.
std::set<std::string> LinkedFiles() {
  std::set<std::string> files;
  for (const google::protobuf::Descriptor* message :
       {v1::CaptureRequest::descriptor(), v1::ListEventsRequest::descriptor(),
        v1::GetFirewallRequest::descriptor(), v1::ListInterfacesRequest::descriptor(),
        v1::GetNtpRequest::descriptor(), v1::ListPrecisionClocksRequest::descriptor(),
        v1::GetPtpRequest::descriptor(), v1::ListServicesRequest::descriptor(),
        v1::GetTimeRequest::descriptor()}) {
    files.insert(message->file()->name());
  }
  return files;
}

bool DeclaresAService(const std::filesystem::path& proto) {
  std::ifstream file(proto);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("service ", 0) == 0) return true;
  }
  return false;
}

// Those of every service in proto/hostctl/v1.
std::vector<const MethodDescriptor*> AllMethods() {
  const std::set<std::string> linked = LinkedFiles();
  std::vector<const MethodDescriptor*> methods;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(HOSTCTL_SOURCE_DIR) + "/proto/hostctl/v1")) {
    if (!DeclaresAService(entry.path())) continue;
    const std::string name = "hostctl/v1/" + entry.path().filename().string();
    EXPECT_EQ(linked.count(name), 1u) << name << " is missing in this test";
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    if (file == nullptr) continue;
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(file->service(s)->method(m));
      }
    }
  }
  return methods;
}

v1::Access AccessOf(const MethodDescriptor& method) {
  return method.options().GetExtension(v1::access);
}

bool HasField(const google::protobuf::Descriptor& message, const std::string& name) {
  return message.FindFieldByName(name) != nullptr;
}

TEST(Access, EveryMethodIsMarked) {
  const auto methods = AllMethods();
  EXPECT_GE(methods.size(), 50u);
  for (const MethodDescriptor* method : methods) {
    EXPECT_NE(AccessOf(*method), v1::ACCESS_UNSPECIFIED) << method->full_name();
  }
}

TEST(Access, WhatEverybodyMayCallOnlyReads) {
  size_t read_only = 0;
  for (const MethodDescriptor* method : AllMethods()) {
    if (AccessOf(*method) != v1::ACCESS_READ_ONLY) continue;
    ++read_only;
    const std::string name = method->name();
    bool reads = false;
    for (const char* verb : {"Get", "List", "Watch", "Check"}) reads |= name.rfind(verb, 0) == 0;
    EXPECT_TRUE(reads) << method->full_name() << " does not sound like it";
    for (const char* field : {"validate_only", "update_mask", "etag"}) {
      EXPECT_FALSE(HasField(*method->input_type(), field))
          << method->full_name() << " has " << field;
    }
    EXPECT_FALSE(HasField(*method->output_type(), "changes")) << method->full_name();
  }
  EXPECT_GE(read_only, 20u);
}

TEST(Access, WhatAnswersWithChangesIsNotForEverybody) {
  size_t changing = 0;
  for (const MethodDescriptor* method : AllMethods()) {
    if (!HasField(*method->output_type(), "changes")) continue;
    ++changing;
    EXPECT_GE(AccessOf(*method), v1::ACCESS_OPERATOR) << method->full_name();
  }
  EXPECT_GE(changing, 15u);
}

TEST(Access, WhatCanTakeTheHostOutOfReachIsForAdministrators) {
  const std::set<std::string> expected = {"Capture",       "LoadFirewall", "SetHardwareClock",
                                          "SetTime",       "SetTimeZone",  "UnloadFirewall",
                                          "UpdateFirewall"};
  std::set<std::string> found;
  for (const MethodDescriptor* method : AllMethods()) {
    if (AccessOf(*method) == v1::ACCESS_ADMIN) found.insert(method->name());
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace hostctl::rpc
