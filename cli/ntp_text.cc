#include "cli/ntp_text.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "cli/enum_text.h"
#include "cli/format/printf.h"
#include "cli/time_text.h"

namespace hostctl::cli {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kPpbPerPpm = 1e3;

std::string SecondsText(double ns) {
  return Printf("%.9f s", ns / kNsPerSecond);
}

// A whole number from `low` to `high`; nothing for any other text.
std::optional<int> NumberIn(const std::string& text, int low, int high) {
  size_t used = 0;
  if (text.empty() || text.size() > 6) return std::nullopt;
  if (text.find_first_not_of("-0123456789") != std::string::npos) return std::nullopt;
  if (text.find('-', 1) != std::string::npos || text == "-") return std::nullopt;
  const int number = std::stoi(text, &used);
  if (number < low || number > high) return std::nullopt;
  return number;
}

// Log2 of seconds, as a time: 6 is `64 s`.
std::string PollText(int poll) {
  return Printf("%g s", std::ldexp(1.0, std::clamp(poll, -20, 30)));
}

std::string AgeText(const v1::NtpSource& source) {
  return source.has_last_sample_age_s() ? Printf("%.0f s", source.last_sample_age_s()) : "never";
}

// `SELECTED, stratum 3, reach 377, offset 0.000000156 s +-0.000006412 s`.
std::string SourceText(const v1::NtpSource& source) {
  std::string text = EnumText(source.state());
  if (!source.has_last_sample_age_s()) return text + ", never answered";
  return text + Printf(", stratum %u, reach %o, offset %.9f s +-%.9f s", source.stratum(),
                       source.reach(), source.offset_ns() / kNsPerSecond,
                       source.error_bound_ns() / kNsPerSecond);
}

}  // namespace

std::string NtpServerText(const v1::NtpServer& server) {
  std::string text = (server.pool() ? "pool " : "") + server.address();
  if (server.nts()) text += " nts";
  if (server.prefer()) text += " prefer";
  if (server.port() != 0) text += " port " + std::to_string(server.port());
  if (server.has_min_poll()) text += " minpoll " + std::to_string(server.min_poll());
  if (server.has_max_poll()) text += " maxpoll " + std::to_string(server.max_poll());
  return text;
}

std::optional<v1::NtpServer> ParseNtpServer(const std::string& text) {
  std::istringstream words(text);
  v1::NtpServer server;
  if (std::string address; words >> address) server.set_address(address);
  for (std::string word; words >> word;) {
    std::string value;
    if (word == "nts") {
      server.set_nts(true);
    } else if (word == "prefer") {
      server.set_prefer(true);
    } else if (!(words >> value)) {
      return std::nullopt;
    } else if (const auto port = NumberIn(value, 1, 65535); word == "port" && port) {
      server.set_port(static_cast<uint32_t>(*port));
    } else if (const auto poll = NumberIn(value, -6, 24); word == "minpoll" && poll) {
      server.set_min_poll(*poll);
    } else if (word == "maxpoll" && poll) {
      server.set_max_poll(*poll);
    } else {
      return std::nullopt;
    }
  }
  return server;
}

std::vector<MetricRow> NtpStatsTable(const v1::NtpStats& stats) {
  std::vector<MetricRow> rows = {
      {"Frequency", Printf("%.3f ppm, skew %.3f ppm", stats.frequency_ppb() / kPpbPerPpm,
                           stats.skew_ppb() / kPpbPerPpm)},
      {"Last offset", SecondsText(stats.last_offset_ns())},
      {"Leap status", stats.leap_status()}};
  if (stats.has_local_time()) {
    rows.push_back({"Local time", CalendarText(stats.local_time().seconds())});
  }
  rows.push_back({"Maximum error", stats.synchronized() ? "+-" + SpanText(stats.maximum_error_ns())
                                                        : "unknown, no server is followed"});
  rows.push_back({"Offset from NTP time",
                  SecondsText(stats.offset_ns()) + ", rms " + SecondsText(stats.rms_offset_ns())});
  rows.push_back({"Reference", stats.reference().empty() ? "none" : stats.reference()});
  if (stats.has_reference_time()) {
    rows.push_back({"Reference time", CalendarText(stats.reference_time().seconds())});
  }
  rows.push_back({"Root delay", SecondsText(stats.root_delay_ns())});
  rows.push_back({"Root dispersion", SecondsText(stats.root_dispersion_ns())});
  rows.push_back({"Stratum", std::to_string(stats.stratum())});
  rows.push_back({"Synchronized", stats.synchronized() ? "true" : "false"});
  rows.push_back({"Update interval", Printf("%.1f s", stats.update_interval_s())});
  for (const v1::NtpSource& source : stats.sources()) {
    rows.push_back({"Source " + source.address(), SourceText(source)});
  }
  return rows;
}

Records NtpSourceTable(const v1::NtpStats& stats) {
  Records records{true,
                  {},
                  Record("NtpSource", {{"Address", ""},
                                       {"State", ""},
                                       {"Stratum", 0},
                                       {"Poll", ""},
                                       {"Reach", ""},
                                       {"Last Sample", ""},
                                       {"Offset", ""},
                                       {"Error Bound", ""}})};
  for (const v1::NtpSource& source : stats.sources()) {
    const bool measured = source.has_last_sample_age_s();
    records.items.push_back(Record(
        "NtpSource", {{"Address", source.address()},
                      {"State", EnumText(source.state())},
                      {"Stratum", source.stratum()},
                      {"Poll", PollText(source.poll())},
                      {"Reach", Printf("%03o", source.reach())},
                      {"Last Sample", AgeText(source)},
                      {"Offset", measured ? SecondsText(source.offset_ns()) : ""},
                      {"Error Bound", measured ? "+-" + SpanText(source.error_bound_ns()) : ""}}));
  }
  return records;
}

}  // namespace hostctl::cli
