// network diag capture
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>

#include "cli/cancellation.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/format/json_value.h"
#include "cli/format/printf.h"
#include "cli/format/text_layout.h"
#include "cli/interrupt.h"
#include "cli/pcapng.h"
#include "cli/proto_record.h"
#include "cli/time_text.h"
#include "hostctl/v1/diagnostics.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr int64_t kMostFrames = 10000;
constexpr int64_t kMostSeconds = 3600;
constexpr size_t kTimeWidth = 18;
constexpr size_t kPointWidth = 6;
constexpr size_t kDirectionWidth = 9;

// `--point`, as users write it: EnumText in small letters.
std::string PointText(v1::CapturePoint point) {
  switch (point) {
    case v1::CAPTURE_POINT_WIRE:
      return "wire";
    case v1::CAPTURE_POINT_IP:
      return "ip";
    case v1::CAPTURE_POINT_SOCKET:
      return "socket";
    default:
      return EnumText(point);
  }
}

std::string DirectionText(v1::CaptureDirection direction) {
  switch (direction) {
    case v1::CAPTURE_DIRECTION_RECEIVED:
      return "received";
    case v1::CAPTURE_DIRECTION_SENT:
      return "sent";
    default:
      return EnumText(direction);
  }
}

// Takes what a capture brings, as it comes.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void Start(const v1::CaptureStarted& started) = 0;
  virtual void Take(const v1::CapturedFrame& frame) = 0;
  virtual bool good() const = 0;  // whether it could be written
};

// A line per frame, under a heading.
class LineSink final : public Sink {
 public:
  explicit LineSink(std::ostream& out) : out_(out) {}

  void Start(const v1::CaptureStarted& /*started*/) override {
    WriteLine("Time (UTC)", "Point", "Direction", "Summary");
  }
  void Take(const v1::CapturedFrame& frame) override {
    std::string summary = frame.summary();
    if (!frame.malformed().empty()) summary += " [malformed: " + frame.malformed() + "]";
    // The time of day of `2021-06-17T17:09:55.780497000Z`.
    const std::string time = Rfc3339Text(frame.time().seconds(), frame.time().nanos());
    WriteLine(time.size() == 30 ? time.substr(11, kTimeWidth) : time, PointText(frame.point()),
              DirectionText(frame.direction()), summary);
  }
  bool good() const override { return out_.good(); }

 private:
  void WriteLine(const std::string& time, const std::string& point, const std::string& direction,
                 const std::string& summary) {
    out_ << AlignedLeft(time, kTimeWidth) << "  " << AlignedLeft(point, kPointWidth) << "  "
         << AlignedLeft(direction, kDirectionWidth) << "  " << summary << "\n"
         << std::flush;
  }

  std::ostream& out_;
};

// For programs: an object, or a row, per frame.
class RecordSink final : public Sink {
 public:
  RecordSink(Format format, std::ostream& out) : format_(format), out_(out) {}

  void Start(const v1::CaptureStarted& /*started*/) override {}
  void Take(const v1::CapturedFrame& frame) override {
    const Record record = RecordOf(frame);
    if (format_ == Format::kJson) {
      out_ << DumpJson(ToJson(record), -1) << "\n" << std::flush;
      return;
    }
    std::string text = Render(format_, Records{false, {record}, {}});
    if (!first_) text.erase(0, text.find('\n') + 1);  // the header
    first_ = false;
    out_ << text << std::flush;
  }
  bool good() const override { return out_.good(); }

 private:
  const Format format_;
  std::ostream& out_;
  bool first_ = true;
};

class PcapngSink final : public Sink {
 public:
  explicit PcapngSink(std::ostream& out) : out_(out), writer_(out, "hostctl " HOSTCTL_VERSION) {}

  void Start(const v1::CaptureStarted& started) override {
    for (const int number : started.points()) {
      const auto point = static_cast<v1::CapturePoint>(number);
      interfaces_[point] =
          writer_.AddInterface(started.interface() + " " + PointText(point),
                               point == v1::CAPTURE_POINT_WIRE ? PcapngWriter::Link::kEthernet
                                                               : PcapngWriter::Link::kRawIp);
    }
  }
  void Take(const v1::CapturedFrame& frame) override {
    const auto interface = interfaces_.find(frame.point());
    if (interface == interfaces_.end()) return;  // of a point that was not announced
    PcapngWriter::Packet packet;
    packet.interface = interface->second;
    packet.time_ns = static_cast<uint64_t>(frame.time().seconds()) * 1'000'000'000 +
                     static_cast<uint64_t>(frame.time().nanos());
    packet.data = frame.data();
    packet.original_length = frame.original_length();
    packet.way = frame.direction() == v1::CAPTURE_DIRECTION_SENT ? PcapngWriter::Way::kSent
                                                                 : PcapngWriter::Way::kReceived;
    packet.comment = frame.summary();
    if (!frame.malformed().empty()) packet.comment += " [malformed: " + frame.malformed() + "]";
    writer_.Write(packet);
  }
  bool good() const override { return out_.good(); }

 private:
  std::ostream& out_;
  PcapngWriter writer_;
  std::map<v1::CapturePoint, uint32_t> interfaces_;
};

v1::CaptureRequest RequestOf(const Arguments& arguments) {
  v1::CaptureRequest request;
  request.set_interface(arguments.String("interface"));
  for (const std::string& point : arguments.List("point")) {
    request.add_points(point == "ip"       ? v1::CAPTURE_POINT_IP
                       : point == "socket" ? v1::CAPTURE_POINT_SOCKET
                                           : v1::CAPTURE_POINT_WIRE);
  }
  request.set_ptp_only(arguments.Has("ptp"));
  if (arguments.Has("count"))
    request.set_max_frames(static_cast<uint32_t>(arguments.Integer("count")));
  request.mutable_max_duration()->set_seconds(arguments.Integer("duration"));
  if (arguments.Has("snap-length")) {
    request.set_snap_length(static_cast<uint32_t>(arguments.Integer("snap-length")));
  }
  return request;
}

