#include "cli/state_value.h"

namespace hostctl::cli {
namespace {

struct Word {
  const char* text;  // all of the value, or what stands before its first comma
  Meaning meaning;
};

constexpr Word kWords[] = {
    // Ports, with ptpd's prefix in the table of metrics.
    {"SLAVE", Meaning::kGood},
    {"PTP_SLAVE", Meaning::kGood},
    {"MASTER", Meaning::kGood},
    {"PTP_MASTER", Meaning::kGood},
    {"UNCALIBRATED", Meaning::kWarning},
    {"PTP_UNCALIBRATED", Meaning::kWarning},
    {"LISTENING", Meaning::kWarning},
    {"PTP_LISTENING", Meaning::kWarning},
    {"FAULTY", Meaning::kBad},
    {"PTP_FAULTY", Meaning::kBad},
    // Clocks.
    {"LOCKED", Meaning::kGood},
    {"ACQUIRING", Meaning::kWarning},
    {"HOLDOVER", Meaning::kWarning},
    {"HOLDOVER_EXPIRED", Meaning::kBad},
    // The host's time.
    {"SYNCHRONIZED", Meaning::kGood},
    {"DEGRADED", Meaning::kWarning},
    {"FALLBACK", Meaning::kWarning},
    {"UNSYNCHRONIZED", Meaning::kBad},
    // Services.
    {"RUNNING", Meaning::kGood},
    {"FAILED", Meaning::kBad},
    // ptpd's `Clock status`.
    {"panic mode", Meaning::kBad},
    {"holdover", Meaning::kWarning},
    {"not calibrated", Meaning::kWarning},
};

}  // namespace

Value StateValue(const std::string& text) {
  if (text == "calibrated, in control") return Value(text).Means(Meaning::kGood);
  const std::string word = text.substr(0, text.find(','));
  for (const Word& known : kWords) {
    if (word == known.text) return Value(text).Means(known.meaning);
  }
  return text;
}

}  // namespace hostctl::cli
