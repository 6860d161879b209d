#include "cli/quick_enum_text.h"

#include "cli/enum_text.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

// Every value of the proto, and some that it does not have.
template <typename Enum>
void ExpectTheNamesOfTheProto() {
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  for (int number = -1; number <= type->value_count() + 1; ++number) {
    const auto value = static_cast<Enum>(number);
    EXPECT_EQ(QuickEnumText(value), EnumText(value)) << type->name() << " " << number;
  }
}

TEST(QuickEnumText, IsWhatTheProtoSays) {
  ExpectTheNamesOfTheProto<v1::PortState>();
  ExpectTheNamesOfTheProto<v1::ClockState>();
  ExpectTheNamesOfTheProto<v1::DelayMechanism>();
  ExpectTheNamesOfTheProto<v1::SyncMode>();
  ExpectTheNamesOfTheProto<v1::PortReason>();
}

TEST(QuickEnumText, SaysRolesAsTheOptionTakesThem) {
  EXPECT_EQ(QuickEnumText(v1::CLOCK_ROLE_UNSPECIFIED), "client");
  EXPECT_EQ(QuickEnumText(v1::CLOCK_ROLE_SERVER), "server");
  EXPECT_EQ(QuickEnumText(v1::CLOCK_ROLE_AUTO), "auto");
}

}  // namespace
}  // namespace hostctl::cli
