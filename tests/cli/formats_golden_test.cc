// The promise to programs: which fields each command's answer has, of which type and
// in which order; and one answer in every machine format.
#include <algorithm>
#include <set>

#include "cli/commands.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"
#include "tests/cli/golden.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const Descriptor* ResponseOf(const std::string& rpc) {
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(rpc);
  return method == nullptr ? nullptr : method->output_type();
}

std::string TypeText(const FieldDescriptor& field) {
  if (field.type() == FieldDescriptor::TYPE_ENUM) return field.enum_type()->full_name();
  if (field.message_type() == nullptr) return field.type_name();
  return field.message_type()->full_name();
}

// `config.enabled bool`, a line per field; `[]` marks lists, `?` what may be absent.
std::string Fields(const Descriptor& message, const std::string& prefix) {
  std::string text;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string name = prefix + field.name() + (field.is_repeated() ? "[]" : "");
    text += "  " + name + " " + TypeText(field) + (field.has_optional_keyword() ? "?" : "") + "\n";
    const Descriptor* inner = field.message_type();
    if (inner != nullptr && inner->full_name() != "google.protobuf.Timestamp") {
      text += Fields(*inner, name + ".");
    }
  }
  return text;
}

TEST(FormatsGolden, FieldsOfEveryCall) {
  std::set<std::string> calls;
  for (const Command& command : AllCommands().commands) {
    if (!command.rpc.empty()) calls.insert(command.rpc);
  }
  std::string text;
  for (const std::string& rpc : calls) {
    const Descriptor* response = ResponseOf(rpc);
    ASSERT_NE(response, nullptr) << rpc << " is no call of the API";
    text += rpc + ": " + response->full_name() + "\n" + Fields(*response, "");
  }
  ExpectGolden("fields.txt", text);
}

void SetAnswers(FakeHostd& hostd) {
  hostd.stats = SampleStats();
  hostd.firewall.set_default_action(v1::DEFAULT_ACTION_PASS);
  hostd.firewall.set_enabled(true);
  hostd.ptp.mutable_config()->set_interface("vmk0");
  v1::Condition* condition = hostd.ptp.mutable_runtime()->add_conditions();
  condition->set_code("INTERFACE_DOWN");
  condition->set_message("vmk0 (eth0) is down: \"no, not up\"");
  for (const char* name : {"vmk0", "vmk1"}) {
    v1::Interface* interface = hostd.interfaces.add_interfaces();
    interface->set_name(name);
    interface->set_mtu(1500);
    v1::IpAddress* address = interface->add_ipv4_addresses();
    address->set_address("192.0.2.1");
    address->set_prefix_length(24);
  }
  v1::Rule* rule = hostd.rules.add_rules();
  rule->set_ruleset_id("ptpd");
  rule->set_port_begin(319);
  v1::Ruleset* ruleset = hostd.rulesets.add_rulesets();
  ruleset->set_ruleset_id("ptpd");
  ruleset->add_allowed_ips("192.0.2.0/24");
}

TEST(FormatsGolden, AnAnswerInEveryFormat) {
  FakeHostd hostd;
  SetAnswers(hostd);
  for (const char* line : {"system ptp get", "system ptp stats get", "network firewall get",
                           "network firewall ruleset list", "network firewall ruleset rule list",
                           "network ip interface list"}) {
    for (const std::string& format : FormatNames()) {
      const CallResult result = hostd.Run("--formatter=" + format + " " + line);
      EXPECT_EQ(result.exit_code, 0) << result.err;
      std::string name = line;
      std::replace(name.begin(), name.end(), ' ', '_');
      ExpectGolden("formats/" + name + "." + format, result.out);
    }
  }
}

}  // namespace
}  // namespace hostctl::cli
