// A short word for settings, which changes whenever they do: what an etag is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace hostctl::reconcile {

// 16 hexadecimal digits, FNV-1a over the texts and the borders between them, so that
// "ab","c" is not "a","bc". The same on every host and in every release.
inline std::string Fingerprint(const std::vector<std::string>& texts) {
  constexpr uint64_t kPrime = 0x100000001b3ULL;
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::string& text : texts) {
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= kPrime;
    }
    hash *= kPrime;
  }
  return absl::StrFormat("%016x", hash);
}

}  // namespace hostctl::reconcile
