// hostctl.v1.TimeService over the monitor and the host's clocks.
#pragma once

#include "hostctl/v1/time.grpc.pb.h"
#include "service/event/event_sink.h"
#include "service/host_time/host_clocks.h"
#include "service/host_time/monitor.h"
#include "service/rpc/polled_streams.h"

namespace hostctl::rpc {

class TimeService final : public v1::TimeService::CallbackService {
 public:
  // Both must outlive the service. What is set goes into `sink`.
  TimeService(host_time::Monitor& monitor, host_time::HostClocks& clocks, event::Sink sink);

  grpc::ServerUnaryReactor* GetTimeStatus(grpc::CallbackServerContext* context,
                                          const v1::GetTimeStatusRequest* request,
                                          v1::TimeStatus* response) override;
  grpc::ServerWriteReactor<v1::TimeStatus>* WatchTimeStatus(
      grpc::CallbackServerContext* context, const v1::WatchTimeStatusRequest* request) override;

  grpc::ServerUnaryReactor* GetTime(grpc::CallbackServerContext* context,
                                    const v1::GetTimeRequest* request,
                                    v1::SystemTime* response) override;
  grpc::ServerUnaryReactor* SetTime(grpc::CallbackServerContext* context,
                                    const v1::SetTimeRequest* request,
                                    v1::SetTimeResponse* response) override;
  grpc::ServerUnaryReactor* GetHardwareClock(grpc::CallbackServerContext* context,
                                             const v1::GetHardwareClockRequest* request,
                                             v1::HardwareClock* response) override;
  grpc::ServerUnaryReactor* SetHardwareClock(grpc::CallbackServerContext* context,
                                             const v1::SetHardwareClockRequest* request,
                                             v1::SetHardwareClockResponse* response) override;
  grpc::ServerUnaryReactor* ListTimeZones(grpc::CallbackServerContext* context,
                                          const v1::ListTimeZonesRequest* request,
                                          v1::ListTimeZonesResponse* response) override;
  grpc::ServerUnaryReactor* SetTimeZone(grpc::CallbackServerContext* context,
                                        const v1::SetTimeZoneRequest* request,
                                        v1::SetTimeZoneResponse* response) override;

  // Ends every watch, and each that comes later; before the server shuts down.
  void EndWatches() { watches_.EndAll(); }

 private:
  // Tells what was set, and who did it, in events as well.
  template <typename Response>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   const host_time::HostClocks::Changes& changes,
                                   bool validate_only, Response* response);

  host_time::Monitor& monitor_;
  host_time::HostClocks& clocks_;
  const event::Sink sink_;
  PolledStreams<v1::TimeStatus> watches_;
};

}  // namespace hostctl::rpc
