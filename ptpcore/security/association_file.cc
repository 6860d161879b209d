#include "ptpcore/security/association_file.h"

#include <openssl/crypto.h>

#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace ptpcore::security {
namespace {

using Words = std::vector<absl::string_view>;

constexpr uint32_t kGreatestWindow = 32767;
constexpr int64_t kSecond = 1'000'000'000;
// Beyond it nanoseconds do not fit.
constexpr int kLastYear = 2261;

absl::Status Wrong(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

// Text that is forgotten for good at its end.
struct Secret {
  std::string text;
  ~Secret() { Cleanse(text); }
};

std::optional<MacAlgorithm> AlgorithmOf(absl::string_view name) {
  if (absl::EqualsIgnoreCase(name, "SHA256-128")) return MacAlgorithm::kHmacSha256_128;
  if (absl::EqualsIgnoreCase(name, "SHA256")) return MacAlgorithm::kHmacSha256;
  if (absl::EqualsIgnoreCase(name, "AES128")) return MacAlgorithm::kAes128Cmac;
  if (absl::EqualsIgnoreCase(name, "AES256")) return MacAlgorithm::kAes256Cmac;
  return std::nullopt;
}

bool IsHex(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return text.size() % 2 == 0;
}

// False where the value is not what its prefix says.
bool DecodeKey(absl::string_view value, Secret& out) {
  if (absl::ConsumePrefix(&value, "HEX:")) {
    if (!IsHex(value)) return false;
    out.text = absl::HexStringToBytes(value);
    return true;
  }
  if (absl::ConsumePrefix(&value, "B64:")) return absl::Base64Unescape(value, &out.text);
  absl::ConsumePrefix(&value, "ASCII:");
  out.text = std::string(value);
  return true;
}

// `2026-12-01T00:00:00Z`, or `-`.
std::optional<int64_t> ParseLimit(absl::string_view word, int64_t unlimited) {
  if (word == "-") return unlimited;
  const std::string text(word);
  tm parts{};
  const char* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0' || parts.tm_year + 1900 > kLastYear || parts.tm_year < 70) {
    return std::nullopt;
  }
  tm same = parts;
  const time_t seconds = timegm(&same);  // makes another day of the 30th of February
  if (same.tm_mday != parts.tm_mday || same.tm_min != parts.tm_min) return std::nullopt;
  return int64_t{seconds} * kSecond;
}

// The associations so far, and the one that is being read.
class FileReader {
 public:
  absl::Status Line(absl::string_view line) {
    if (absl::EqualsIgnoreCase(line, "[security_association]")) {
      current_ = nullptr;
      return absl::OkStatus();
    }
    const Words words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words[0] == "spp") return Begin(words);
    if (current_ == nullptr) return Wrong("expected `spp NUMBER` first");
    if (words[0] == "seqid_window")
      return Number(words, kGreatestWindow, current_->sequence_window);
    if (words[0] == "allow_mutable") return Number(words, 1U, current_->mutable_correction);
    if (words[0] == "validity") return SetValidity(words);
    uint32_t none = 0;
    // Fields that the standard reserves and no one sends.
    if (words[0] == "seqnum_length" || words[0] == "res_length") return Number(words, 0U, none);
    return AddKey(words);
  }

  absl::StatusOr<Associations> Take() {
    for (const auto& [pointer, association] : associations_) {
      if (association.keys.empty()) return Wrong(absl::StrCat("spp ", pointer, " has no key"));
    }
    if (associations_.empty()) return Wrong("no [security_association] in it");
    return std::move(associations_);
  }

 private:
  absl::Status Begin(const Words& words) {
    uint8_t pointer = 0;
    if (absl::Status s = Number(words, 255U, pointer); !s.ok()) return s;
    const auto [place, added] = associations_.try_emplace(pointer);
    if (!added) return Wrong(absl::StrCat("spp ", pointer, " stands here twice"));
    current_ = &place->second;
    current_->pointer = pointer;
    return absl::OkStatus();
  }

  template <typename T>
  static absl::Status Number(const Words& words, uint32_t greatest, T& out) {
    uint32_t number = 0;
    if (words.size() != 2 || !absl::SimpleAtoi(words[1], &number) || number > greatest) {
      return Wrong(absl::StrCat(words[0], ": expected one number in 0..", greatest));
    }
    out = static_cast<T>(number);
    return absl::OkStatus();
  }

  static std::optional<uint32_t> KeyId(absl::string_view word) {
    uint32_t id = 0;
    if (!absl::SimpleAtoi(word, &id) || id == 0) return std::nullopt;
    return id;
  }

  absl::Status AddKey(const Words& words) {
    const std::optional<uint32_t> id = KeyId(words[0]);
    // What stands there instead may be a key: it is not repeated.
    if (!id) return Wrong("neither a setting nor a key id in 1..4294967295");
    const std::string name = absl::StrCat("key ", *id);
    if (words.size() < 3 || words.size() > 4) {
      return Wrong(absl::StrCat(name, ": expected `id algorithm [octets] value`"));
    }
    if (current_->Find(*id) != nullptr) return Wrong(absl::StrCat(name, " stands here twice"));
    const std::optional<MacAlgorithm> algorithm = AlgorithmOf(words[1]);
    if (!algorithm) {
      return Wrong(
          absl::StrCat(name, ": the algorithm is none of SHA256-128, SHA256, AES128, AES256"));
    }
    Secret key;
    if (!DecodeKey(words.back(), key)) {
      return Wrong(absl::StrCat(name, ": its value is not what HEX: or B64: before it says"));
    }
    uint32_t octets = 0;
    if (words.size() == 4 && (!absl::SimpleAtoi(words[2], &octets) || octets != key.text.size())) {
      return Wrong(absl::StrCat(name, " has ", key.text.size(), " octets, not as many as said"));
    }
    absl::StatusOr<Mac> mac =
        Mac::Make(*algorithm, {reinterpret_cast<const uint8_t*>(key.text.data()), key.text.size()});
    if (!mac.ok()) return Wrong(absl::StrCat(name, ": ", std::string(mac.status().message())));
    current_->keys.push_back({*id, *std::move(mac)});
    return absl::OkStatus();
  }

  absl::Status SetValidity(const Words& words) {
    if (words.size() != 4) return Wrong("expected `validity KEY-ID NOT-BEFORE NOT-AFTER`");
    const std::optional<uint32_t> id = KeyId(words[1]);
    Key* key = nullptr;
    for (Key& candidate : current_->keys) {
      if (id && candidate.id == *id) key = &candidate;
    }
    if (key == nullptr) return Wrong("validity: there is no such key above it");
    const auto from = ParseLimit(words[2], Validity().not_before_ns);
    const auto to = ParseLimit(words[3], Validity().not_after_ns);
    if (!from || !to || *from > *to) {
      return Wrong(absl::StrCat("validity ", key->id,
                                ": expected two times in order, like 2026-12-01T00:00:00Z, or -"));
    }
    key->validity = {*from, *to};
    return absl::OkStatus();
  }

  Associations associations_;
  Association* current_ = nullptr;
};

}  // namespace

absl::StatusOr<Associations> ParseAssociations(absl::string_view text) {
  FileReader reader;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    if (absl::Status s = reader.Line(line); !s.ok()) {
      return Wrong(absl::StrCat("line ", number, ": ", std::string(s.message())));
    }
  }
  return reader.Take();
}

void Cleanse(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
}

}  // namespace ptpcore::security
