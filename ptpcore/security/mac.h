// Message authentication codes for the AUTHENTICATION TLV (IEEE 1588-2019 16.14.3.8): HMAC with
// SHA-256 (RFC 2104, FIPS 180-4) and CMAC with AES (RFC 4493), computed by libcrypto.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

using EVP_MAC_CTX = struct evp_mac_ctx_st;  // libcrypto's

namespace ptpcore::security {

enum class MacAlgorithm {
  kHmacSha256_128,  // the first 16 octets of HMAC-SHA256: what the standard asks for at least
  kHmacSha256,
  kAes128Cmac,
  kAes256Cmac,
};

// Of the integrity check value, octets: 16 or 32.
size_t IcvSize(MacAlgorithm algorithm);

// An integrity check value.
struct Icv {
  std::array<uint8_t, 32> octets{};
  size_t size = 0;

  absl::Span<const uint8_t> span() const { return {octets.data(), size}; }
};

// An algorithm with its key. The key is kept by libcrypto only, which cleanses it at the end.
// Not to be used by two threads at once.
class Mac {
 public:
  // INVALID_ARGUMENT where the key does not fit: 16 or 32 octets for AES, at least 14 (112 bits,
  // NIST SP 800-131A) for HMAC. INTERNAL where libcrypto does not have the algorithm.
  static absl::StatusOr<Mac> Make(MacAlgorithm algorithm, absl::Span<const uint8_t> key);

  // Over the parts, one behind the other. Absent if libcrypto fails.
  std::optional<Icv> Compute(absl::Span<const absl::Span<const uint8_t>> parts) const;
  // Whether `icv` is that of the parts; takes as long whether or where it differs.
  bool Matches(absl::Span<const absl::Span<const uint8_t>> parts,
               absl::Span<const uint8_t> icv) const;

  MacAlgorithm algorithm() const { return algorithm_; }

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const;
  };
  using Context = std::unique_ptr<EVP_MAC_CTX, Free>;

  Mac(MacAlgorithm algorithm, Context keyed) : algorithm_(algorithm), keyed_(std::move(keyed)) {}

  MacAlgorithm algorithm_;
  Context keyed_;  // has the key and has seen no octet
};

}  // namespace ptpcore::security
