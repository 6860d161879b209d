#include "service/ntp/chronyc_report.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hostctl::ntp {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;
constexpr double kPpbPerPpm = 1e3;
constexpr size_t kTrackingFields = 14;
constexpr size_t kSourceFields = 10;
constexpr size_t kAnswerFields = 34;
constexpr char kNotSynchronised[] = "Not synchronised";
// Reference IDs that are no source: none at all, and the local clock itself.
constexpr char kNoReference[] = "00000000";
constexpr char kLocalReference[] = "7F7F0101";
// LastRx of a source that has never answered.
constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();

// The fields of one line, read in any order; the first that is wrong is kept.
class Fields {
 public:
  explicit Fields(const std::string& line) : line_(line), fields_(absl::StrSplit(line, ',')) {}

  size_t size() const { return fields_.size(); }
  const std::string& Text(size_t index) const { return fields_[index]; }

  double Real(size_t index, double scale = 1) {
    double value = 0;
    if (!absl::SimpleAtod(fields_[index], &value) || !std::isfinite(value * scale)) Refuse(index);
    return value * scale;
  }
  uint32_t Count(size_t index) {
    uint32_t value = 0;
    if (!absl::SimpleAtoi(fields_[index], &value)) Refuse(index);
    return value;
  }
  int32_t Integer(size_t index) {
    int32_t value = 0;
    if (!absl::SimpleAtoi(fields_[index], &value)) Refuse(index);
    return value;
  }
  // As `reach` is printed.
  uint32_t Octal(size_t index) {
    uint32_t value = 0;
    if (fields_[index].empty() || fields_[index].size() > 3) Refuse(index);
    for (const char digit : fields_[index]) {
      if (digit < '0' || digit > '7') Refuse(index);
      value = value * 8 + static_cast<uint32_t>(digit - '0');
    }
    return value;
  }
  void Refuse(size_t index) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("chronyc printed '", fields_[index].substr(0, 40), "' as field ", index + 1,
                     " of '", line_.substr(0, 200), "'"));
  }
  const absl::Status& status() const { return status_; }

 private:
  const std::string line_;
  const std::vector<std::string> fields_;
  absl::Status status_;
};

absl::Status ReadTracking(Fields fields, v1::NtpStats& stats) {
  const std::string& id = fields.Text(0);
  stats.set_leap_status(fields.Text(13));
  const bool follows = id != kNoReference && id != kLocalReference;
  stats.set_synchronized(follows && stats.leap_status() != kNotSynchronised);
  // A reference clock has an identity of four letters in place of an address.
  if (follows) stats.set_reference(fields.Text(1).empty() ? id : fields.Text(1));
  stats.set_stratum(fields.Count(2));
  const double reference_time = fields.Real(3);
  // What chronyd still has to add to the clock: the other way round it is the offset.
  const double correction_ns = fields.Real(4, kNanosecondsPerSecond);
  stats.set_offset_ns(correction_ns == 0 ? 0 : -correction_ns);
  stats.set_last_offset_ns(fields.Real(5, kNanosecondsPerSecond));
  stats.set_rms_offset_ns(fields.Real(6, kNanosecondsPerSecond));
  stats.set_frequency_ppb(fields.Real(7, kPpbPerPpm));
  fields.Real(8);  // residual frequency
  stats.set_skew_ppb(fields.Real(9, kPpbPerPpm));
  stats.set_root_delay_ns(fields.Real(10, kNanosecondsPerSecond));
  stats.set_root_dispersion_ns(fields.Real(11, kNanosecondsPerSecond));
  stats.set_update_interval_s(fields.Real(12));
  stats.set_maximum_error_ns(stats.root_delay_ns() / 2 + stats.root_dispersion_ns() +
                             std::abs(stats.offset_ns()));
  constexpr double kYear9999 = 253402300799;  // the last that a Timestamp holds
  if (reference_time < 0 || reference_time >= kYear9999) fields.Refuse(3);
  if (fields.status().ok() && reference_time > 0) {
    const double seconds = std::floor(reference_time);
    stats.mutable_reference_time()->set_seconds(static_cast<int64_t>(seconds));
    stats.mutable_reference_time()->set_nanos(
        static_cast<int32_t>((reference_time - seconds) * kNanosecondsPerSecond));
  }
  return fields.status();
}

