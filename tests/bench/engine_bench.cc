// Nanoseconds to decode one Sync, and to handle one from the packet to the clock
// command and the statistics line.
#include <array>
#include <memory>

#include "benchmark/benchmark.h"
#include "ptpcore/clock/virtual_clock.h"
#include "ptpcore/engine/ordinary_clock.h"
#include "ptpcore/stats/stats_line.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr wire::PortIdentity kMaster{wire::ClockIdentity{{1, 2, 3, 0xFF, 0xFE, 4, 5, 6}}, 1};

struct Octets {
  std::array<uint8_t, 128> data{};
  size_t size = 0;
  absl::Span<const uint8_t> span() const { return {data.data(), size}; }
};

Octets FromMaster(wire::MessageType type, uint16_t flags, uint16_t sequence_id, wire::Body body) {
  wire::Message message;
  message.header.type = type;
  message.header.source = kMaster;
  message.header.flags = flags;
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 0;
  message.body = body;
  Octets octets;
  octets.size = wire::Encode(message, absl::MakeSpan(octets.data));
  return octets;
}

void DecodeSync(benchmark::State& state) {
  const Octets sync = FromMaster(wire::MessageType::kSync, wire::kTwoStep, 1, wire::Sync{});
  for (auto _ : state) benchmark::DoNotOptimize(wire::Decode(sync.span()));
}
BENCHMARK(DecodeSync);

void DecodeAnnounce(benchmark::State& state) {
  const Octets announce = FromMaster(wire::MessageType::kAnnounce, 0, 1, wire::Announce{});
  for (auto _ : state) benchmark::DoNotOptimize(wire::Decode(announce.span()));
}
BENCHMARK(DecodeAnnounce);

void EncodeDelayReq(benchmark::State& state) {
  wire::Message request;
  request.header.type = wire::MessageType::kDelayReq;
  request.body = wire::DelayReq{};
  std::array<uint8_t, 64> out;
  for (auto _ : state) benchmark::DoNotOptimize(wire::Encode(request, absl::MakeSpan(out)));
}
BENCHMARK(EncodeDelayReq);

// One second of a client's life that is locked: Sync, Follow_Up, and the answer to
// its own Delay_Req, each decoded, decided on, estimated and written as a line.
void HandleSyncAndDelay(benchmark::State& state) {
  int64_t now_ns = kSecond;
  const clock::KernelTime time{[&] { return 1'700'000'000 * kSecond + now_ns; },
                               [&] { return now_ns; }, [&] { return now_ns; }};
  auto clock = *clock::VirtualClock::Open({"", 0, 0}, time);
  protocol::ClockConfig client;
  client.own.clock_identity = {{9, 9, 9, 0xFF, 0xFE, 9, 9, 9}};
  client.own.slave_only = true;
  protocol::PtpClock protocol(client);
  protocol.AddPort({});
  uint16_t request_sequence = 0;
  Octets request;
  Surroundings surroundings;
  surroundings.send_event = [&](absl::Span<const uint8_t> octets, const wire::PortAddress*) {
    std::copy(octets.begin(), octets.end(), request.data.begin());
    request.size = octets.size();
    ++request_sequence;
    return absl::OkStatus();
  };
  surroundings.on_event = [](const std::string&, const std::string&) {};
  size_t line_octets = 0;
  surroundings.on_stats_line = [&](const stats::StatsLine& line) {
    line_octets += stats::FormatStatsLine(line).size();
  };
  SteeredClock steered(*clock, std::chrono::hours(1), surroundings.on_event);
  OrdinaryClock ordinary({}, protocol, 0, steered, surroundings);
  const auto now = [&] { return protocol::MonoTime(protocol::Duration(now_ns)); };
  const auto stamp = [&](int64_t ns) {
    return wire::Timestamp{static_cast<uint64_t>(ns / kSecond),
                           static_cast<uint32_t>(ns % kSecond)};
  };
  const auto deliver = [&](net::Packet::Kind kind, const Octets& octets) {
    net::Packet packet;
    packet.kind = kind;
    packet.octets = octets.span();
    packet.realtime_ns = time.realtime_ns();
    ordinary.HandlePacket(packet, now());
  };
  ordinary.NetworkUp(now());
  uint16_t sequence = 0;
  const auto live_one_second = [&] {
    now_ns += kSecond;
    ++sequence;
    deliver(net::Packet::Kind::kGeneral,
            FromMaster(wire::MessageType::kAnnounce, 0, sequence, wire::Announce{}));
    deliver(net::Packet::Kind::kEvent,
            FromMaster(wire::MessageType::kSync, wire::kTwoStep, sequence, wire::Sync{}));
    deliver(net::Packet::Kind::kGeneral,
            FromMaster(wire::MessageType::kFollowUp, 0, sequence,
                       wire::FollowUp{stamp(time.realtime_ns() - 50'000)}));
    const uint16_t requests_before = request_sequence;
    ordinary.HandleTimers(now());
    if (request_sequence == requests_before) return;
    deliver(net::Packet::Kind::kTransmitted, request);
    deliver(net::Packet::Kind::kGeneral,
            FromMaster(
                wire::MessageType::kDelayResp, 0, request_sequence,
                wire::DelayResp{stamp(time.realtime_ns() + 50'000), protocol.port(0).identity()}));
  };
  for (int i = 0; i < 120; ++i) live_one_second();
  if (!ordinary.calibrated()) state.SkipWithError("not locked: the figure would mean nothing");
  line_octets = 0;
  for (auto _ : state) live_one_second();
  state.counters["line_octets"] =
      benchmark::Counter(static_cast<double>(line_octets), benchmark::Counter::kAvgIterations);
}
BENCHMARK(HandleSyncAndDelay);

}  // namespace
}  // namespace ptpcore::engine

BENCHMARK_MAIN();
