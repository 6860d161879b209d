// See observation_events.h.
#include "service/event/observed/observation_events.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/event/event_sink.h"
#include "service/event/observed/words.h"

namespace hostctl::event {
namespace {

// Messages of other domains are seen anew after so long without one.
constexpr std::chrono::minutes kMismatchesForgotten{10};

bool IsRight(v1::TimeHealth health) {
  return health == v1::TIME_HEALTH_SYNCHRONIZED || health == v1::TIME_HEALTH_DEGRADED ||
         health == v1::TIME_HEALTH_FALLBACK || health == v1::TIME_HEALTH_HOLDOVER;
}

class Differences {
 public:
  Differences(const HostState& before, const HostState& after) : before_(before), after_(after) {}

  std::vector<v1::Event> Collect() {
    Interfaces();
    Masters();
    Mismatches();
    Engine();
    Health();
    Fallback();
    PrecisionClock();
    return std::move(events_);
  }

 private:
  void Interfaces() {
    for (const auto& [name, trouble] : after_.interfaces) {
      const auto known = before_.interfaces.find(name);
      const std::string former = known == before_.interfaces.end() ? "" : known->second;
      if (former.empty() == trouble.empty()) continue;
      const bool lost = !trouble.empty();
      Ptp(lost ? v1::EVENT_CODE_INTERFACE_LOST : v1::EVENT_CODE_INTERFACE_BACK,
          kInterfaceSubject + name, lost ? "up" : former, lost ? trouble : "up",
          lost ? absl::StrCat("PTP cannot use ", name, ": it is ", Sentence(trouble))
               : absl::StrCat("PTP can use ", name, " again"));
    }
  }

  static std::string Sentence(const std::string& trouble) {
    if (trouble == "no link") return "without link";
    return trouble == "no address" ? "without address" : trouble;
  }

  void Masters() {
    for (const auto& [name, distrusted] : after_.distrusted) {
      const auto known = before_.distrusted.find(name);
      const bool former = known != before_.distrusted.end() && known->second;
      if (distrusted == former) continue;
      Ptp(distrusted ? v1::EVENT_CODE_MASTER_DISTRUSTED : v1::EVENT_CODE_MASTER_TRUSTED,
          kMasterSubject + name, former ? "distrusted" : "trusted",
          distrusted ? "distrusted" : "trusted",
          distrusted
              ? absl::StrCat("master ", name, " contradicts the majority and is not followed")
              : absl::StrCat("master ", name, " agrees with the others again"));
    }
    if (after_.ptp_master != before_.ptp_master) {
      Ptp(v1::EVENT_CODE_MASTER_CHANGED, kPtpSubject, before_.ptp_master, after_.ptp_master,
          absl::StrCat("PTP follows master ", after_.ptp_master, ", grandmaster ",
                       after_.grandmaster));
    }
    if (after_.ntp_server != before_.ntp_server && after_.ntp_events) {
      Add(MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, kNtpSubject, before_.ntp_server,
                    after_.ntp_server, absl::StrCat("NTP follows ", after_.ntp_server)));
    }
    ClockClass();
  }

  void ClockClass() {
    if (after_.clock_class == before_.clock_class || !before_.clock_class.has_value()) return;
    const uint32_t now = after_.clock_class.value_or(0);
    // Lower is better, IEEE 1588-2019 table 4.
    const bool worse = now > *before_.clock_class;
    Ptp(v1::EVENT_CODE_CLOCK_CLASS_CHANGED, kPtpSubject, absl::StrCat(*before_.clock_class),
        absl::StrCat(now),
        absl::StrCat("the clockClass of the grandmaster is ", now, worse ? ", worse" : ", better",
                     " than before"),
        worse ? v1::EVENT_SEVERITY_WARNING : v1::EVENT_SEVERITY_INFO);
  }

  void Mismatches() {
    if (after_.mismatch_at == before_.mismatch_at || !after_.mismatch_at.has_value()) return;
    if (before_.mismatch_at.has_value() &&
        *after_.mismatch_at - *before_.mismatch_at < kMismatchesForgotten) {
      return;
    }
    Ptp(v1::EVENT_CODE_DOMAIN_MISMATCH, kPtpSubject, "", absl::StrCat(after_.domain_mismatches),
        "PTP messages of another domain than ours arrive");
  }

