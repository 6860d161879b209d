// See fuzzed_host.h.
#include "fuzzed_host.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "../../service/host_time/known_hosts.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nothing_there.h"
#include "service/store/desired_state.h"

namespace hostctl::fuzz {
namespace {

constexpr char kZones[] = "/usr/share/zoneinfo/";
// A call that takes so long hangs, whatever else the machine does.
constexpr std::chrono::seconds kPatience{60};

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "the made-up host does not start: %s\n", status.ToString().c_str());
  std::abort();
}

host_time::ZonePaths MakeZones(const rpc::TemporaryFolder& folder) {
  std::filesystem::create_directories(folder.File("zoneinfo/Europe"));
  std::filesystem::create_directories(folder.File("etc"));
  for (const char* zone : {"UTC", "Europe/Berlin"}) {
    std::filesystem::copy_file(absl::StrCat(kZones, zone),
                               folder.File(absl::StrCat("zoneinfo/", zone)));
  }
  return {folder.File("zoneinfo"), folder.File("etc/localtime"), folder.File("etc/timezone")};
}

host_time::Sources TimeSources() {
  host_time::Sources sources;
  sources.ptp = [] { return host_time::PtpLocked().ptp; };
  sources.stats = [] { return host_time::PtpLocked().stats; };
  sources.now = [] { return absl::FromUnixSeconds(host_time::kNow); };
  return sources;
}

std::string TextOf(const host::Device& device) {
  return absl::StrCat(device.name, " (", absl::StrJoin(device.alternative_names, " "), ") ",
                      device.kind, " ", device.mac, " of ", device.controller, device.parent,
                      " mtu ", device.mtu, device.up ? " up" : " down");
}

}  // namespace

FuzzedHost::FuzzedHost()
    : events_({"/events", size_t{1} << 14U, 100, [] { return absl::FromUnixSeconds(1); },
               [] { return uint64_t{7}; }},
              log_files_),
      trail_({"/audit/audit.log", size_t{1} << 14U, 1}, log_files_),
      tester_([] { return std::make_unique<NoProbes>(); }),
      ntp_tester_([] { return std::make_unique<NoNtpProbes>(); }),
      zones_(store::PosixFileSystem(), MakeZones(folder_)),
      monitor_(TimeSources(), std::chrono::hours(1)),
      clocks_({system_, rtc_, zones_,
               [this] {
                 return reconciler_->Ptp().settings.enabled ? v1::TIME_PROTOCOL_PTP
                                                            : v1::TIME_PROTOCOL_NONE;
               },
               [](absl::Duration /*span*/) {}}) {
  host_.engine.stats = *host_time::PtpLocked().stats;
  host_.chrony.stats = *host_time::NtpGood().stats;
  host_.now = std::chrono::steady_clock::time_point(std::chrono::hours(1));
  events_.Open();
  trail_.Open();
  reconciler_ = host_.NewReconciler();
  Require(reconciler_->Start());
  monitor_.Start();
  auto server = rpc::Server::Listen(folder_.File("hostd.sock"), Parts(), [](const std::string&) {});
  Require(server.status());
  server_ = *std::move(server);
  Require(server_->Serve());
  stub_ = std::make_unique<grpc::GenericStub>(grpc::CreateChannel(
      absl::StrCat("unix:", folder_.File("hostd.sock")), grpc::InsecureChannelCredentials()));
}

FuzzedHost::~FuzzedHost() {
  stub_.reset();
  server_->Stop();
}

rpc::ServedParts FuzzedHost::Parts() {
  rpc::ServedParts parts{*reconciler_, history_};
  parts.events = &events_;
  // The calls come one after the other, so the events do.
  parts.sink = [this](v1::Event happened) { events_.Add(std::move(happened)); };
  parts.time_status = [this] { return monitor_.Latest().status; };
  parts.files = kernel_files_;
  parts.open_capture_point = [](auto&&...) { return std::make_unique<SilentWire>(); };
  parts.tester = &tester_;
  parts.ntp_tester = &ntp_tester_;
  parts.monitor = &monitor_;
  parts.clocks = &clocks_;
  parts.access.admin_group = "";
  for (auto& [role, limit] : parts.access.limits) limit = {1000, 1e9, 1e9};
  parts.access.trail = &trail_;
  return parts;
}

