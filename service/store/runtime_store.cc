#include "service/store/runtime_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "service/store/members.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

constexpr char kStarted[] = "started";
constexpr char kStopped[] = "stopped";
constexpr uint64_t kLatestMs = 9'000'000'000'000;  // year 2255: a time in nanoseconds, too

absl::Status Wrong(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("the runtime state: ", what));
}

}  // namespace

absl::StatusOr<RuntimeState> RuntimeStateFromText(const std::string& text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Wrong("is cut off or is no JSON object");
  const auto boot_id = document.find("boot_id");
  const auto services = document.find("services_by_hand");
  if (boot_id == document.end() || !boot_id->is_string()) return Wrong("`boot_id` is no string");
  if (services == document.end() || !services->is_object()) {
    return Wrong("`services_by_hand` is no object");
  }
  RuntimeState state;
  state.boot_id = boot_id->get<std::string>();
  const ServicePolicies known = DefaultServicePolicies();
  for (const auto& item : services->items()) {
    const bool started = item.value() == kStarted;
    if (known.count(item.key()) == 0 || (!started && item.value() != kStopped)) {
      return Wrong("`services_by_hand` holds more than services that were started or stopped");
    }
    state.services_by_hand[item.key()] = started ? ByHand::kStarted : ByHand::kStopped;
  }
  const auto fallback = document.find("fallback");
  if (fallback == document.end()) return state;
  const auto since =
      fallback->is_object() ? ReadUnsigned(fallback->value("since_ms", json())) : std::nullopt;
  if (!since.has_value() || *since > kLatestMs || !fallback->value("why", json()).is_string()) {
    return Wrong("`fallback` has no `since_ms` and `why`");
  }
  state.fallback =
      RememberedFallback{static_cast<int64_t>(*since), fallback->at("why").get<std::string>()};
  return state;
}

std::string ToText(const RuntimeState& state) {
  json services = json::object();
  for (const auto& [key, by_hand] : state.services_by_hand) {
    services[key] = by_hand == ByHand::kStarted ? kStarted : kStopped;
  }
  json document = {{"boot_id", state.boot_id}, {"services_by_hand", std::move(services)}};
  if (state.fallback.has_value()) {
    document["fallback"] = {{"since_ms", state.fallback->since_ms}, {"why", state.fallback->why}};
  }
  return document.dump(2, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

RuntimeStore::RuntimeStore(std::string path, std::string boot_id, FileSystem& files)
    : path_(std::move(path)), state_{std::move(boot_id), {}, {}}, files_(files) {}

absl::StatusOr<ServicesByHand> RuntimeStore::Load() {
  state_ = {state_.boot_id, {}, {}};
  const absl::StatusOr<std::string> text = files_.Read(path_);
  if (absl::IsNotFound(text.status())) return ServicesByHand();
  if (!text.ok()) return text.status();
  absl::StatusOr<RuntimeState> state = RuntimeStateFromText(*text);
  if (!state.ok()) return state.status();
  if (state->boot_id != state_.boot_id) return ServicesByHand();
  state_ = *std::move(state);
  return state_.services_by_hand;
}

absl::Status RuntimeStore::Save(const ServicesByHand& by_hand) {
  return Write({state_.boot_id, by_hand, state_.fallback});
}

absl::Status RuntimeStore::SaveFallback(const std::optional<RememberedFallback>& fallback) {
  return Write({state_.boot_id, state_.services_by_hand, fallback});
}

absl::Status RuntimeStore::Write(RuntimeState state) {
  const std::string aside = absl::StrCat(path_, ".new");
  absl::Status done = files_.WriteAndSync(aside, ToText(state));
  if (done.ok()) done = files_.Rename(aside, path_);
  if (done.ok()) {
    state_ = std::move(state);
  } else {
    static_cast<void>(files_.Remove(aside));
  }
  return done;
}

}  // namespace hostctl::store
