#include "service/capture/ip_tap.h"

#include <net/if.h>

#include <cerrno>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/capture/nft_commands.h"
#include "service/capture/packet_log.h"
#include "service/capture/ptp_frame.h"
#include "service/capture/socket_parts.h"

namespace hostctl::capture {
namespace {

// `hostctl_capture_28672`: with the group of the log, which nobody else has.
constexpr char kTablePrefix[] = "hostctl_capture_";
constexpr uint16_t kFirstGroup = 0x7000;
// One short of the least and the greatest there are, which conntrack has.
constexpr char kFirst[] = "-2147483647";
constexpr char kLast[] = "2147483646";

std::string TableText(const std::string& table, unsigned index, FrameFilter filter,
                      uint16_t group) {
  const std::string ports = absl::StrCat("udp dport { ", kEventPort, ", ", kGeneralPort, " }");
  std::string rules;
  const auto chain = [&](const char* hook, const char* priority, const char* device) {
    const std::string log = absl::StrCat(" log group ", group, " queue-threshold 1\n");
    const std::string on_device = absl::StrCat(device, " ", index, " ");
    absl::StrAppend(&rules, " chain ", hook, " {\n  type filter hook ", hook, " priority ",
                    priority, "; policy accept;\n  ");
    absl::StrAppend(&rules, on_device, filter == FrameFilter::kAll ? "" : ports, log);
    if (filter == FrameFilter::kPtpAndMembership) {
      absl::StrAppend(&rules, "  ", on_device, "meta l4proto { igmp, ipv6-icmp }", log);
    }
    absl::StrAppend(&rules, " }\n");
  };
  chain("input", kLast, "iif");
  chain("output", kFirst, "oif");
  return absl::StrCat("table inet ", table, " {\n", rules, "}\n");
}

class IpTap final : public FrameSource {
 public:
  IpTap(PacketLog log, NftCommands commands, std::string table, FrameFilter filter)
      : log_(std::move(log)),
        commands_(std::move(commands)),
        table_(std::move(table)),
        filter_(filter) {}
  ~IpTap() override {
    // Of someone who flushed all tables ours has gone too.
    commands_.Run(absl::StrCat("delete table inet ", table_)).IgnoreError();
  }

  int fd() const override { return log_.fd(); }
  std::optional<Frame> Next() override {
    while (std::optional<Frame> frame = log_.Next()) {
      if (IsWanted(*frame, filter_)) return frame;
    }
    return std::nullopt;
  }
  uint64_t dropped() override { return log_.dropped(); }

 private:
  PacketLog log_;
  NftCommands commands_;
  std::string table_;
  FrameFilter filter_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FrameSource>> OpenIpTap(const std::string& device,
                                                       FrameFilter filter) {
  const unsigned index = if_nametoindex(device.c_str());
  if (index == 0) return CannotCapture(device, "looking for the device", errno);
  auto log = PacketLog::Open(kFirstGroup);
  if (!log.ok()) return log.status();
  auto commands = NftCommands::Open();
  if (!commands.ok()) return commands.status();
  const std::string table = absl::StrCat(kTablePrefix, log->group());
  // Emptied first, should a dead tap have left one of that name.
  const std::string text = absl::StrCat("table inet ", table, "\ndelete table inet ", table, "\n",
                                        TableText(table, index, filter, log->group()));
  const auto done = commands->Run(text);
  if (!done.ok()) return done.status();
  return std::make_unique<IpTap>(*std::move(log), *std::move(commands), table, filter);
}

absl::Status RemoveLeftoverIpTaps() {
  auto probe = PacketLog::Open(kFirstGroup);  // whether there is nftables to be asked
  if (!probe.ok()) return probe.status();
  auto commands = NftCommands::Open();
  if (!commands.ok()) return commands.status();
  const auto listing = commands->Run("list tables inet");
  if (!listing.ok()) return listing.status();
  std::istringstream lines(*listing);
  std::string word;
  std::string text;
  while (lines >> word) {
    if (absl::StartsWith(word, kTablePrefix))
      absl::StrAppend(&text, "delete table inet ", word, "\n");
  }
  return text.empty() ? absl::OkStatus() : commands->Run(text).status();
}

}  // namespace hostctl::capture
