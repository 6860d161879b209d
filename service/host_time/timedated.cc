#include "service/host_time/timedated.h"

#include <systemd/sd-bus.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"

namespace hostctl::host_time {

absl::Status AskTimedated(const std::string& name) {
  sd_bus* raw = nullptr;
  int result = sd_bus_open_system(&raw);
  const std::unique_ptr<sd_bus, decltype(&sd_bus_flush_close_unref)> bus(raw,
                                                                         sd_bus_flush_close_unref);
  if (result < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot connect to D-Bus: ", std::strerror(-result)));
  }
  sd_bus_error error = SD_BUS_ERROR_NULL;
  // The last argument: nobody is there to be asked for a password.
  result = sd_bus_call_method(bus.get(), "org.freedesktop.timedate1", "/org/freedesktop/timedate1",
                              "org.freedesktop.timedate1", "SetTimezone", &error, nullptr, "sb",
                              name.c_str(), 0);
  const std::string why = error.message != nullptr ? error.message : std::strerror(-result);
  sd_bus_error_free(&error);
  if (result >= 0) return absl::OkStatus();
  const std::string words = absl::StrCat("systemd-timedated: ", why);
  // Where nobody can be asked, polkit's refusal is EACCES: "Interactive authentication required".
  const bool denied = result == -EACCES || result == -EPERM;
  return denied ? absl::PermissionDeniedError(words) : absl::UnavailableError(words);
}

}  // namespace hostctl::host_time
