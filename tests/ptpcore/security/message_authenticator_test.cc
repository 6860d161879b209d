#include "ptpcore/security/message_authenticator.h"

#include <string>
#include <variant>

#include "gtest/gtest.h"
#include "octets.h"
#include "ptpcore/security/association_file.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_authentication.h"

namespace ptpcore::security {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDecember = 1'796'083'200 * kSecond;  // 2026-12-01T00:00:00Z

constexpr char kKeys[] =
    "[security_association]\nspp 0\n"
    "1 SHA256-128 HEX:F8ADC6B8B8E9AA709106BA42481EC9E29607334DE2C3C737A11A12931DB27F8C\n"
    "2 AES128 HEX:FAF48EBA01E7C5966A76CB787AED4E7B\n";
// The same keys, of another association.
constexpr char kElsewhere[] =
    "[security_association]\nspp 9\n"
    "1 SHA256-128 HEX:F8ADC6B8B8E9AA709106BA42481EC9E29607334DE2C3C737A11A12931DB27F8C\n";
constexpr char kOtherKeys[] =
    "[security_association]\nspp 0\n"
    "1 SHA256-128 HEX:0000000000000000000000000000000000000000000000000000000000000000\n";

std::shared_ptr<const Associations> Read(const std::string& text) {
  auto read = ParseAssociations(text);
  EXPECT_TRUE(read.ok()) << read.status();
  return std::make_shared<const Associations>(*std::move(read));
}

wire::Message Sync(uint16_t sequence_id = 0x1234, int64_t correction = 0) {
  wire::Message message;
  message.header.flags = wire::kTwoStep;
  message.header.source = {{{0x00, 0x00, 0x5E, 0xFF, 0xFE, 0x00, 0x53, 0x01}}, 1};
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 0;
  message.header.correction.scaled_ns = correction;
  message.body = wire::Sync{};
  return message;
}

Octets SignedBy(const MessageAuthenticator& sender, const wire::Message& message,
                const Moment& now = {}) {
  Octets octets(wire::kMaxMessageSize);
  const size_t size = wire::Encode(message, absl::MakeSpan(octets));
  octets.resize(sender.Sign(absl::MakeSpan(octets), size, now));
  return octets;
}

Verdict VerdictOf(MessageAuthenticator& receiver, const Octets& packet, const Moment& now = {}) {
  const auto decoded = wire::Decode(packet);
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr) return Verdict::kInvalid;
  return receiver.Verify(packet, *message, now);
}

// Made with hmac and hashlib of Python's library.
constexpr char kSyncWithHmac[] =
    "001200460000020000000000000000000000000000005efffe005301000112340000"
    "00000000000000000000"
    "80090016000000000001396ba27b77f6f380b94c901524d2e5bf";
// Made with `openssl mac`.
constexpr char kSyncWithCmac[] =
    "001200460000020000000000000000000000000000005efffe005301000112340000"
    "00000000000000000000"
    "8009001600000000000282cf7f93f53d15339cb9baa35f721386";
// correctionField is 1 ns, and was 0 when the value was made.
constexpr char kCorrectedOnTheWay[] =
    "001200460000020000000000000100000000000000005efffe005301000112340000"
    "00000000000000000000"
    "80090016000000000001396ba27b77f6f380b94c901524d2e5bf";

TEST(MessageAuthenticatorTest, TheOctetsOfASignedSync) {
  EXPECT_EQ(ToHex(SignedBy({Read(kKeys), {0, 1}}, Sync())), kSyncWithHmac);
  EXPECT_EQ(ToHex(SignedBy({Read(kKeys), {0, 2}}, Sync())), kSyncWithCmac);
}

TEST(MessageAuthenticatorTest, WhatOneSignsTheOtherAccepts) {
  MessageAuthenticator receiver(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(receiver, FromHex(kSyncWithHmac)), Verdict::kAccepted);
  EXPECT_EQ(receiver.counters().accepted, 1U);
  // A key that the receiver does not sign with is as good.
  EXPECT_EQ(VerdictOf(receiver, SignedBy({Read(kKeys), {0, 2}}, Sync(0x1235))), Verdict::kAccepted);
}

