// See resume_token.h. The token: log, sequence and a CRC-32 of both, in hexadecimal.
#include "service/event/resume_token.h"

#include <zlib.h>

#include <cinttypes>
#include <cstddef>
#include <cstdio>

namespace hostctl::event {
namespace {

constexpr size_t kNumberDigits = 16;
constexpr size_t kTokenDigits = 2 * kNumberDigits + 8;
constexpr char kDigits[] = "0123456789abcdef";

uint64_t Number(const std::string& token, size_t begin) {
  uint64_t number = 0;
  for (size_t i = begin; i < begin + kNumberDigits; ++i) {
    number = number << 4U | static_cast<uint64_t>(std::string(kDigits).find(token[i]));
  }
  return number;
}

}  // namespace

std::string ToToken(const Position& position) {
  char numbers[2 * kNumberDigits + 1];
  std::snprintf(numbers, sizeof(numbers), "%016" PRIx64 "%016" PRIx64, position.log_id,
                position.sequence);
  char checksum[9];
  std::snprintf(checksum, sizeof(checksum), "%08lx",
                crc32_z(0, reinterpret_cast<const Bytef*>(numbers), 2 * kNumberDigits));
  return std::string(numbers) + checksum;
}

std::optional<Position> FromToken(const std::string& token) {
  if (token.size() != kTokenDigits || token.find_first_not_of(kDigits) != std::string::npos) {
    return std::nullopt;
  }
  const Position position{Number(token, 0), Number(token, kNumberDigits)};
  if (ToToken(position) != token) return std::nullopt;
  return position;
}

}  // namespace hostctl::event
