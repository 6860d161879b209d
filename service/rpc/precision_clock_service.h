// hostctl.v1.PrecisionClockService over what is observed of the host's time.
#pragma once

#include <functional>

#include "hostctl/v1/precision_clock.grpc.pb.h"
#include "hostctl/v1/time.pb.h"
#include "service/rpc/polled_streams.h"
#include "service/store/file_system.h"

namespace hostctl::rpc {

class PrecisionClockService final : public v1::PrecisionClockService::CallbackService {
 public:
  // `status` gives the host's time now, of any thread; empty: nothing is known of it. `files`
  // are the kernel's and must outlive the service.
  PrecisionClockService(std::function<v1::TimeStatus()> status, store::FileSystem& files);

  grpc::ServerUnaryReactor* CheckPrecisionClock(grpc::CallbackServerContext* context,
                                                const v1::CheckPrecisionClockRequest* request,
                                                v1::PrecisionClockAnswer* response) override;
  grpc::ServerWriteReactor<v1::PrecisionClockAnswer>* WatchPrecisionClock(
      grpc::CallbackServerContext* context, const v1::CheckPrecisionClockRequest* request) override;
  grpc::ServerUnaryReactor* ListPrecisionClocks(grpc::CallbackServerContext* context,
                                                const v1::ListPrecisionClocksRequest* request,
                                                v1::ListPrecisionClocksResponse* response) override;

  // Ends every watch, and each that starts later.
  void EndWatches() { watches_.EndAll(); }

 private:
  const std::function<v1::TimeStatus()> status_;
  store::FileSystem& files_;
  PolledStreams<v1::PrecisionClockAnswer> watches_;
};

}  // namespace hostctl::rpc