TEST(MessageAuthenticatorTest, TheTlvStandsBehindAllOthers) {
  wire::Message message = Sync();
  Octets pad;
  ASSERT_TRUE(wire::AppendTlv(wire::Pad{6}, pad));
  message.tlvs = pad;
  const MessageAuthenticator sender(Read(kKeys), {});
  MessageAuthenticator receiver(Read(kKeys), {});
  const Octets packet = SignedBy(sender, message);
  EXPECT_EQ(packet.size(), 44 + pad.size() + 26);
  EXPECT_EQ(VerdictOf(receiver, packet), Verdict::kAccepted);

  // And whatever is put behind it makes it worthless.
  Octets extended = packet;
  extended.insert(extended.end(), pad.begin(), pad.end());
  extended[3] = static_cast<uint8_t>(extended.size());
  EXPECT_EQ(VerdictOf(receiver, extended), Verdict::kInvalid);
  // But for octets that are not of the message: padding of the network.
  Octets padded = SignedBy(sender, Sync(0x1235));
  padded.resize(padded.size() + 2);
  EXPECT_EQ(VerdictOf(receiver, padded), Verdict::kAccepted);
}

TEST(MessageAuthenticatorTest, NoOctetCanBeChanged) {
  const Octets packet = FromHex(kSyncWithHmac);
  for (size_t i = 0; i < packet.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      MessageAuthenticator receiver(Read(kKeys), {});
      Octets changed = packet;
      changed[i] ^= static_cast<uint8_t>(1 << bit);
      EXPECT_NE(VerdictOf(receiver, changed), Verdict::kAccepted) << "octet " << i;
    }
  }
}

TEST(MessageAuthenticatorTest, OnlyWhereItIsAgreedCorrectionFieldMayChange) {
  const Octets corrected = FromHex(kCorrectedOnTheWay);
  MessageAuthenticator strict(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(strict, corrected), Verdict::kInvalid);
  MessageAuthenticator lenient(Read(std::string(kKeys) + "allow_mutable 1\n"), {});
  EXPECT_EQ(VerdictOf(lenient, corrected), Verdict::kAccepted);
  // It is sent as it is, and only counts as 0.
  EXPECT_EQ(
      ToHex(SignedBy({Read(std::string(kKeys) + "allow_mutable 1\n"), {}}, Sync(0x1234, 0x10000))),
      kCorrectedOnTheWay);
}

TEST(MessageAuthenticatorTest, WithoutTheTlvItIsRefusedAndCounted) {
  Octets plain(44);
  ASSERT_EQ(wire::Encode(Sync(), absl::MakeSpan(plain)), 44U);
  MessageAuthenticator strict(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(strict, plain), Verdict::kMissing);
  EXPECT_EQ(strict.counters().unauthenticated, 1U);

  Policy migrating;
  migrating.allow_unauthenticated = true;
  MessageAuthenticator lenient(Read(kKeys), migrating);
  EXPECT_EQ(VerdictOf(lenient, plain), Verdict::kAccepted);
  EXPECT_EQ(lenient.counters().unauthenticated, 1U);
  EXPECT_EQ(lenient.counters().accepted, 0U);
  // What is signed is signed right or refused.
  EXPECT_EQ(VerdictOf(lenient, SignedBy({Read(kOtherKeys), {}}, Sync())), Verdict::kInvalid);
}

TEST(MessageAuthenticatorTest, WhatIsWrongIsToldApart) {
  MessageAuthenticator receiver(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(receiver, SignedBy({Read(kOtherKeys), {}}, Sync(1))), Verdict::kInvalid);
  EXPECT_EQ(VerdictOf(receiver, SignedBy({Read(kElsewhere), {9, 0}}, Sync(1))),
            Verdict::kUnknownKey);
  const auto three = Read("spp 0\n3 AES128 0123456789abcdef\n");
  EXPECT_EQ(VerdictOf(receiver, SignedBy({three, {}}, Sync(1))), Verdict::kUnknownKey);
  const Octets good = SignedBy({Read(kKeys), {}}, Sync(1));
  EXPECT_EQ(VerdictOf(receiver, good), Verdict::kAccepted);
  EXPECT_EQ(VerdictOf(receiver, good), Verdict::kReplayed);

  EXPECT_EQ(receiver.counters().accepted, 1U);
  EXPECT_EQ(receiver.counters().invalid, 1U);
  EXPECT_EQ(receiver.counters().unknown_keys, 2U);
  EXPECT_EQ(receiver.counters().replayed, 1U);
}

TEST(MessageAuthenticatorTest, ATlvOfAnotherFormIsNotOurs) {
  for (const char* tlv : {"80090006000000000001",  // no value at all
                          "8009000400000000",      // no key id
                          "80090016000400000001396ba27b77f6f380b94c901524d2e5bf",  // disclosed key
                          "80090018000000000001396ba27b77f6f380b94c901524d2e5bf0000"}) {
    Octets packet = FromHex(std::string(kSyncWithHmac).substr(0, 88) + tlv);
    packet[3] = static_cast<uint8_t>(packet.size());
    MessageAuthenticator receiver(Read(kKeys), {});
    EXPECT_EQ(VerdictOf(receiver, packet), Verdict::kInvalid) << tlv;
  }
}

