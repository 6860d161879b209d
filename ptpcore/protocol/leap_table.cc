#include "ptpcore/protocol/leap_table.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace ptpcore::protocol {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400;
// The list counts seconds since 1900, as NTP does (RFC 5905 6).
constexpr int64_t kSecondsFrom1900To1970 = 2'208'988'800;
// The list would have to live for 300 years to be longer.
constexpr size_t kMaxEntries = 1000;
constexpr int64_t kMaxSeconds = 1'000'000'000'000;

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

absl::Status Mistake(size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// A moment of the list, in seconds since 1970.
std::optional<int64_t> Moment(absl::string_view text) {
  int64_t since_1900 = 0;
  if (!absl::SimpleAtoi(text, &since_1900)) return std::nullopt;
  if (since_1900 < 0 || since_1900 > kMaxSeconds) return std::nullopt;
  return since_1900 - kSecondsFrom1900To1970;
}

}  // namespace

absl::StatusOr<LeapTable> LeapTable::Parse(const std::string& text) {
  LeapTable table;
  std::optional<int64_t> expires;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::ConsumePrefix(&line, "#@")) {
      expires = Moment(absl::StripAsciiWhitespace(line));
      if (!expires) return Mistake(number, "the expiry is no number of seconds since 1900");
      continue;
    }
    const std::pair<absl::string_view, absl::string_view> split =
        absl::StrSplit(line, absl::MaxSplits('#', 1));
    const std::vector<absl::string_view> words =
        absl::StrSplit(split.first, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty()) continue;
    int offset_s = 0;
    const std::optional<int64_t> from = Moment(words[0]);
    if (words.size() != 2 || !from || !absl::SimpleAtoi(words[1], &offset_s)) {
      return Mistake(number, "not two numbers, seconds since 1900 and TAI - UTC");
    }
    if (*from % kDay != 0) return Mistake(number, absl::StrCat(words[0], " is no midnight"));
    if (!table.entries_.empty()) {
      const Entry& last = table.entries_.back();
      if (*from <= last.from_utc_s) return Mistake(number, "not later than the entry before");
      if (std::abs(offset_s - last.tai_minus_utc_s) != 1) {
        return Mistake(number, absl::StrCat("TAI - UTC goes from ", last.tai_minus_utc_s, " to ",
                                            offset_s, ", which is not by one"));
      }
    } else if (std::abs(offset_s) > INT16_MAX) {
      return Mistake(number, absl::StrCat("TAI - UTC of ", offset_s, " s is past 32767"));
    }
    table.entries_.push_back({*from, offset_s});
    if (table.entries_.size() > kMaxEntries) return Mistake(number, "more than 1000 entries");
  }
  if (table.entries_.empty()) return absl::InvalidArgumentError("no entry in the list");
  if (!expires) return absl::InvalidArgumentError("the list does not say when it expires (`#@`)");
  table.expires_utc_s_ = *expires;
  return table;
}

std::optional<int> LeapTable::TaiMinusUtcS(int64_t utc_ns) const {
  const int64_t utc_s = FloorDivide(utc_ns, kNsPerSecond);
  if (utc_s >= expires_utc_s_) return std::nullopt;
  const auto after = std::upper_bound(
      entries_.begin(), entries_.end(), utc_s,
      [](int64_t moment, const Entry& entry) { return moment < entry.from_utc_s; });
  if (after == entries_.begin()) return std::nullopt;
  return std::prev(after)->tai_minus_utc_s;
}

std::optional<int> LeapTable::LeapAtEndOfDay(int64_t utc_ns) const {
  const std::optional<int> today = TaiMinusUtcS(utc_ns);
  if (!today) return std::nullopt;
  const int64_t midnight_s = (FloorDivide(utc_ns, kDay * kNsPerSecond) + 1) * kDay;
  const std::optional<int> tomorrow = TaiMinusUtcS(midnight_s * kNsPerSecond);
  if (!tomorrow) return std::nullopt;
  return *tomorrow - *today;
}

}  // namespace ptpcore::protocol
