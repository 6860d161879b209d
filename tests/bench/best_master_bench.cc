// What the best master clock algorithm costs: an Announce with many foreign masters, one in a
// storm of announcers that are heard once, and the state decision of a boundary clock.
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/state_decision.h"

namespace ptpcore::protocol {
namespace {

constexpr wire::PortIdentity kUs{wire::ClockIdentity{{1, 2, 3, 0xFF, 0xFE, 4, 5, 6}}, 1};
constexpr Duration kInterval = std::chrono::seconds(1);

wire::Message AnnounceOf(uint64_t clock, uint16_t sequence_id) {
  wire::Message message;
  message.header.type = wire::MessageType::kAnnounce;
  for (size_t i = 0; i < 8; ++i) {
    message.header.source.clock.octets[i] = static_cast<uint8_t>(clock >> 8 * (7 - i));
  }
  message.header.source.port = 1;
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 0;
  wire::Announce body;
  body.grandmaster = message.header.source.clock;
  message.body = body;
  return message;
}

ForeignMasters Qualified(uint64_t masters) {
  ForeignMasterRules rules;
  rules.receiver = kUs;
  ForeignMasters table(rules);
  for (uint16_t sequence_id = 0; sequence_id < 2; ++sequence_id) {
    for (uint64_t i = 0; i < masters; ++i) {
      table.Hear(AnnounceOf(i, sequence_id), {}, kInterval, MonoTime{});
    }
  }
  return table;
}

// One Announce: noted, and the best master of the port found anew.
void HearOneOf(benchmark::State& state) {
  const auto masters = static_cast<uint64_t>(state.range(0));
  ForeignMasters table = Qualified(masters);
  uint16_t sequence_id = 2;
  uint64_t next = 0;
  for (auto _ : state) {
    table.Hear(AnnounceOf(next, sequence_id), {}, kInterval, MonoTime{});
    benchmark::DoNotOptimize(table.Best(MonoTime{}));
    benchmark::DoNotOptimize(table.NextExpiry(3));
    if (++next == masters) {
      next = 0;
      ++sequence_id;
    }
  }
}
BENCHMARK(HearOneOf)->Arg(1)->Arg(10)->Arg(100)->Arg(ForeignMasters::kCapacity);

// One Announce of an announcer who was never heard before, while the table is full.
void HearAStorm(benchmark::State& state) {
  ForeignMasters table = Qualified(ForeignMasters::kCapacity);
  uint64_t next = ForeignMasters::kCapacity;
  for (auto _ : state) table.Hear(AnnounceOf(next++, 0), {}, kInterval, MonoTime{});
}
BENCHMARK(HearAStorm);

void DecideStatesOf(benchmark::State& state) {
  DefaultDataSet own;
  own.clock_identity = kUs.clock;
  std::vector<PortView> ports(static_cast<size_t>(state.range(0)));
  uint64_t master = 0;
  for (PortView& port : ports) {
    const wire::Message announce = AnnounceOf(++master, 0);
    port.best = DataSetFromAnnounce(announce.header, std::get<wire::Announce>(announce.body), kUs);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(DecideStates(own, BestMasterAlgorithm::kDefault, ports));
  }
}
BENCHMARK(DecideStatesOf)->Arg(1)->Arg(8);

}  // namespace
}  // namespace ptpcore::protocol

BENCHMARK_MAIN();