// How it ended, for those who read it.
Note Closing(const Arguments& arguments, uint64_t frames, const v1::CaptureEnded* ended) {
  std::string why = "interrupted";
  if (ended != nullptr) {
    why = ended->limit() == "max_frames" ? "as many as asked for"
          : ended->limit() == "max_duration"
              ? Printf("%lld s are over", static_cast<long long>(arguments.Integer("duration")))
              : ended->limit();
  }
  std::string text = Printf(
      "%llu frame%s%s: %s", static_cast<unsigned long long>(frames), frames == 1 ? "" : "s",
      arguments.Has("output-file") ? (" written to " + arguments.String("output-file")).c_str()
                                   : "",
      why.c_str());
  if (ended == nullptr || ended->dropped() == 0) return {text, ""};
  text += Printf(", %llu lost on the way", static_cast<unsigned long long>(ended->dropped()));
  return {text, "capture less: --ptp, --snap-length 128, a single --point"};
}

Outcome Run(const Arguments& arguments, Session& session, Sink& sink) {
  Cancellation cancellation;
  // Before the first call, which makes threads.
  const Interrupt interrupt([&] { cancellation.Cancel(); });
  uint64_t frames = 0;
  std::optional<v1::CaptureEnded> ended;
  const WatchResult result =
      session.connection
          .Watch<v1::DiagnosticsService::Stub, v1::CaptureRequest, v1::CaptureResponse>(
              &v1::DiagnosticsService::Stub::Capture, RequestOf(arguments), std::nullopt,
              &cancellation, [&](const v1::CaptureResponse& response) {
                if (response.has_started()) sink.Start(response.started());
                if (response.has_frame()) {
                  sink.Take(response.frame());
                  ++frames;
                }
                if (response.has_ended()) ended = response.ended();
                return !ended && sink.good();
              });
  if (!sink.good()) {
    return Failure{kExitFailed,
                   "The capture could not be written: " + std::string(std::strerror(errno)),
                   {},
                   {}};
  }
  if (result.end == WatchResult::End::kFailed && !ended) return result.failure;
  Output output;
  output.notes.push_back(Closing(arguments, frames, ended ? &*ended : nullptr));
  return output;
}

Outcome Capture(const Arguments& arguments, Session& session) {
  if (arguments.Has("output-file")) {
    const std::string path = arguments.String("output-file");
    if (path == "-") {
      if (isatty(STDOUT_FILENO) != 0) {
        return Failure{kExitUsage,
                       "A terminal cannot show pcapng",
                       {},
                       {"hostctl network diag capture -o - | wireshark -k -i -"}};
      }
      PcapngSink sink(session.streams.out);
      return Run(arguments, session, sink);
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!file) {
      return Failure{kExitFailed, "Cannot write " + path + ": " + std::strerror(errno), {}, {}};
    }
    PcapngSink sink(file);
    return Run(arguments, session, sink);
  }
  if (!IsMachineFormat(session.format)) {
    LineSink sink(session.streams.out);
    return Run(arguments, session, sink);
  }
  if (session.format != Format::kJson && session.format != Format::kCsv) {
    return Failure{
        kExitUsage,
        "Frames that come one by one can be shown as json or csv, or as lines for people",
        {},
        {"hostctl --formatter=json network diag capture"}};
  }
  RecordSink sink(session.format, session.streams.out);
  return Run(arguments, session, sink);
}

}  // namespace

std::vector<Command> NetworkDiagCommands() {
  Command capture;
  capture.path = {"network", "diag"};
  capture.name = "capture";
  capture.description =
      "Capture frames of an interface where they pass: at the device, inside the firewall, at a "
      "socket.";
  capture.rpc = "hostctl.v1.DiagnosticsService.Capture";
  capture.options = {
      Option{'i', "interface", ValueType::kString,
             "VMkernel interface or network device. Default: that of PTP."}
          .Metavar("vmk")
          .Live(LiveValues::kInterfaces),
      Option{'p', "point", ValueType::kList,
             "Where: wire (before the firewall on the way in, after it on the way out), ip (behind "
             "it), socket (what a PTP program gets; with --ptp). Repeat it for several. Default: "
             "wire."}
          .Choices({"wire", "ip", "socket"}),
      {'\0', "ptp", ValueType::kFlag, "Only PTP: UDP ports 319 and 320, ethertype 0x88F7."},
      Option{'c', "count", ValueType::kInteger, "End after so many frames. Default: 10000."}.Range(
          1, kMostFrames),
      Option{'d', "duration", ValueType::kInteger, "End after so many seconds."}
          .Range(1, kMostSeconds)
          .Default("60"),
      Option{'\0', "snap-length", ValueType::kInteger, "Keep so many octets of each frame."}.Range(
          64, 65535),
      Option{'o', "output-file", ValueType::kString,
             "Write a pcapng for Wireshark to this file; - is standard output."}
          .Metavar("file"),
  };
  capture.examples = {
      {"hostctl network diag capture -i vmk0 --ptp", "Which PTP messages come and go?"},
      {"hostctl network diag capture -i vmk0 --ptp -p wire -p ip -p socket",
       "Does the firewall let them through?"},
      {"hostctl network diag capture -i vmk0 --ptp -c 100 -o ptp.pcapng", "A file for Wireshark"},
  };
  capture.one_host = true;
  capture.run = Capture;
  return {capture};
}

}  // namespace hostctl::cli
