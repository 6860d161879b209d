#include "service/rpc/ntp_convert.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"
#include "service/rpc/convert.h"
#include "service/rpc/convert_service.h"

namespace hostctl::rpc {
namespace {

absl::StatusOr<store::NtpServer> ServerOf(const v1::NtpServer& server) {
  if (server.port() > UINT16_MAX) {
    return reconcile::Failure(absl::StatusCode::kInvalidArgument,
                              absl::StrCat(server.port(), " is no UDP port"),
                              {"NTP_SERVER_INVALID", "config.servers", ""});
  }
  store::NtpServer out;
  out.address = server.address();
  out.pool = server.pool();
  out.nts = server.nts();
  out.prefer = server.prefer();
  if (server.has_min_poll()) out.min_poll = server.min_poll();
  if (server.has_max_poll()) out.max_poll = server.max_poll();
  out.port = static_cast<uint16_t>(server.port());
  return out;
}

v1::NtpServer ToProto(const store::NtpServer& server) {
  v1::NtpServer out;
  out.set_address(server.address);
  out.set_pool(server.pool);
  out.set_nts(server.nts);
  out.set_prefer(server.prefer);
  if (server.min_poll.has_value()) out.set_min_poll(*server.min_poll);
  if (server.max_poll.has_value()) out.set_max_poll(*server.max_poll);
  out.set_port(server.port);
  return out;
}

}  // namespace

absl::StatusOr<reconcile::NtpUpdate> FromProto(const v1::UpdateNtpRequest& request) {
  const auto fields = FieldsOf(request.update_mask(),
                               {"enabled", "servers", "log_level", "directives", "disable_events"},
                               /*empty_means_all=*/!request.reset_to_defaults());
  if (!fields.ok()) return fields.status();
  const v1::NtpConfig& config = request.config();
  reconcile::NtpUpdate update;
  update.reset_to_defaults = request.reset_to_defaults();
  if (fields->count("enabled") > 0) update.enabled = config.enabled();
  if (fields->count("servers") > 0) {
    update.servers.emplace();
    for (const v1::NtpServer& server : config.servers()) {
      auto one = ServerOf(server);
      if (!one.ok()) return one.status();
      update.servers->push_back(*std::move(one));
    }
  }
  if (fields->count("log_level") > 0) {
    update.log_level =
        config.log_level().empty() ? store::kNtpLogLevels.front() : config.log_level();
  }
  if (fields->count("directives") > 0) {
    update.directives.emplace(config.directives().begin(), config.directives().end());
  }
  if (fields->count("disable_events") > 0) update.disable_events = config.disable_events();
  if (!request.etag().empty()) update.etag = request.etag();
  return update;
}

v1::Ntp ToProto(const reconcile::NtpView& view) {
  v1::Ntp out;
  v1::NtpConfig& config = *out.mutable_config();
  config.set_enabled(view.settings.enabled);
  for (const store::NtpServer& server : view.settings.servers) {
    *config.add_servers() = ToProto(server);
  }
  config.set_log_level(view.settings.log_level);
  for (const std::string& line : view.settings.directives) config.add_directives(line);
  config.set_disable_events(view.settings.disable_events);
  v1::NtpRuntime& runtime = *out.mutable_runtime();
  runtime.set_service_state(ToProto(view.service_state));
  runtime.set_pid(static_cast<uint32_t>(view.pid));
  runtime.set_ruleset_enabled(view.ruleset_enabled);
  runtime.set_in_control(view.in_control);
  for (const reconcile::Condition& condition : view.conditions) {
    *runtime.add_conditions() = ToProto(condition);
  }
  out.set_etag(view.etag);
  return out;
}

}  // namespace hostctl::rpc
