// Documents of every shape that the store has ever written, byte for byte as they were
// written (golden/), each with as much set as it could hold. All of them are read, and
// what they did not know yet has its default.
//
// When the shape of the document grows, add its golden document and a step here.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/store/state_store.h"

namespace hostctl::store {
namespace {

using ::testing::HasSubstr;

struct Shape {
  const char* file;                         // in golden/
  std::function<void(DesiredState&)> adds;  // what it holds beyond the one before
};

void First(DesiredState& state) {
  state.ptp.enabled = true;
  state.ptp.interface = "vmk0";
  state.ptp.domain_number = 24;
  state.ptp.read_only = true;
  state.ptp.step_policy = StepPolicy::kAlways;
  state.firewall.default_action = firewall::DefaultAction::kDrop;
  state.firewall.rulesets["ptpd"] = {true, false, {"192.0.2.0/24", "2001:db8::1"}};
  state.bindings = {{"vmk0", "02:00:00:00:00:01", "eth0", "physical"}, {"vmk1", "", "tun0", "tun"}};
}

void Latencies(DesiredState& state) {
  state.ptp.servo = "linreg";
  state.ptp.delay_asymmetry_ns = -1500;
  state.ptp.ingress_latency_ns = 300;
  state.ptp.egress_latency_ns = 40;
  state.ptp.holdover_limit_s = 7200;
  state.ptp.watch_interfaces = {"vmk1", "eth2"};
}

void Interfaces(DesiredState& state) {
  using Kind = host::DeviceSpec::Kind;
  state.interfaces["vmk0"].services = {"ptp"};
  state.interfaces["vmk3"] = {
      CreatedDevice{Kind::kMacvlan, "eth2", "02:00:00:00:00:33"}, false, 9000, {}};
  state.interfaces["vmk4"].created = CreatedDevice{Kind::kBridgePort, "br0", "02:00:00:00:00:44"};
  state.adopt_interfaces = false;
}

void ServicesAndConfirmation(DesiredState& state) {
  state.firewall_unloaded_boot_id = "boot-2";
  UnconfirmedFirewall unconfirmed;
  unconfirmed.former.rulesets["sshServer"].enabled = true;
  unconfirmed.former_unloaded_boot_id = "boot-1";
  unconfirmed.boot_id = "boot-2";
  unconfirmed.deadline_ms = 86'400'000;
  state.unconfirmed_firewall = unconfirmed;
  state.services = {{"chronyd", ServicePolicy::kAutomatic}, {"ptpd", ServicePolicy::kOff}};
}

void Protocol(DesiredState& state) {
  ptpcore::profile::Settings& protocol = state.ptp.protocol;
  protocol.profile = "default-e2e";
  protocol.values.set_unicast_negotiation(true);
  protocol.values.set_role(hostctl::v1::CLOCK_ROLE_AUTO);
  protocol.values.set_path_trace(true);
  protocol.values.set_log_sync_interval(-6);
  protocol.unicast_masters = {"192.0.2.1"};
  protocol.acceptable_masters.emplace_back().set_identity("001b21fffe030405/1");
  protocol.acceptable_masters.back().set_alternate_priority1(10);
  protocol.management_enabled = false;
  protocol.management_allow_set = true;
}

void Ntp(DesiredState& state) {
  state.ntp.enabled = true;
  state.ntp.servers.push_back({"pool.example.org", true, true, true, 4, 10, 1123});
  state.ntp.servers.push_back({"192.0.2.1"});
  state.ntp.log_level = "warning";
  state.ntp.directives = {"minsources 2"};
  state.ntp.disable_events = true;
}

void TakingOver(DesiredState& state) {
  state.ptp.fallback = Fallback::kNtp;
  state.ptp.fallback_after_s = 120;
  state.ptp.fallback_return_after_s = 10;
  state.ptp.disable_events = true;
}

void Authentication(DesiredState& state) {
  ptpcore::profile::Settings& protocol = state.ptp.protocol;
  protocol.acceptable_masters.emplace_back().set_address("192.0.2.1");
  protocol.authentication.set_association_file("/etc/hostctl/ptp-keys");
  protocol.authentication.set_security_parameter_pointer(3);
  protocol.authentication.set_active_key_id(4'294'967'295);
  protocol.authentication.set_allow_unauthenticated(true);
}

std::vector<Shape> Shapes() {
  return {
      {"v1_first.json", First},
      {"v1_latencies.json", Latencies},
      {"v1_interfaces.json", Interfaces},
      {"v1_services.json", ServicesAndConfirmation},
      {"v1_protocol.json", Protocol},
      {"v1_ntp.json", Ntp},
      {"v1_fallback.json", TakingOver},
      {"v2_checksum.json", [](DesiredState&) {}},
      {"v2_authentication.json", Authentication},
  };
}

std::string Golden(const std::string& name) {
  std::ifstream file(HOSTCTL_SOURCE_DIR "/tests/service/store/golden/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(MigrationTest, EveryShapeIsReadByValue) {
  DesiredState expected;
  for (const Shape& shape : Shapes()) {
    shape.adds(expected);
    const absl::StatusOr<DesiredState> read = FromText(Golden(shape.file));
    ASSERT_TRUE(read.ok()) << shape.file << ": " << read.status();
    EXPECT_TRUE(*read == expected) << shape.file << " is read as\n" << ToText(*read);
  }
}

TEST(MigrationTest, EveryGoldenDocumentIsTested) {
  size_t there = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(HOSTCTL_SOURCE_DIR "/tests/service/store/golden")) {
    EXPECT_EQ(entry.path().extension(), ".json");
    ++there;
  }
  EXPECT_EQ(there, Shapes().size());
}

TEST(MigrationTest, TheNewestGoldenDocumentIsWhatIsWritten) {
  DesiredState state;
  for (const Shape& shape : Shapes()) shape.adds(state);
  EXPECT_EQ(ToText(state), Golden(Shapes().back().file));
}

TEST(MigrationTest, AnUpgradeReadsTheFileKeepsItAndWritesTheNewestVersion) {
  std::string folder = ::testing::TempDir() + "hostctl-upgrade-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  for (const Shape& shape : Shapes()) {
    SCOPED_TRACE(shape.file);
    const std::string path = folder + "/" + shape.file;
    std::ofstream(path) << Golden(shape.file);
    StateStore store(path, PosixFileSystem());
    absl::StatusOr<LoadedState> loaded = store.Load();
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->problem, "");
    EXPECT_EQ(PosixFileSystem().Read(path).value(), Golden(shape.file)) << "until something is set";
    EXPECT_EQ(PosixFileSystem().Read(path + ".good").value(), Golden(shape.file));

    loaded->state.ptp.domain_number = 99;
    ASSERT_TRUE(store.Save(loaded->state).ok());
    EXPECT_EQ(PosixFileSystem().Read(path).value(), ToText(loaded->state));
    EXPECT_THAT(PosixFileSystem().Read(path).value(), HasSubstr("\"schema_version\": 2"));
    EXPECT_EQ(store.Load()->state, loaded->state);
  }
  std::filesystem::remove_all(folder);
}

TEST(MigrationTest, ADocumentOfTheFirstVersionWithAChecksumIsNoneOfOurs) {
  std::string text = Golden("v2_checksum.json");
  const std::string version = "\"schema_version\": 2";
  text.replace(text.find(version), version.size(), "\"schema_version\": 1");
  EXPECT_THAT(std::string(FromText(text).status().message()), HasSubstr("checksum"));
}

}  // namespace
}  // namespace hostctl::store