void FuzzedHost::Reset() {
  Mend();
  host_.files.files.clear();
  host_.interfaces.Set(host::LargerSandbox());
  host_.firewall.FlushFromOutside();
  Require(host_.engine.Stop());
  Require(host_.services.Stop("chronyd"));
  host_.services.chronyd.configuration.reset();
  host_.services.configuration.reset();
  host_.chrony.text.reset();
  host_.chrony.history.clear();
  host_.lines.clear();
  host_.events.clear();
  system_ = {};
  rtc_.written.reset();
  if (zones_.Current() != "UTC") Require(zones_.Set("UTC"));  // which waits for the disk
  Require(reconciler_->Start());
}

Answer FuzzedHost::Call(const google::protobuf::MethodDescriptor& method,
                        const std::string& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::CompletionQueue queue;
  const auto done = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const size_t most = method.server_streaming() ? 1 : 2;
  Answer answer;
  {
    const auto call = stub_->PrepareCall(
        &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    call->StartCall(nullptr);
    done();
    const grpc::Slice slice(request);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    done();
    grpc::ByteBuffer message;
    while (answer.messages.size() < most) {
      call->Read(&message, nullptr);
      if (!done()) break;
      grpc::Slice whole;
      Require(message.DumpToSingleSlice(&whole).ok() ? absl::OkStatus()
                                                     : absl::InternalError("out of memory"));
      answer.messages.emplace_back(whole.begin(), whole.end());
    }
    if (answer.messages.size() == most) context.TryCancel();
    call->Finish(&answer.status, nullptr);
    done();
  }
  queue.Shutdown();
  while (done()) continue;
  return answer;
}

void FuzzedHost::Break(Fault fault) {
  const absl::Status broken = absl::InternalError("made to fail");
  if (fault == Fault::kDisk) host_.files.next_write = broken;
  if (fault == Fault::kFirewall) host_.firewall.FailNextApply(broken);
  if (fault == Fault::kEngineStart) host_.engine.next_start = broken;
  if (fault == Fault::kEngineConfigure) host_.engine.next_configure = broken;
  if (fault == Fault::kService) host_.services.next_start = broken;
  if (fault == Fault::kChrony) host_.chrony.next_write = broken;
}

void FuzzedHost::Mend() {
  host_.files.next_write = host_.engine.next_start = host_.engine.next_configure =
      host_.services.next_start = host_.chrony.next_write = absl::OkStatus();
  host_.firewall.FailNextApply(absl::OkStatus());
}

std::map<std::string, std::string> FuzzedHost::Look() {
  std::map<std::string, std::string> seen = host_.files.files;
  // Policies as the stored document has them.
  store::DesiredState shown;
  shown.firewall = reconciler_->Firewall().policy;
  shown.ptp = reconciler_->Ptp().settings;
  shown.ntp = reconciler_->Ntp().settings;
  seen["model"] = store::ToText(shown);
  shown = {};
  shown.firewall = host_.firewall.policy().value_or(firewall::Policy());
  seen["firewall"] = store::ToText(shown);
  const auto config = host_.engine.config();
  seen["engine"] = absl::StrCat(host_.engine.pid() == 0 ? "stopped " : "runs ",
                                config ? config->ShortDebugString() : "");
  const auto& own = host_.services.chronyd.configuration;
  seen["chronyd"] = absl::StrCat(host_.services.Runs() ? "runs " : "stopped ",
                                 own ? own->file + " " + own->log_level : "");
  // It is written for each start of chronyd anew, and means nothing while that does not run.
  if (host_.services.Runs()) seen["chrony.conf"] = host_.chrony.text.value_or("(none)");
  for (const host::Device& device : host_.interfaces.devices().devices) {
    seen[absl::StrCat("device ", device.index)] = TextOf(device);
  }
  seen["time"] =
      absl::StrCat("set ", system_.sets, " times, zone ", zones_.Current(), ", hardware clock ",
                   rtc_.written ? absl::FormatCivilTime(*rtc_.written) : std::string("as it was"));
  return seen;
}

std::string FuzzedHost::TroubleWithStored() {
  const std::string text = host_.files.files[host_.store.path()];
  const auto stored = store::FromText(text);
  if (!stored.ok()) return stored.status().ToString();
  if (store::ToText(*stored) != text) return "it is written in another way than it is read";
  store::DesiredState shown = *stored;
  shown.firewall = reconciler_->Firewall().policy;
  shown.ptp = reconciler_->Ptp().settings;
  shown.ntp = reconciler_->Ntp().settings;
  for (const auto& service : reconciler_->Services()) {
    shown.services[service.definition.key] = service.policy;
  }
  return shown == *stored ? "" : absl::StrCat("hostd shows ", store::ToText(shown));
}

void FuzzedHost::Restart() {
  Require(reconciler_->Start());
}

}  // namespace hostctl::fuzz
