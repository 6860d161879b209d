// hostctl.v1.DiagnosticsService over the captures of this host.
#pragma once

#include "hostctl/v1/diagnostics.grpc.pb.h"
#include "service/capture/capture.h"
#include "service/reconcile/reconciler.h"
#include "service/rpc/capture_stream.h"

namespace hostctl::rpc {

// What a request asks for, but for the interface: limits checked, defaults put in.
// INVALID_ARGUMENT names the field.
absl::StatusOr<capture::CaptureSettings> CaptureSettingsOf(const v1::CaptureRequest& request);

class DiagnosticsService final : public v1::DiagnosticsService::CallbackService {
 public:
  // `reconciler` must outlive the service; without `open` nothing can be captured.
  DiagnosticsService(reconcile::Reconciler& reconciler, const capture::PointOpener& open);

  grpc::ServerWriteReactor<v1::CaptureResponse>* Capture(
      grpc::CallbackServerContext* context, const v1::CaptureRequest* request) override;

  // Ends every capture, and each that comes later; before the server shuts down.
  void EndCaptures() { streams_.EndAll(); }

 private:
  reconcile::Reconciler& reconciler_;
  const bool possible_;
  CaptureStreams streams_;
};

}  // namespace hostctl::rpc
