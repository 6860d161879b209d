#include "ptpcore/security/mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::security {
namespace {

constexpr size_t kLeastHmacKey = 14;

struct Traits {
  const char* mac;
  const char* parameter;  // which names the hash or the cipher
  const char* of;
  size_t key_size;  // 0: any from kLeastHmacKey
  size_t icv_size;
};

Traits TraitsOf(MacAlgorithm algorithm) {
  switch (algorithm) {
    case MacAlgorithm::kHmacSha256_128:
      return {"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA256", 0, 16};
    case MacAlgorithm::kHmacSha256:
      return {"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA256", 0, 32};
    case MacAlgorithm::kAes128Cmac:
      return {"CMAC", OSSL_MAC_PARAM_CIPHER, "AES-128-CBC", 16, 16};
    case MacAlgorithm::kAes256Cmac:
      break;
  }
  return {"CMAC", OSSL_MAC_PARAM_CIPHER, "AES-256-CBC", 32, 16};
}

absl::Status CheckKeySize(const Traits& traits, size_t size) {
  if (traits.key_size != 0 && size != traits.key_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("the key has ", size, " octets, and ", traits.of, " needs ", traits.key_size));
  }
  if (size < kLeastHmacKey) {
    return absl::InvalidArgumentError(absl::StrCat("the key has ", size, " octets, and at least ",
                                                   kLeastHmacKey, " are asked for"));
  }
  return absl::OkStatus();
}

absl::Status Failed(const Traits& traits) {
  return absl::InternalError(
      absl::StrCat("libcrypto does not offer ", traits.mac, " with ", traits.of));
}

}  // namespace

size_t IcvSize(MacAlgorithm algorithm) {
  return TraitsOf(algorithm).icv_size;
}

void Mac::Free::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

absl::StatusOr<Mac> Mac::Make(MacAlgorithm algorithm, absl::Span<const uint8_t> key) {
  const Traits traits = TraitsOf(algorithm);
  if (absl::Status s = CheckKeySize(traits, key.size()); !s.ok()) return s;
  // What openssl.cnf says is no concern of ours, and one file less to be read.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, traits.mac, nullptr);
  if (mac == nullptr) return Failed(traits);
  Context context(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);  // the context holds on to it
  std::string of = traits.of;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(traits.parameter, of.data(), of.size()),
      OSSL_PARAM_construct_end()};
  if (context == nullptr || EVP_MAC_init(context.get(), key.data(), key.size(), parameters) != 1) {
    return Failed(traits);
  }
  return Mac(algorithm, std::move(context));
}

std::optional<Icv> Mac::Compute(absl::Span<const absl::Span<const uint8_t>> parts) const {
  const Context context(EVP_MAC_CTX_dup(keyed_.get()));
  if (context == nullptr) return std::nullopt;
  for (const absl::Span<const uint8_t> part : parts) {
    if (EVP_MAC_update(context.get(), part.data(), part.size()) != 1) return std::nullopt;
  }
  Icv icv;
  size_t size = 0;
  if (EVP_MAC_final(context.get(), icv.octets.data(), &size, icv.octets.size()) != 1 ||
      size < IcvSize(algorithm_)) {
    return std::nullopt;
  }
  icv.size = IcvSize(algorithm_);
  return icv;
}

bool Mac::Matches(absl::Span<const absl::Span<const uint8_t>> parts,
                  absl::Span<const uint8_t> icv) const {
  const std::optional<Icv> right = Compute(parts);
  return right && icv.size() == right->size &&
         CRYPTO_memcmp(icv.data(), right->octets.data(), right->size) == 0;
}

}  // namespace ptpcore::security
