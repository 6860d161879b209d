// The configuration that hostd gives chronyd, chrony.conf(5) of chrony 4. Pure.
#pragma once

#include <string>
#include <vector>

#include "service/store/ntp_settings.h"

namespace hostctl::ntp {

// Where chronyd keeps its files, and how it is asked.
struct Places {
  std::string config_file;  // what hostd generates
  // Command socket of chronyd, which makes its folder; empty: chronyd listens on
  // loopback, UDP port 323.
  std::string command_socket;
  // Learned frequency and keys of NTS; chronyd makes it. Empty, as pid_file: where the
  // distribution's chronyd keeps them.
  std::string state_folder;
  std::string pid_file;
};

// hostd runs chronyd itself: everything lies in hostd's own folders.
Places OwnPlaces(const std::string& run_dir, const std::string& state_dir);
// systemd runs the distribution's unit: its user, its sandbox and its AppArmor profile
// admit the distribution's own folders only.
Places UnitPlaces(const std::string& run_dir);

// Whether chronyd may step the clock when it starts: once, at its first lock, by more
// than a second. Never when it takes the clock over from somebody who kept it; then it
// begins at the frequency that the clock has, and not at that of its drift file.
enum class StartStep { kAllowed, kNever };

// A line each, in the order of the file. `settings` are right by store::Check(), their
// directives by WhyRefused().
std::vector<std::string> ChronyConf(const store::NtpSettings& settings, const Places& places,
                                    StartStep step);

// The line of ChronyConf() at which the user's directives begin, from 0; after it come
// only they.
size_t FirstDirectiveLine(const std::vector<std::string>& lines,
                          const store::NtpSettings& settings);

// `lines` as a file.
std::string FileText(const std::vector<std::string>& lines);

}  // namespace hostctl::ntp
