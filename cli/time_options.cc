#include "cli/time_options.h"

#include <ctime>

#include "google/protobuf/util/time_util.h"

namespace hostctl::cli {
namespace {

constexpr int64_t kFirstYear = 2000;
constexpr int64_t kLastYear = 2261;

struct Part {
  char short_name;
  const char* name;
  const char* description;
  int64_t min;
  int64_t max;
  int std::tm::*member;
  int64_t base;  // what std::tm counts from
};

constexpr Part kParts[] = {
    {'d', "day", "Day of the month (UTC).", 1, 31, &std::tm::tm_mday, 0},
    {'H', "hour", "Hour (UTC).", 0, 23, &std::tm::tm_hour, 0},
    {'m', "min", "Minute.", 0, 59, &std::tm::tm_min, 0},
    {'M', "month", "Month (UTC).", 1, 12, &std::tm::tm_mon, 1},
    {'s', "sec", "Second.", 0, 59, &std::tm::tm_sec, 0},
    {'y', "year", "Year (UTC).", kFirstYear, kLastYear, &std::tm::tm_year, 1900},
};

}  // namespace

std::vector<Option> TimeOptions() {
  std::vector<Option> options;
  for (const Part& part : kParts) {
    options.push_back(
        Option{part.short_name, part.name, ValueType::kInteger, part.description}.Range(part.min,
                                                                                        part.max));
  }
  options.push_back(Option{'t', "time", ValueType::kString,
                           "The whole time (RFC 3339), e.g. 2026-11-22T21:00:00Z or "
                           "2026-11-22T22:00:00+01:00."}
                        .Metavar("rfc3339"));
  return options;
}

std::vector<std::vector<std::string>> TimeOptionsExclusive() {
  std::vector<std::vector<std::string>> groups;
  for (const Part& part : kParts) groups.push_back({"time", part.name});
  return groups;
}

std::vector<std::string> TimeOptionNames() {
  std::vector<std::string> names = {"time"};
  for (const Part& part : kParts) names.emplace_back(part.name);
  return names;
}

bool NeedsPresentTime(const Arguments& arguments) {
  for (const Part& part : kParts) {
    if (arguments.Has(part.name)) return true;
  }
  return false;
}

bool TimeGiven(const Arguments& arguments) {
  return arguments.Has("time") || NeedsPresentTime(arguments);
}

std::variant<google::protobuf::Timestamp, std::string> TimeFrom(
    const Arguments& arguments, const google::protobuf::Timestamp& now) {
  google::protobuf::Timestamp out;
  if (arguments.Has("time")) {
    const std::string text = arguments.String("time");
    if (google::protobuf::util::TimeUtil::FromString(text, &out)) return out;
    return "'" + text + "' is no time; expecting e.g. 2026-11-22T21:00:00Z";
  }
  const time_t seconds = static_cast<time_t>(now.seconds());
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return std::string("hostd's own time is not usable");
  for (const Part& part : kParts) {
    if (!arguments.Has(part.name)) continue;
    parts.*part.member = static_cast<int>(arguments.Integer(part.name) - part.base);
  }
  const std::tm wanted = parts;
  out.set_seconds(timegm(&parts));
  // timegm() makes March 2 of February 30.
  if (parts.tm_mday != wanted.tm_mday || parts.tm_mon != wanted.tm_mon) {
    return "there is no day " + std::to_string(wanted.tm_mday) + " in month " +
           std::to_string(wanted.tm_mon + 1) + " of " + std::to_string(wanted.tm_year + 1900);
  }
  return out;
}

}  // namespace hostctl::cli
