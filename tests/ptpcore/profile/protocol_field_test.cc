#include "ptpcore/profile/protocol_field.h"

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace ptpcore::profile {
namespace {

TEST(ProtocolField, IsReadAndWrittenByName) {
  const ProtocolField& field = *FindProtocolField("log_sync_interval");
  PtpProtocol protocol;
  EXPECT_FALSE(field.has(protocol));
  field.set(protocol, -4);
  EXPECT_TRUE(protocol.has_log_sync_interval());
  EXPECT_EQ(protocol.log_sync_interval(), -4);
  EXPECT_EQ(field.get(protocol), -4);
  field.clear(protocol);
  EXPECT_FALSE(protocol.has_log_sync_interval());
}

TEST(ProtocolField, EveryFieldOfTheMessageIsInTheTableInItsOrder) {
  const google::protobuf::Descriptor& message = *PtpProtocol::descriptor();
  ASSERT_EQ(static_cast<size_t>(message.field_count()), ProtocolFields().size());
  for (int i = 0; i < message.field_count(); ++i) {
    const ProtocolField& field = ProtocolFields()[static_cast<size_t>(i)];
    EXPECT_EQ(field.name, message.field(i)->name());
    PtpProtocol protocol;
    field.set(protocol,
              field.kind == ProtocolField::Kind::kWord ? field.words.back().value : field.maximum);
    std::vector<const google::protobuf::FieldDescriptor*> set;
    protocol.GetReflection()->ListFields(protocol, &set);
    ASSERT_EQ(set.size(), 1u) << field.name;
    EXPECT_EQ(set.front(), message.field(i));
    EXPECT_TRUE(field.has(protocol));
    EXPECT_TRUE(IsAllowed(field, field.get(protocol))) << field.name;
  }
}

TEST(ProtocolField, EveryWordOfAnEnumerationIsKnown) {
  const google::protobuf::Descriptor& message = *PtpProtocol::descriptor();
  for (const ProtocolField& field : ProtocolFields()) {
    const auto* type = message.FindFieldByName(field.name)->enum_type();
    EXPECT_EQ(type != nullptr, field.kind == ProtocolField::Kind::kWord) << field.name;
    for (int i = 0; type != nullptr && i < type->value_count(); ++i) {
      const int value = type->value(i)->number();
      EXPECT_EQ(IsAllowed(field, value), value != 0) << type->value(i)->full_name();
    }
  }
}

TEST(ProtocolField, SaysWhatItAllows) {
  EXPECT_EQ(AllowedText(*FindProtocolField("priority1")), "0 to 255");
  EXPECT_EQ(AllowedText(*FindProtocolField("log_announce_interval")), "-7 to 4");
  EXPECT_EQ(AllowedText(*FindProtocolField("path_trace")), "true or false");
  EXPECT_EQ(AllowedText(*FindProtocolField("role")), "one of client, server, auto");
}

TEST(ProtocolField, TheEndsOfARangeBelongToIt) {
  const ProtocolField& field = *FindProtocolField("announce_receipt_timeout");
  EXPECT_FALSE(IsAllowed(field, 1));
  EXPECT_TRUE(IsAllowed(field, 2));
  EXPECT_TRUE(IsAllowed(field, 255));
  EXPECT_FALSE(IsAllowed(field, 256));
}

TEST(ProtocolField, ShowsValuesAsPeopleSayThem) {
  EXPECT_EQ(TextOf(*FindProtocolField("role"), hostctl::v1::CLOCK_ROLE_SERVER), "server");
  EXPECT_EQ(TextOf(*FindProtocolField("role"), 17), "17");
  EXPECT_EQ(TextOf(*FindProtocolField("path_trace"), 1), "true");
  EXPECT_EQ(TextOf(*FindProtocolField("log_sync_interval"), -4), "-4");
  EXPECT_EQ(ValueOfWord(*FindProtocolField("network_protocol"), "udp6"),
            hostctl::v1::NETWORK_PROTOCOL_UDP_IPV6);
  EXPECT_EQ(ValueOfWord(*FindProtocolField("network_protocol"), "ipx"), std::nullopt);
  EXPECT_EQ(FindProtocolField("priority3"), nullptr);
}

}  // namespace
}  // namespace ptpcore::profile
