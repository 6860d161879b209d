// Received messages and keys that nobody else has: no octets are taken for authentic; and what is a
// message passes once it is signed with the right key, and only once.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "ptpcore/security/association_file.h"
#include "ptpcore/security/message_authenticator.h"
#include "ptpcore/wire/codec.h"

namespace {

using namespace ptpcore::security;  // NOLINT(google-build-using-namespace): what is tested
namespace wire = ptpcore::wire;

void Require(bool holds) {
  if (!holds) std::abort();
}

std::shared_ptr<const Associations> Keys() {
  auto read = ParseAssociations(
      "spp 0\nallow_mutable 1\n1 SHA256-128 HEX:0f1e2d3c4b5a69788796a5b4c3d2e1f0\n"
      "2 AES128 HEX:f0e1d2c3b4a5968778695a4b3c2d1e0f\n");
  Require(read.ok());
  return std::make_shared<const Associations>(*std::move(read));
}

Verdict Verify(MessageAuthenticator& receiver, const std::vector<uint8_t>& packet) {
  const auto decoded = wire::Decode(packet);
  const auto* message = std::get_if<wire::Message>(&decoded);
  Require(message != nullptr);
  return receiver.Verify(packet, *message, {});
}

bool IsWatched(wire::MessageType type) {
  return type == wire::MessageType::kSync || type == wire::MessageType::kAnnounce;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::shared_ptr<const Associations> keys = Keys();
  const std::vector<uint8_t> packet(data, data + size);
  const auto decoded = wire::Decode(packet);
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr) return 0;
  MessageAuthenticator receiver(keys, {});
  Require(receiver.Verify(packet, *message, {}) != Verdict::kAccepted);

  std::vector<uint8_t> octets(wire::kMaxMessageSize);
  const size_t encoded = wire::Encode(*message, absl::MakeSpan(octets));
  if (encoded == 0) return 0;
  const Policy policy{0, static_cast<uint32_t>(1 + data[0] % 2)};
  const size_t whole = MessageAuthenticator(keys, policy).Sign(absl::MakeSpan(octets), encoded, {});
  if (whole == 0) {
    Require(encoded + 26 > octets.size());
    return 0;
  }
  octets.resize(whole);
  Require(Verify(receiver, octets) == Verdict::kAccepted);
  if (IsWatched(message->header.type)) Require(Verify(receiver, octets) == Verdict::kReplayed);
  octets[whole - 1] ^= 1;
  Require(Verify(receiver, octets) == Verdict::kInvalid);
  return 0;
}
