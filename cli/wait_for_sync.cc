#include "cli/wait_for_sync.h"

#include <string>

#include "cli/connection.h"
#include "cli/enum_text.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr std::chrono::seconds kRepeatAfter{10};

bool IsSynchronized(const v1::WatchPtpStatsResponse& response) {
  return response.has_stats() && response.stats().port_state() == v1::PORT_STATE_SLAVE &&
         response.stats().clock_state() == v1::CLOCK_STATE_LOCKED;
}

// `LISTENING (no Announce heard yet)`, `SLAVE, clock ACQUIRING`.
std::string StateText(const v1::WatchPtpStatsResponse& response) {
  if (!response.has_stats()) {
    return response.has_unavailable()
               ? response.unavailable().code() + " (" + response.unavailable().message() + ")"
               : "no report";
  }
  const v1::PtpStats& stats = response.stats();
  std::string text = EnumText(stats.port_state());
  if (stats.port_state() == v1::PORT_STATE_SLAVE) {
    return text + ", clock " + EnumText(stats.clock_state());
  }
  if (!stats.state_reason().empty()) text += " (" + stats.state_reason() + ")";
  return text;
}

class Waiting {
 public:
  Waiting(Session& session, std::chrono::seconds limit)
      : session_(session), limit_(limit), started_(std::chrono::steady_clock::now()) {}

  std::optional<Failure> Run() {
    v1::WatchPtpStatsRequest request;
    const WatchResult result =
        session_.connection
            .Watch<v1::PtpService::Stub, v1::WatchPtpStatsRequest, v1::WatchPtpStatsResponse>(
                &v1::PtpService::Stub::WatchPtpStats, request,
                std::chrono::system_clock::now() + limit_, session_.interrupt,
                [this](const v1::WatchPtpStatsResponse& response) { return Take(response); });
    switch (result.end) {
      case WatchResult::End::kEnough:
        return std::nullopt;
      case WatchResult::End::kTimeUp:
        return Failure{kExitNotSynchronized,
                       "Not synchronized within " + std::to_string(limit_.count()) +
                           " s: " + state_ + "; the setting stays in place",
                       {},
                       {"hostctl system ptp get"}};
      case WatchResult::End::kCancelled:
        return Failure{
            kExitNotSynchronized,
            "Stopped waiting: " + state_ + "; the setting stays in place, and hostd goes on",
            {},
            {"hostctl system ptp get"}};
      case WatchResult::End::kFailed:
        break;
    }
    return result.failure;
  }

 private:
  // Whether to go on waiting.
  bool Take(const v1::WatchPtpStatsResponse& response) {
    if (IsSynchronized(response)) {
      if (told_) session_.progress("Synchronized after " + Seconds() + " s");
      return false;
    }
    const std::string state = StateText(response);
    const auto now = std::chrono::steady_clock::now();
    if (state != state_ || now - last_told_ >= kRepeatAfter) {
      session_.progress("Waiting: " + state + ", " + Seconds() + " s of " +
                        std::to_string(limit_.count()) + " s");
      told_ = true;
      last_told_ = now;
    }
    state_ = state;
    return true;
  }

  std::string Seconds() const {
    const auto waited = std::chrono::steady_clock::now() - started_;
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(waited).count());
  }

  Session& session_;
  const std::chrono::seconds limit_;
  const std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_told_;
  bool told_ = false;
  std::string state_ = "nothing was heard from the engine";
};

}  // namespace

std::optional<Failure> WaitForSync(Session& session, std::chrono::seconds limit) {
  return Waiting(session, limit).Run();
}

}  // namespace hostctl::cli
