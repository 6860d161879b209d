// The status report: everything the engine knows, as a PtpStats message.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/engine/ptp_engine.h"

namespace ptpcore::engine {

hostctl::v1::PtpStats MakeReport(PtpEngine& engine);

// For every message that the engine writes.
hostctl::v1::ClockState ToProto(ClockState state);

// `ns` since 1970, also before it.
void SetTime(int64_t ns, google::protobuf::Timestamp* out);

}  // namespace ptpcore::engine