  // What the engine tells more exactly than two looks at it do.
  void Engine() {
    if (!after_.ptp_events) return;
    for (const v1::PtpEvent& engine_event : after_.engine_events) {
      if (engine_event.kind() != "CLOCK_STEPPED") continue;
      // `by +0.500000000 s to follow the master`.
      const std::string& text = engine_event.text();
      const size_t by = text.find("by ");
      const size_t end = by == std::string::npos ? by : text.find(" s ", by);
      const std::string step =
          end == std::string::npos ? text : text.substr(by + 3, end + 2 - by - 3);
      Ptp(v1::EVENT_CODE_CLOCK_STEPPED, kPtpSubject, "", step,
          absl::StrCat(by == 0 ? "the clock was stepped " : "stepped: ", text));
      // A virtual clock's time means nothing to others.
      if (after_.system_clock) *events_.back().mutable_time() = engine_event.time();
    }
  }

  void Health() {
    const v1::TimeHealth was = before_.health;
    const v1::TimeHealth is = after_.health;
    if (was == is) return;
    const std::string old_value = HealthText(was) == "UNSPECIFIED" ? "" : HealthText(was);
    const auto add = [&](v1::EventCode code, const std::string& message) {
      if (after_.ptp_wanted ? !after_.ptp_events : !after_.ntp_events) return;
      Add(MakeEvent(code, kTimeSubject, old_value, HealthText(is), message));
    };
    if (was == v1::TIME_HEALTH_HOLDOVER) {
      add(v1::EVENT_CODE_HOLDOVER_LEFT, absl::StrCat("holdover has ended: ", after_.reason));
    }
    if (!IsRight(was) && IsRight(is)) add(v1::EVENT_CODE_SYNC_ESTABLISHED, after_.reason);
    if (IsRight(was) && !IsRight(is)) {
      const size_t before = events_.size();
      add(v1::EVENT_CODE_SYNC_LOST, after_.reason);
      // Somebody switched it off.
      if (is == v1::TIME_HEALTH_DISABLED && events_.size() > before) {
        events_.back().set_severity(v1::EVENT_SEVERITY_INFO);
      }
    }
    if (is == v1::TIME_HEALTH_HOLDOVER) add(v1::EVENT_CODE_HOLDOVER_ENTERED, after_.reason);
  }

  void Fallback() {
    if (after_.in_fallback == before_.in_fallback) return;
    if (after_.in_fallback) {
      Ptp(v1::EVENT_CODE_FALLBACK_ENTERED, kTimeSubject, "PTP", "NTP",
          absl::StrCat("NTP keeps time in PTP's place: ", after_.fallback_reason));
    } else {
      Ptp(v1::EVENT_CODE_FALLBACK_LEFT, kTimeSubject, "NTP", "PTP", "NTP has handed back to PTP");
    }
  }

  void PrecisionClock() {
    const bool never_told = before_.served.empty() && after_.served == "none";
    if (after_.served == before_.served || never_told) return;
    Add(MakeEvent(
        v1::EVENT_CODE_PRECISION_CLOCK_CHANGED, kPrecisionClockSubject,
        before_.served.empty() ? "none" : before_.served, after_.served,
        after_.served == "none"
            ? after_.served_reason
            : absl::StrCat("this host serves precision clocks that ask for ", after_.served)));
  }

  // An event about PTP, unless those are not wanted.
  void Ptp(v1::EventCode code, std::string subject, std::string old_value, std::string new_value,
           std::string message, v1::EventSeverity severity = v1::EVENT_SEVERITY_UNSPECIFIED) {
    if (!after_.ptp_events) return;
    Add(MakeEvent(code, std::move(subject), std::move(old_value), std::move(new_value),
                  std::move(message)));
    if (severity != v1::EVENT_SEVERITY_UNSPECIFIED) events_.back().set_severity(severity);
  }
  void Add(v1::Event event) { events_.push_back(std::move(event)); }

  const HostState& before_;
  const HostState& after_;
  std::vector<v1::Event> events_;
};

}  // namespace

std::vector<v1::Event> EventsBetween(const HostState& before, const HostState& after) {
  return Differences(before, after).Collect();
}

}  // namespace hostctl::event
