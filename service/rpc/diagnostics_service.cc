#include "service/rpc/diagnostics_service.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "service/host/resolve.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

constexpr uint32_t kMostFrames = 10000;
constexpr uint32_t kLeastSnapLength = 64;
constexpr uint32_t kMostSnapLength = 65535;
constexpr std::chrono::milliseconds kUsualDuration = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kLongestDuration = std::chrono::hours(1);

absl::Status OutOfRange(const std::string& field, const std::string& message) {
  return reconcile::Failure(absl::StatusCode::kInvalidArgument, message,
                            {"CAPTURE_LIMIT_OUT_OF_RANGE", field, ""});
}

absl::Status Invalid(const std::string& message, const std::string& remedy) {
  return reconcile::Failure(absl::StatusCode::kInvalidArgument, message,
                            {"CAPTURE_POINT_INVALID", "points", remedy});
}

// Each point once, in the order of the request.
absl::StatusOr<std::vector<v1::CapturePoint>> PointsOf(const v1::CaptureRequest& request) {
  std::vector<v1::CapturePoint> points;
  for (const int number : request.points()) {
    const auto point = static_cast<v1::CapturePoint>(number);
    if (!v1::CapturePoint_IsValid(number) || point == v1::CAPTURE_POINT_UNSPECIFIED) {
      return Invalid(absl::StrCat("there is no capture point ", number), "");
    }
    if (point == v1::CAPTURE_POINT_SOCKET && !request.ptp_only()) {
      return Invalid("the point `socket` sees PTP only", "add --ptp");
    }
    if (std::find(points.begin(), points.end(), point) == points.end()) points.push_back(point);
  }
  if (points.empty()) points.push_back(v1::CAPTURE_POINT_WIRE);
  return points;
}

absl::StatusOr<std::chrono::milliseconds> DurationOf(const v1::CaptureRequest& request) {
  if (!request.has_max_duration()) return kUsualDuration;
  const std::chrono::seconds seconds(
      std::clamp<int64_t>(request.max_duration().seconds(), -1, kLongestDuration.count()));
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      seconds + std::chrono::nanoseconds(request.max_duration().nanos()));
  if (duration.count() > 0 && duration <= kLongestDuration) return duration;
  return OutOfRange("max_duration", absl::StrCat("a capture lasts up to 1 h, not ",
                                                 request.max_duration().seconds(), " s"));
}

}  // namespace

absl::StatusOr<capture::CaptureSettings> CaptureSettingsOf(const v1::CaptureRequest& request) {
  capture::CaptureSettings settings;
  auto points = PointsOf(request);
  if (!points.ok()) return points.status();
  settings.points = *std::move(points);
  settings.filter = request.ptp_only() ? capture::FrameFilter::kPtp : capture::FrameFilter::kAll;
  if (request.max_frames() > kMostFrames) {
    return OutOfRange("max_frames", absl::StrCat("a capture has up to ", kMostFrames,
                                                 " frames, not ", request.max_frames()));
  }
  settings.max_frames = request.max_frames() == 0 ? kMostFrames : request.max_frames();
  const auto duration = DurationOf(request);
  if (!duration.ok()) return duration.status();
  settings.max_duration = *duration;
  settings.snap_length = request.snap_length() == 0 ? kMostSnapLength : request.snap_length();
  if (settings.snap_length < kLeastSnapLength || settings.snap_length > kMostSnapLength) {
    return OutOfRange("snap_length",
                      absl::StrCat("of each frame ", kLeastSnapLength, " to ", kMostSnapLength,
                                   " octets are kept, not ", request.snap_length()));
  }
  return settings;
}

DiagnosticsService::DiagnosticsService(reconcile::Reconciler& reconciler,
                                       const capture::PointOpener& open)
    : reconciler_(reconciler), possible_(open != nullptr), streams_(open) {}

grpc::ServerWriteReactor<v1::CaptureResponse>* DiagnosticsService::Capture(
    grpc::CallbackServerContext* /*context*/, const v1::CaptureRequest* request) {
  auto settings = CaptureSettingsOf(*request);
  if (!settings.ok()) return CaptureStreams::Refuse(settings.status());
  const auto device = reconciler_.FindDevice(request->interface());
  if (!device.ok()) return CaptureStreams::Refuse(device.status());
  if (!possible_) {
    return CaptureStreams::Refuse(reconcile::Failure(
        absl::StatusCode::kFailedPrecondition, "a sandbox has no frames to capture",
        {"CAPTURE_UNAVAILABLE", "", "run hostd without --sandbox"}));
  }
  settings->device = device->name;
  const std::string vmkernel_name = host::VmkernelNameOf(*device);
  settings->interface = vmkernel_name.empty() ? device->name : vmkernel_name;
  return streams_.Start(*settings);
}

}  // namespace hostctl::rpc
