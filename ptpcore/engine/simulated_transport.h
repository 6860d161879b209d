// A network that exists only in this process, with one simulated grandmaster on
// it, for the sandbox: real message octets and realistic delays, driven by real
// time. The grandmaster's time is CLOCK_REALTIME.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/engine/network.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/sim/link.h"
#include "ptpcore/sim/random.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::engine {

// The grandmaster of such a network.
struct SimulatedMaster {
  uint8_t number = 1;  // the last octet of its identity and address
  uint8_t priority1 = 128;
  int64_t error_ns = 0;  // what its time is wrong by
  // What it announces, table 37; without wire::kPtpTimescale it sends UTC.
  uint16_t flags = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid | wire::kTimeTraceable |
                   wire::kFrequencyTraceable;
  int16_t utc_offset_s = 37;  // what it announces; its TAI is UTC + 37 s, as since 2017
};

class SimulatedTransport : public net::Transport {
 public:
  SimulatedTransport(clock::KernelTime time, uint8_t domain_number, uint64_t seed,
                     SimulatedMaster master = {});

  // While false, nothing arrives anywhere: the sandbox's firewall is closed.
  void SetPacketsPass(bool pass) { packets_pass_ = pass; }
  // Changes what the master announces.
  void SetMasterFlags(uint16_t flags, int16_t utc_offset_s) {
    master_.flags = flags;
    master_.utc_offset_s = utc_offset_s;
  }
  // Makes the master's time wrong by so much.
  void SetMasterError(int64_t ns) { master_.error_ns = ns; }

  void AppendPollFds(std::vector<pollfd>&) const override {}
  int64_t next_wake_ns() const override;
  absl::Status Dispatch(absl::Span<const pollfd> fds, Sink sink) override;
  absl::Status SendEvent(absl::Span<const uint8_t> message, const wire::PortAddress* to) override;
  absl::Status SendGeneral(absl::Span<const uint8_t>, const wire::PortAddress*) override {
    return absl::OkStatus();
  }
  absl::Status RefreshMembership() override { return absl::OkStatus(); }

 private:
  struct Arrival {
    net::Packet::Kind kind;
    std::vector<uint8_t> octets;
    int64_t realtime_ns;  // when the kernel of the simulated host stamps it
  };

  // Plans a packet to arrive `after_ns` from `now_ns` (CLOCK_MONOTONIC).
  void Plan(net::Packet::Kind kind, const wire::Message& message, int64_t now_ns, double after_ns);
  void PlanFromMaster(net::Packet::Kind kind, const wire::Message& message, int64_t now_ns);
  // The master is the neighbour, too, for peer delay.
  void AnswerPdelayReq(const wire::Message& request, int64_t arrival_ns);
  void SendAnnounce(int64_t now_ns);
  void SendSync(int64_t now_ns);
  wire::Message FromMaster(wire::MessageType type, uint16_t sequence_id) const;
  wire::PortIdentity MasterIdentity() const;
  // A moment of true UTC by the master's clock, in its timescale.
  wire::Timestamp MasterTime(int64_t utc_ns) const;

  clock::KernelTime time_;
  uint8_t domain_number_;
  sim::Random random_;
  SimulatedMaster master_;
  bool packets_pass_ = true;
  std::multimap<int64_t, Arrival> arrivals_;  // by CLOCK_MONOTONIC
  int64_t next_second_ns_;                    // when the master speaks next
  uint16_t sequence_id_ = 0;
};

// Every device exists, is up, and leads to such a network.
NetworkAccess SimulatedAccess(clock::KernelTime time, uint8_t domain_number);

}  // namespace ptpcore::engine