std::optional<v1::NtpSourceState> StateOf(const std::string& mark) {
  if (mark == "*") return v1::NTP_SOURCE_STATE_SELECTED;
  if (mark == "+") return v1::NTP_SOURCE_STATE_COMBINED;
  if (mark == "-") return v1::NTP_SOURCE_STATE_UNSELECTED;
  if (mark == "?") return v1::NTP_SOURCE_STATE_UNUSABLE;
  if (mark == "x") return v1::NTP_SOURCE_STATE_FALSETICKER;
  if (mark == "~") return v1::NTP_SOURCE_STATE_JITTERY;
  return std::nullopt;
}

absl::Status ReadSource(Fields fields, v1::NtpSource& source) {
  const auto state = StateOf(fields.Text(1));
  if (!state.has_value()) fields.Refuse(1);
  source.set_state(state.value_or(v1::NTP_SOURCE_STATE_UNSPECIFIED));
  source.set_address(fields.Text(2));
  source.set_stratum(fields.Count(3));
  source.set_poll(fields.Integer(4));
  source.set_reach(fields.Octal(5));
  const uint32_t age_s = fields.Count(6);
  if (age_s != kNever) source.set_last_sample_age_s(age_s);
  source.set_offset_ns(fields.Real(7, kNanosecondsPerSecond));
  fields.Real(8);  // the same as it was measured
  source.set_error_bound_ns(fields.Real(9, kNanosecondsPerSecond));
  return fields.status();
}

absl::StatusOr<std::vector<std::string>> LinesOf(const std::string& text) {
  if (!std::all_of(text.begin(), text.end(),
                   [](unsigned char c) { return absl::ascii_isprint(c) || c == '\n'; })) {
    return absl::InvalidArgumentError("chronyc printed what is no text");
  }
  return std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()));
}

absl::Status NotAskedFor(const std::string& line) {
  return absl::InvalidArgumentError(
      absl::StrCat("chronyc printed '", line.substr(0, 200), "', not what was asked for"));
}

}  // namespace

absl::StatusOr<v1::NtpStats> ParseChronycReport(const std::string& text) {
  v1::NtpStats stats;
  bool tracked = false;
  auto lines = LinesOf(text);
  if (!lines.ok()) return lines.status();
  for (const std::string& line : *lines) {
    const Fields fields(line);
    absl::Status read;
    if (!tracked && fields.size() == kTrackingFields) {
      read = ReadTracking(fields, stats);
      tracked = true;
    } else if (tracked && fields.size() == kSourceFields) {
      read = ReadSource(fields, *stats.add_sources());
    } else {
      read = NotAskedFor(line);
    }
    if (!read.ok()) return read;
  }
  if (!tracked) return absl::InvalidArgumentError("chronyc printed nothing");
  return stats;
}

absl::StatusOr<std::vector<NtpAnswers>> ParseNtpData(const std::string& text) {
  const auto lines = LinesOf(text);
  if (!lines.ok()) return lines.status();
  std::vector<NtpAnswers> all;
  for (const std::string& line : *lines) {
    Fields fields(line);
    if (fields.size() != kAnswerFields) return NotAskedFor(line);
    NtpAnswers& answers = all.emplace_back();
    answers.address = fields.Text(0);
    answers.leap_status = fields.Text(5);
    answers.stratum = fields.Count(8);
    answers.delay_ns = fields.Real(19, kNanosecondsPerSecond);
    answers.sent = fields.Count(30);
    answers.received = fields.Count(31);
    answers.good = fields.Count(33);
    if (!fields.status().ok()) return fields.status();
  }
  return all;
}

}  // namespace hostctl::ntp