// Both sides get the new key, the sender changes to it, both forget the old one.
TEST(MessageAuthenticatorTest, KeysAreChangedWithoutAGap) {
  const std::string only_old = "spp 0\n1 AES128 0123456789abcdef\n";
  const std::string only_new = "spp 0\n2 AES128 fedcba9876543210\n";
  const std::string both = only_old + "2 AES128 fedcba9876543210\n";
  MessageAuthenticator sender(Read(only_old), {});
  MessageAuthenticator receiver(Read(only_old), {});
  uint16_t id = 0;
  const auto passes = [&] {
    ++id;
    const Moment now{id * kSecond};
    return VerdictOf(receiver, SignedBy(sender, Sync(id), now), now) == Verdict::kAccepted;
  };
  EXPECT_TRUE(passes());
  receiver.Replace(Read(both), {});
  EXPECT_TRUE(passes());
  sender.Replace(Read(both), {0, 2});
  EXPECT_TRUE(passes());
  receiver.Replace(Read(only_new), {});
  EXPECT_TRUE(passes());
  sender.Replace(Read(only_old), {});
  EXPECT_FALSE(passes());
  EXPECT_EQ(receiver.counters().accepted, 4U);
}

TEST(MessageAuthenticatorTest, AReplacedKeyFileDoesNotForgetWhatWasThere) {
  MessageAuthenticator receiver(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(receiver, FromHex(kSyncWithHmac)), Verdict::kAccepted);
  receiver.Replace(Read(kKeys), {});
  EXPECT_EQ(VerdictOf(receiver, FromHex(kSyncWithHmac)), Verdict::kReplayed);
}

constexpr char kNextMonth[] =
    "spp 0\n1 AES128 0123456789abcdef\nvalidity 1 - 2026-12-01T00:00:00Z\n"
    "2 AES128 fedcba9876543210\nvalidity 2 2026-11-30T00:00:00Z -\n";

TEST(MessageAuthenticatorTest, KeysChangeByThemselvesAtTheirTime) {
  const MessageAuthenticator sender(Read(kNextMonth), {});
  const auto key_at = [&](int64_t utc_ns) {
    const Octets packet = SignedBy(sender, Sync(), {0, utc_ns, true});
    return packet[44 + 4 + 5];  // the last octet of keyID
  };
  EXPECT_EQ(key_at(kDecember - 2 * 86'400 * kSecond), 1);
  EXPECT_EQ(key_at(kDecember - 43'200 * kSecond), 2);
  EXPECT_EQ(key_at(kDecember + kSecond), 2);

  MessageAuthenticator receiver(Read(kNextMonth), {});
  const Octets old = SignedBy({Read(kNextMonth), {0, 1}}, Sync(1));
  EXPECT_EQ(VerdictOf(receiver, old, {0, kDecember + 1, true}), Verdict::kUnknownKey);
  EXPECT_EQ(VerdictOf(receiver, old, {0, kDecember, true}), Verdict::kAccepted);
}

// A host in the year 2020, by its own clock, is set right by masters of December 2026.
TEST(MessageAuthenticatorTest, AHostThatDoesNotKnowTheTimeSignsWithTheKeyItHears) {
  const Moment wrong{0, 1'577'836'800 * kSecond, false};
  const Moment right{0, kDecember + kSecond, true};
  MessageAuthenticator host(Read(kNextMonth), {});
  MessageAuthenticator master(Read(kNextMonth), {});
  EXPECT_EQ(VerdictOf(master, SignedBy(host, Sync(1), wrong), right), Verdict::kUnknownKey);
  EXPECT_EQ(VerdictOf(host, SignedBy(master, Sync(1), right), wrong), Verdict::kAccepted);
  EXPECT_EQ(VerdictOf(master, SignedBy(host, Sync(2), wrong), right), Verdict::kAccepted);
}

TEST(MessageAuthenticatorTest, WhatCannotBeSignedIsNotSent) {
  Octets buffer(wire::kMaxMessageSize);
  const size_t size = wire::Encode(Sync(), absl::MakeSpan(buffer));
  const MessageAuthenticator stranger(Read(kKeys), {5, 0});
  EXPECT_EQ(stranger.Sign(absl::MakeSpan(buffer), size, {}), 0U);
  const MessageAuthenticator sender(Read(kKeys), {});
  EXPECT_EQ(sender.Sign(absl::MakeSpan(buffer).first(69), size, {}), 0U);
  EXPECT_EQ(sender.Sign(absl::MakeSpan(buffer).first(70), size, {}), 70U);
  EXPECT_EQ(sender.Sign(absl::MakeSpan(buffer), 0, {}), 0U);
}

}  // namespace
}  // namespace ptpcore::security
