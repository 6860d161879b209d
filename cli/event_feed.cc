#include "cli/event_feed.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cli/cancellation.h"
#include "hostctl/v1/event.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr std::chrono::milliseconds kPauseBeforeTryingAgain{500};

// Waits, but not longer than until it is cancelled.
void Pause(Cancellation* cancellation) {
  std::mutex mutex;
  std::condition_variable woken;
  bool cancelled = false;
  const Cancellation::Scope scope(cancellation, [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    cancelled = true;
    woken.notify_all();
  });
  std::unique_lock<std::mutex> lock(mutex);
  woken.wait_for(lock, kPauseBeforeTryingAgain, [&] { return cancelled; });
}

class Following {
 public:
  Following(Session& session, v1::WatchEventsRequest request,
            const std::function<bool(const v1::Event&)>& on_event)
      : session_(session), request_(std::move(request)), on_event_(on_event) {}

  std::optional<Failure> Run() {
    while (true) {
      const WatchResult result =
          session_.connection
              .Watch<v1::EventService::Stub, v1::WatchEventsRequest, v1::WatchEventsResponse>(
                  &v1::EventService::Stub::WatchEvents, request_, std::nullopt, session_.interrupt,
                  [this](const v1::WatchEventsResponse& response) { return Take(response); });
      if (result.end != WatchResult::End::kFailed) return std::nullopt;
      // Of what else went wrong another attempt would end no better.
      if (result.failure.exit_code != kExitNotReachable) return result.failure;
      if (!waiting_) session_.progress(result.failure.message + "; waiting for it");
      waiting_ = true;
      Pause(session_.interrupt);
      if (session_.interrupt != nullptr && session_.interrupt->cancelled()) return std::nullopt;
    }
  }

 private:
  bool Take(const v1::WatchEventsResponse& response) {
    if (waiting_) session_.progress("hostd at " + session_.connection.where() + " answers again");
    waiting_ = false;
    request_.set_resume_token(response.resume_token());
    if (response.missed()) session_.progress("Events in between are forgotten or lost");
    return !response.has_event() || on_event_(response.event());
  }

  Session& session_;
  v1::WatchEventsRequest request_;
  const std::function<bool(const v1::Event&)>& on_event_;
  bool waiting_ = false;
};

}  // namespace

std::optional<Failure> FollowEvents(Session& session, v1::WatchEventsRequest request,
                                    const std::function<bool(const v1::Event&)>& on_event) {
  return Following(session, std::move(request), on_event).Run();
}

}  // namespace hostctl::cli
