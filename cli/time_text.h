// UTC times and spans of time as text. Pure; never depends on the machine's time zone
// or locale.
#pragma once

#include <cstdint>
#include <string>

namespace hostctl::cli {

// RFC 3339 with nanoseconds, `2021-06-17T17:09:55.780497000Z`. `seconds` count
// from 1970; of a year past what the calendar can express, the bare number.
std::string Rfc3339Text(int64_t seconds, int32_t nanoseconds);

// As date(1) and ptpd print it: `Thu Jun 17 17:09:55 UTC 2021`.
std::string CalendarText(int64_t seconds);

// A span of time to three digits, in the unit that suits it: `850 ns`, `12.4 us`,
// `500 ms`, `1.50 s`.
std::string SpanText(double ns);

// A span of whole seconds in its two greatest units: `12 s`, `5 min`, `1 h 30 min`, `2 d 3 h`.
std::string LongSpanText(int64_t seconds);

// RFC 3339 with whole seconds, `2021-06-17T17:09:55Z`.
std::string SecondsText(int64_t seconds);

// `2021-06-17 17:09:55`, for tables.
std::string DateTimeText(int64_t seconds);

}  // namespace hostctl::cli
