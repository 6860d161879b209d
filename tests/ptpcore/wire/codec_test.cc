#include "ptpcore/wire/codec.h"

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

#include "captured.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {
namespace {

using namespace captured;  // NOLINT(google-build-using-namespace): a list of packets
using ::testing::ElementsAre;

constexpr ClockIdentity kMaster = {{0x02, 0x00, 0x00, 0xFF, 0xFE, 0x00, 0x00, 0x0A}};
constexpr ClockIdentity kClient = {{0x02, 0x00, 0x00, 0xFF, 0xFE, 0x00, 0x00, 0x0B}};

Message DecodeOrDie(const Octets& packet) {
  const auto result = Decode(packet);
  EXPECT_TRUE(std::holds_alternative<Message>(result));
  return std::holds_alternative<Message>(result) ? std::get<Message>(result) : Message{};
}

// The reason why a packet is refused; fails the test if it is not.
DecodeError ErrorOf(const Octets& packet) {
  const auto result = Decode(packet);
  EXPECT_TRUE(std::holds_alternative<DecodeError>(result)) << "it was decoded";
  return std::holds_alternative<DecodeError>(result) ? std::get<DecodeError>(result)
                                                     : DecodeError{-1};
}

Octets EncodeOrDie(const Message& message) {
  Octets out(kMaxMessageSize);
  out.resize(Encode(message, absl::MakeSpan(out)));
  return out;
}

void SetLength(Octets& packet, size_t length) {
  packet[2] = static_cast<uint8_t>(length >> 8);
  packet[3] = static_cast<uint8_t>(length);
}

// A copy with these octets behind it, and messageLength grown to match.
Octets WithSuffix(Octets packet, const Octets& suffix) {
  packet.insert(packet.end(), suffix.begin(), suffix.end());
  SetLength(packet, packet.size());
  return packet;
}

TEST(DecodeTest, AnnounceOfPtp4l) {
  const Octets packet = FromHex(kAnnounce);
  const Message message = DecodeOrDie(packet);

  const Header& header = message.header;
  EXPECT_EQ(header.type, MessageType::kAnnounce);
  EXPECT_EQ(header.major_sdo_id, 0);
  EXPECT_EQ(header.version, 2);
  EXPECT_EQ(header.minor_version, 0);
  EXPECT_EQ(header.domain_number, 0);
  EXPECT_EQ(header.minor_sdo_id, 0);
  EXPECT_EQ(header.flags, 0);
  EXPECT_EQ(header.correction.scaled_ns, 0);
  EXPECT_EQ(header.message_type_specific, 0U);
  EXPECT_EQ(header.source, (PortIdentity{kMaster, 1}));
  EXPECT_EQ(header.sequence_id, 0);
  EXPECT_EQ(header.control, 5);
  EXPECT_EQ(header.log_message_interval, 1);

  const auto& announce = std::get<Announce>(message.body);
  EXPECT_EQ(announce.origin, (Timestamp{0, 0}));
  EXPECT_EQ(announce.current_utc_offset, 37);
  EXPECT_EQ(announce.priority1, 128);
  EXPECT_EQ(announce.quality, (ClockQuality{248, 0xFE, 0xFFFF}));
  EXPECT_EQ(announce.priority2, 128);
  EXPECT_EQ(announce.grandmaster, kMaster);
  EXPECT_EQ(announce.steps_removed, 0);
  EXPECT_EQ(announce.time_source, 0xA0);
  EXPECT_TRUE(message.tlvs.empty());
}

TEST(DecodeTest, TwoStepSyncAndItsFollowUpOfPtp4l) {
  const Octets sync_packet = FromHex(kSync);
  const Message sync = DecodeOrDie(sync_packet);
  EXPECT_EQ(sync.header.type, MessageType::kSync);
  EXPECT_TRUE(sync.header.Has(kTwoStep));
  EXPECT_FALSE(sync.header.Has(kUnicast));
  EXPECT_EQ(sync.header.source, (PortIdentity{kMaster, 1}));
  EXPECT_EQ(sync.header.log_message_interval, 0);
  EXPECT_EQ(std::get<Sync>(sync.body).origin, (Timestamp{0, 0}));

  const Octets follow_up_packet = FromHex(kFollowUp);
  const Message follow_up = DecodeOrDie(follow_up_packet);
  EXPECT_EQ(follow_up.header.type, MessageType::kFollowUp);
  EXPECT_EQ(follow_up.header.control, 2);
  EXPECT_EQ(follow_up.header.sequence_id, sync.header.sequence_id);
  EXPECT_EQ(std::get<FollowUp>(follow_up.body).precise_origin, (Timestamp{1795348053, 973609541}));
}

TEST(DecodeTest, DelayRequestAndItsResponseOfPtp4l) {
  const Octets request_packet = FromHex(kDelayReq);
  const Message request = DecodeOrDie(request_packet);
  EXPECT_EQ(request.header.type, MessageType::kDelayReq);
  EXPECT_EQ(request.header.source, (PortIdentity{kClient, 1}));
  EXPECT_EQ(request.header.sequence_id, 1);
  EXPECT_EQ(request.header.log_message_interval, kNoLogInterval);
  EXPECT_EQ(std::get<DelayReq>(request.body).origin, (Timestamp{0, 0}));

  const Octets response_packet = FromHex(kDelayResp);
  const Message response = DecodeOrDie(response_packet);
  EXPECT_EQ(response.header.type, MessageType::kDelayResp);
  EXPECT_EQ(response.header.source, (PortIdentity{kMaster, 1}));
  EXPECT_EQ(response.header.sequence_id, 1);
  EXPECT_EQ(response.header.log_message_interval, 0);
  const auto& body = std::get<DelayResp>(response.body);
  EXPECT_EQ(body.receive, (Timestamp{1795348058, 894560681}));
  EXPECT_EQ(body.requesting_port, (PortIdentity{kClient, 1}));
}

TEST(DecodeTest, EveryFieldOfTheHeaderHasItsPlace) {
  const Message message = DecodeOrDie(
      FromHex("3812 002c 7f 5a ff3f 0000000000028000 89abcdef 0102030405060708 fffe a55a 02 fb"
              "ffffffffffff 3b9ac9ff"));
  const Header& header = message.header;
  EXPECT_EQ(header.major_sdo_id, 3);
  EXPECT_EQ(header.type, MessageType::kFollowUp);
  EXPECT_EQ(header.minor_version, 1);
  EXPECT_EQ(header.version, 2);
  EXPECT_EQ(header.domain_number, 127);
  EXPECT_EQ(header.minor_sdo_id, 0x5A);
  EXPECT_EQ(header.flags, 0xFF3F);
  EXPECT_EQ(header.correction.nanoseconds(), 2.5);
  EXPECT_EQ(header.message_type_specific, 0x89ABCDEFU);
  EXPECT_EQ(header.source, (PortIdentity{{{1, 2, 3, 4, 5, 6, 7, 8}}, 65534}));
  EXPECT_EQ(header.sequence_id, 0xA55A);
  EXPECT_EQ(header.control, 2);
  EXPECT_EQ(header.log_message_interval, -5);
  EXPECT_EQ(std::get<FollowUp>(message.body).precise_origin,
            (Timestamp{0xFFFFFFFFFFFF, 999'999'999}));
}

// Table 37: one bit at a time, so that no flag stands for its neighbour.
TEST(DecodeTest, EachFlagIsItsOwnBit) {
  const struct {
    uint8_t octet0, octet1;
    Flag flag;
  } cases[] = {
      {0x01, 0, kAlternateMaster},
      {0x02, 0, kTwoStep},
      {0x04, 0, kUnicast},
      {0, 0x01, kLeap61},
      {0, 0x02, kLeap59},
      {0, 0x04, kCurrentUtcOffsetValid},
      {0, 0x08, kPtpTimescale},
      {0, 0x10, kTimeTraceable},
      {0, 0x20, kFrequencyTraceable},
      {0x20, 0, kProfileSpecific1},
      {0x40, 0, kProfileSpecific2},
      {0, 0x40, kSynchronizationUncertain},
  };
  for (const auto& set : cases) {
    Octets packet = FromHex(kAnnounce);
    packet[6] = set.octet0;
    packet[7] = set.octet1;
    const Header header = DecodeOrDie(packet).header;
    for (const auto& asked : cases) {
      EXPECT_EQ(header.Has(asked.flag), asked.flag == set.flag) << std::hex << asked.flag;
    }
  }
}

TEST(DecodeTest, SignedFieldsKeepTheirSign) {
  Octets packet = FromHex(kAnnounce);
  std::fill(packet.begin() + 8, packet.begin() + 16, 0xFF);  // correctionField
  packet[44] = 0xFF;                                         // currentUtcOffset
  packet[45] = 0xDB;
  const Message message = DecodeOrDie(packet);
  EXPECT_EQ(message.header.correction.scaled_ns, -1);
  EXPECT_EQ(std::get<Announce>(message.body).current_utc_offset, -37);
}

TEST(DecodeTest, PeerDelayExchangeOfPtp4l) {
  const Octets request_packet = FromHex(kPdelayReq);
  const Message request = DecodeOrDie(request_packet);
  EXPECT_EQ(request.header.type, MessageType::kPdelayReq);
  EXPECT_EQ(request.header.source, (PortIdentity{kClient, 1}));
  EXPECT_EQ(std::get<PdelayReq>(request.body).origin, (Timestamp{0, 0}));

  const Octets response_packet = FromHex(kPdelayResp);
  const Message response = DecodeOrDie(response_packet);
  EXPECT_TRUE(response.header.Has(kTwoStep));
  const auto& received = std::get<PdelayResp>(response.body);
  EXPECT_EQ(received.request_receipt, (Timestamp{1795348061, 699644462}));
  EXPECT_EQ(received.requesting_port, (PortIdentity{kClient, 1}));

  const Octets follow_up_packet = FromHex(kPdelayRespFollowUp);
  const Message follow_up = DecodeOrDie(follow_up_packet);
  const auto& sent = std::get<PdelayRespFollowUp>(follow_up.body);
  EXPECT_EQ(sent.response_origin, (Timestamp{1795348061, 699905057}));
  EXPECT_EQ(sent.requesting_port, (PortIdentity{kClient, 1}));
}

TEST(DecodeTest, ManagementOfPmc) {
  const Octets packet = FromHex(kManagement);
  const Message message = DecodeOrDie(packet);
  EXPECT_EQ(message.header.control, 4);
  const auto& body = std::get<Management>(message.body);
  EXPECT_EQ(body.target, kAllPorts);
  EXPECT_EQ(body.starting_boundary_hops, 1);
  EXPECT_EQ(body.boundary_hops, 1);
  EXPECT_EQ(body.action, ManagementAction::kGet);
  EXPECT_EQ(message.tlvs.size(), 24U);
}

TEST(DecodeTest, TheActionSharesItsOctetWithReservedBits) {
  Octets packet = FromHex(kManagement);
  packet[46] = 0xA3;
  packet[47] = 0x5C;
  const auto body = std::get<Management>(DecodeOrDie(packet).body);
  EXPECT_EQ(body.action, ManagementAction::kCommand);
  EXPECT_EQ(body.reserved_before_action, 0xA);
  EXPECT_EQ(body.reserved, 0x5C);
}

TEST(DecodeTest, SignalingNamesItsTarget) {
  const Octets packet = FromHex(kSignaling);
  const Message message = DecodeOrDie(packet);
  EXPECT_EQ(message.header.minor_version, 1);
  EXPECT_EQ(std::get<Signaling>(message.body).target, kAllPorts);
  EXPECT_EQ(message.tlvs.size(), 10U);
}

TEST(DecodeTest, BothEditionsOfTheStandardAreUnderstood) {
  for (const int minor : {0, 1, 15}) {
    Octets packet = FromHex(kAnnounce);
    packet[1] = static_cast<uint8_t>(minor << 4 | 2);
    EXPECT_EQ(DecodeOrDie(packet).header.minor_version, minor);
  }
}

TEST(DecodeTest, AnotherVersionIsRefused) {
  for (uint8_t version = 0; version < 16; ++version) {
    if (version == kVersionPtp) continue;
    Octets packet = FromHex(kSync);
    packet[1] = static_cast<uint8_t>(0x10 | version);
    EXPECT_EQ(ErrorOf(packet), DecodeError::kVersion) << int{version};
  }
}

TEST(DecodeTest, ReservedTypesAreRefused) {
  for (const int type : {0x4, 0x5, 0x6, 0x7, 0xE, 0xF}) {
    Octets packet = FromHex(kAnnounce);
    packet[0] = static_cast<uint8_t>(type);
    EXPECT_EQ(ErrorOf(packet), DecodeError::kUnknownType) << type;
  }
}

TEST(DecodeTest, EveryPacketCutShortIsTruncated) {
  for (const Octets& packet : AllCaptured()) {
    for (size_t length = 0; length < packet.size(); ++length) {
      // On the heap and exactly as long, so that a sanitizer sees a read past it.
      const Octets cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_EQ(ErrorOf(cut), DecodeError::kTruncated)
          << "type " << int{packet[0]} << " cut to " << length;
    }
  }
}

TEST(DecodeTest, AMessageLengthThatIsTooSmallForTheTypeIsRefused) {
  for (Octets packet : AllCaptured()) {
    const size_t least = MinimumSize(static_cast<MessageType>(packet[0] & 0xF));
    for (size_t length = 0; length < least; ++length) {
      SetLength(packet, length);
      EXPECT_EQ(ErrorOf(packet), DecodeError::kMessageLength)
          << "type " << int{packet[0]} << " says " << length;
    }
  }
}

TEST(DecodeTest, AMessageLengthPastThePacketIsRefused) {
  for (size_t length : {65U, 1500U, 65535U}) {
    Octets packet = FromHex(kAnnounce);
    SetLength(packet, length);
    EXPECT_EQ(ErrorOf(packet), DecodeError::kTruncated) << length;
  }
}

TEST(DecodeTest, PaddingIsIgnored) {
  for (const Octets& packet : AllCaptured()) {
    Octets padded = packet;
    padded.insert(padded.end(), 18, 0xEE);
    EXPECT_EQ(EncodeOrDie(DecodeOrDie(padded)), packet);
  }
}

TEST(DecodeTest, TlvsBehindTheBodyAreHandedOut) {
  // PATH_TRACE with one clock, then an organization's extension.
  const Octets packet =
      WithSuffix(FromHex(kAnnounce), FromHex("0008 0008 020000fffe00000a 0003 0006 0080c2000001"));
  const Message message = DecodeOrDie(packet);
  EXPECT_EQ(std::get<Announce>(message.body).time_source, 0xA0);
  std::vector<TlvType> types;
  for (TlvCursor cursor(message.tlvs); const std::optional<Tlv> tlv = cursor.Next();) {
    types.push_back(tlv->type);
  }
  EXPECT_THAT(types, ElementsAre(TlvType::kPathTrace, TlvType::kOrganizationExtension));
}

TEST(DecodeTest, TlvsThatLieAboutTheirLengthAreRefused) {
  const char* const kLies[] = {
      "0008 0001",                        // one octet, and none there
      "0008 ffff 00",                     // runs past everything
      "0008 0002 0000 0003 0004 000000",  // the second is one octet short
      "0008 0000 00",                     // a rest too short to be a TLV
      "00",
      "0008",
      "000800",
  };
  for (const Octets& packet : AllCaptured()) {
    for (const char* lie : kLies) {
      EXPECT_EQ(ErrorOf(WithSuffix(packet, FromHex(lie))), DecodeError::kTlv)
          << "type " << int{packet[0]} << " with " << lie;
    }
  }
}

TEST(DecodeTest, ATlvIsJudgedByMessageLengthNotByThePadding) {
  Octets packet = WithSuffix(FromHex(kAnnounce), FromHex("0008 0008 020000fffe00000a"));
  SetLength(packet, packet.size() - 1);  // the last octet of the TLV is padding now
  EXPECT_EQ(ErrorOf(packet), DecodeError::kTlv);
}

TEST(EncodeTest, EveryDecodedPacketComesBackAsItWas) {
  for (const Octets& packet : AllCaptured()) {
    EXPECT_EQ(EncodeOrDie(DecodeOrDie(packet)), packet) << "type " << int{packet[0]};
    const Octets with_tlv = WithSuffix(packet, FromHex("8008 0004 01020304"));
    EXPECT_EQ(EncodeOrDie(DecodeOrDie(with_tlv)), with_tlv) << "type " << int{packet[0]};
  }
}

TEST(EncodeTest, EveryBitOfEveryPacketIsKept) {
  for (const Octets& packet : AllCaptured()) {
    for (size_t bit = 0; bit < packet.size() * 8; ++bit) {
      Octets flipped = packet;
      flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
      const auto result = Decode(flipped);
      if (const auto* message = std::get_if<Message>(&result)) {
        Octets again = EncodeOrDie(*message);
        // Another type or messageLength makes a shorter message of it.
        flipped.resize(std::min(flipped.size(), again.size()));
        EXPECT_EQ(again, flipped) << "type " << int{packet[0]} << ", bit " << bit;
      }
    }
  }
}

TEST(EncodeTest, ADelayRequestOfOurs) {
  Message message;
  message.header.type = MessageType::kDelayReq;
  message.header.source = {kClient, 1};
  message.header.sequence_id = 1;
  message.header.control = 1;
  message.body = DelayReq{};
  // As ptp4l sends it, but for the minor version.
  Octets expected = FromHex(kDelayReq);
  expected[1] = 0x12;
  EXPECT_EQ(EncodeOrDie(message), expected);
}

TEST(EncodeTest, ABufferThatIsTooSmallIsLeftAlone) {
  for (const Octets& packet : AllCaptured()) {
    const Message message = DecodeOrDie(packet);
    Octets exact(packet.size());
    EXPECT_EQ(Encode(message, absl::MakeSpan(exact)), packet.size());
    Octets small(packet.size() - 1, 0xEE);
    EXPECT_EQ(Encode(message, absl::MakeSpan(small)), 0U);
    EXPECT_EQ(small, Octets(packet.size() - 1, 0xEE));
  }
}

// The caller's mistake must not become a write past its buffer.
TEST(EncodeTest, ABodyThatIsNotOfTheHeadersTypeIsRefused) {
  Octets out(MinimumSize(MessageType::kSync));
  Message message;
  message.header.type = MessageType::kSync;
  message.body = Announce{};
  EXPECT_EQ(Encode(message, absl::MakeSpan(out)), 0U);
  message.body = DelayReq{};  // of the same layout
  EXPECT_EQ(Encode(message, absl::MakeSpan(out)), 0U);
  message.header.type = MessageType::kManagement;
  message.body = Sync{};
  EXPECT_EQ(Encode(message, absl::MakeSpan(out)), 0U);
}

}  // namespace
}  // namespace ptpcore::wire
