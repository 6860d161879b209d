#include "ptpcore/security/message_authenticator.h"

#include <array>
#include <utility>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_authentication.h"

namespace ptpcore::security {
namespace {

// Of the TLV before its integrity check value: SPP, secParamIndicator, keyID. There is no disclosed
// key with immediate processing, and the standard leaves sequenceNo and RES empty.
constexpr size_t kFixedSize = 6;
constexpr size_t kLengthAt = 2;      // of messageLength, 13.3.1
constexpr size_t kCorrectionAt = 8;  // of correctionField
constexpr size_t kCorrectionSize = 8;

using Parts = std::array<absl::Span<const uint8_t>, 3>;

// What an integrity check value covers: `octets`, with a correctionField of 0 where others may
// change it.
Parts Covered(absl::Span<const uint8_t> octets, bool mutable_correction) {
  static constexpr std::array<uint8_t, kCorrectionSize> kZero{};
  if (!mutable_correction) return {octets, {}, {}};
  return {octets.first(kCorrectionAt), kZero, octets.subspan(kCorrectionAt + kCorrectionSize)};
}

std::optional<wire::Tlv> LastTlv(absl::Span<const uint8_t> tlvs) {
  std::optional<wire::Tlv> last;
  for (wire::TlvCursor cursor(tlvs); const std::optional<wire::Tlv> tlv = cursor.Next();) {
    last = tlv;
  }
  return last;
}

}  // namespace

void MessageAuthenticator::Replace(std::shared_ptr<const Associations> associations,
                                   const Policy& policy) {
  associations_ = std::move(associations);
  policy_ = policy;
}

const Association* MessageAuthenticator::association() const {
  const auto found = associations_->find(policy_.pointer);
  return found != associations_->end() ? &found->second : nullptr;
}

const Key* MessageAuthenticator::SendingKey(const Moment& now) const {
  const Association* ours = association();
  if (ours == nullptr) return nullptr;
  if (const Key* active = ours->Find(policy_.active_key_id)) return active;
  const Key* heard = now.utc_known ? nullptr : ours->Find(heard_key_id_);
  return heard != nullptr ? heard : ours->ForSending(now.utc_ns);
}

size_t MessageAuthenticator::Sign(absl::Span<uint8_t> buffer, size_t size,
                                  const Moment& now) const {
  const Key* key = SendingKey(now);
  if (key == nullptr || size < wire::kHeaderSize) return 0;
  const size_t icv_size = IcvSize(key->mac.algorithm());
  const size_t before_icv = size + wire::kTlvHeaderSize + kFixedSize;
  const size_t signed_size = before_icv + icv_size;
  if (signed_size > buffer.size() || signed_size > UINT16_MAX) return 0;

  wire::Writer length(buffer.subspan(kLengthAt));
  length.U16(static_cast<uint16_t>(signed_size));
  wire::Writer tlv(buffer.subspan(size));
  tlv.U16(static_cast<uint16_t>(wire::TlvType::kAuthentication));
  tlv.U16(static_cast<uint16_t>(kFixedSize + icv_size));
  wire::Authentication fixed;
  fixed.security_parameter_pointer = policy_.pointer;
  fixed.key_id = key->id;
  fixed.Write(tlv);
  const std::optional<Icv> icv =
      key->mac.Compute(Covered(buffer.first(before_icv), association()->mutable_correction));
  if (!icv) return 0;
  tlv.Octets(icv->span());
  return signed_size;
}

Verdict MessageAuthenticator::Verify(absl::Span<const uint8_t> packet, const wire::Message& message,
                                     const Moment& now) {
  const Verdict verdict = Judge(packet, message, now);
  switch (verdict) {
    case Verdict::kAccepted:
      ++counters_.accepted;
      break;
    case Verdict::kMissing:
      ++counters_.unauthenticated;
      return policy_.allow_unauthenticated ? Verdict::kAccepted : Verdict::kMissing;
    case Verdict::kUnknownKey:
      ++counters_.unknown_keys;
      break;
    case Verdict::kInvalid:
      ++counters_.invalid;
      break;
    case Verdict::kReplayed:
      ++counters_.replayed;
      break;
  }
  return verdict;
}

Verdict MessageAuthenticator::Judge(absl::Span<const uint8_t> packet, const wire::Message& message,
                                    const Moment& now) {
  const std::optional<wire::Tlv> last = LastTlv(message.tlvs);
  if (!last || last->type != wire::TlvType::kAuthentication) {
    // One that others follow protects nothing of them.
    return wire::FindTlv<wire::Authentication>(message.tlvs) ? Verdict::kInvalid
                                                             : Verdict::kMissing;
  }
  const auto tlv = wire::DecodeTlv<wire::Authentication>(*last);
  if (!tlv || tlv->security_parameter_indicator != 0) return Verdict::kInvalid;
  if (tlv->security_parameter_pointer != policy_.pointer) return Verdict::kUnknownKey;
  const Association* ours = association();
  const Key* key = ours != nullptr ? ours->Find(tlv->key_id) : nullptr;
  if (key == nullptr) return Verdict::kUnknownKey;
  if (now.utc_known && !key->validity.Includes(now.utc_ns)) return Verdict::kUnknownKey;

  const auto before_icv = static_cast<size_t>(last->value.data() + kFixedSize - packet.data());
  const Parts covered = Covered(packet.first(before_icv), ours->mutable_correction);
  if (!key->mac.Matches(covered, tlv->rest)) return Verdict::kInvalid;
  if (!replays_.Accept(message.header, ours->sequence_window, now.monotonic_ns)) {
    return Verdict::kReplayed;
  }
  heard_key_id_ = key->id;
  return Verdict::kAccepted;
}

}  // namespace ptpcore::security
