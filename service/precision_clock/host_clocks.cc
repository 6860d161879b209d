#include "service/precision_clock/host_clocks.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/precision_clock/judge.h"

namespace hostctl::precision_clock {
namespace {

constexpr char kKvm[] = "/dev/kvm";
constexpr char kClockSource[] = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
// The kernel numbers them from 0 and fills gaps.
constexpr int kMostPtpDevices = 64;

v1::PrecisionClock Clock(const std::string& name, const std::string& description,
                         const std::string& trouble) {
  v1::PrecisionClock clock;
  clock.set_name(name);
  clock.set_description(description);
  clock.set_trouble(trouble);
  clock.set_available(trouble.empty());
  return clock;
}

// Why KVM cannot be used; empty when it can. A device is no regular file, and Read() says so.
std::string KvmTrouble(store::FileSystem& files) {
  const absl::Status status = files.Read(kKvm).status();
  if (!absl::IsNotFound(status)) return "";
  return "there is no /dev/kvm: the processor's virtualization is off, or the kernel module kvm "
         "is not loaded";
}

bool IsArm(const std::string& clock_source) {
  return clock_source == "arch_sys_counter";
}

std::string KvmClockTrouble(const std::string& kvm_trouble, const std::string& clock_source) {
  if (!kvm_trouble.empty()) return kvm_trouble;
  return IsArm(clock_source) ? "guests of this kind of processor have none" : "";
}

// KVM can pair the host's time with the guest's counter only where both are the same counter.
std::string PtpKvmTrouble(const std::string& kvm_trouble, const std::string& clock_source) {
  if (!kvm_trouble.empty()) return kvm_trouble;
  if (clock_source.empty()) return absl::StrCat("cannot read ", kClockSource);
  if (clock_source == "tsc" || clock_source == "hyperv_clocksource_tsc_page" ||
      IsArm(clock_source)) {
    return "";
  }
  return absl::StrCat("this host's clock source is ", clock_source,
                      ", and KVM tells guests the time only where it is tsc");
}

void AddServed(const v1::TimeStatus& status, v1::PrecisionClock& clock) {
  if (!clock.available()) return;
  for (const auto protocol :
       {v1::TIME_PROTOCOL_PTP, v1::TIME_PROTOCOL_NTP, v1::TIME_PROTOCOL_ANY}) {
    if (Judge(status, Demand{protocol, {}}).compatible()) clock.add_serves(protocol);
  }
}

}  // namespace

std::vector<v1::PrecisionClock> HostClocks(store::FileSystem& files, const v1::TimeStatus& status) {
  const auto source = files.Read(kClockSource);
  const std::string clock_source =
      source.ok() ? std::string(absl::StripAsciiWhitespace(*source)) : "";
  const std::string kvm_trouble = KvmTrouble(files);
  std::vector<v1::PrecisionClock> clocks;
  clocks.push_back(Clock("kvm-clock",
                         "Counts evenly in KVM guests; does not follow the host's corrections",
                         KvmClockTrouble(kvm_trouble, clock_source)));
  clocks.push_back(Clock("ptp_kvm",
                         "The host's clock as a PTP device in KVM guests that load ptp_kvm",
                         PtpKvmTrouble(kvm_trouble, clock_source)));
  AddServed(status, clocks.back());
  for (int number = 0; number < kMostPtpDevices; ++number) {
    const auto name = files.Read(absl::StrCat("/sys/class/ptp/ptp", number, "/clock_name"));
    if (!name.ok()) continue;
    clocks.push_back(
        Clock(absl::StrCat("/dev/ptp", number),
              absl::StrCat("Hardware clock `", std::string(absl::StripAsciiWhitespace(*name)),
                           "`, for a guest that gets the device itself"),
              ""));
  }
  return clocks;
}

}  // namespace hostctl::precision_clock
