#include "ptpcore/wire/tlv_l1_sync.h"

#include <cstdint>

namespace ptpcore::wire {
namespace {

constexpr size_t kBasicSize = 2;
constexpr size_t kExtendedSize = 40;

// First octet.
constexpr uint8_t kTxCoherentIsRequired = 1 << 0;
constexpr uint8_t kRxCoherentIsRequired = 1 << 1;
constexpr uint8_t kCongruentIsRequired = 1 << 2;
constexpr uint8_t kOptionsEnabled = 1 << 3;
// Second octet.
constexpr uint8_t kIsTxCoherent = 1 << 0;
constexpr uint8_t kIsRxCoherent = 1 << 1;
constexpr uint8_t kIsCongruent = 1 << 2;
// Third octet.
constexpr uint8_t kTimestampsCorrectedTx = 1 << 0;
constexpr uint8_t kPhaseOffsetTxValid = 1 << 1;
constexpr uint8_t kFrequencyOffsetTxValid = 1 << 2;

uint8_t If(bool set, uint8_t bit) {
  return set ? bit : uint8_t{0};
}

L1SyncOptions ReadOptions(Reader& reader) {
  L1SyncOptions options;
  const uint8_t flags = reader.U8();
  options.timestamps_corrected_tx = (flags & kTimestampsCorrectedTx) != 0;
  options.phase_offset_tx_valid = (flags & kPhaseOffsetTxValid) != 0;
  options.frequency_offset_tx_valid = (flags & kFrequencyOffsetTxValid) != 0;
  options.phase_offset_tx = reader.Interval();
  options.phase_offset_tx_timestamp = reader.Time();
  options.frequency_offset_tx = reader.Interval();
  options.frequency_offset_tx_timestamp = reader.Time();
  return options;
}
void WriteOptions(const L1SyncOptions& options, Writer& writer) {
  writer.U8(static_cast<uint8_t>(If(options.timestamps_corrected_tx, kTimestampsCorrectedTx) |
                                 If(options.phase_offset_tx_valid, kPhaseOffsetTxValid) |
                                 If(options.frequency_offset_tx_valid, kFrequencyOffsetTxValid)));
  writer.Interval(options.phase_offset_tx);
  writer.Time(options.phase_offset_tx_timestamp);
  writer.Interval(options.frequency_offset_tx);
  writer.Time(options.frequency_offset_tx_timestamp);
  writer.U8(0);
}

}  // namespace

std::optional<L1Sync> L1Sync::Read(Reader& reader) {
  const size_t size = reader.remaining();
  const uint8_t required = reader.U8();
  const uint8_t actual = reader.U8();
  const bool extended = (required & kOptionsEnabled) != 0;
  if (size != (extended ? kExtendedSize : kBasicSize)) return std::nullopt;
  L1Sync tlv;
  tlv.tx_coherent_is_required = (required & kTxCoherentIsRequired) != 0;
  tlv.rx_coherent_is_required = (required & kRxCoherentIsRequired) != 0;
  tlv.congruent_is_required = (required & kCongruentIsRequired) != 0;
  tlv.is_tx_coherent = (actual & kIsTxCoherent) != 0;
  tlv.is_rx_coherent = (actual & kIsRxCoherent) != 0;
  tlv.is_congruent = (actual & kIsCongruent) != 0;
  if (extended) tlv.options = ReadOptions(reader);
  return tlv;
}
void L1Sync::Write(Writer& writer) const {
  writer.U8(static_cast<uint8_t>(If(tx_coherent_is_required, kTxCoherentIsRequired) |
                                 If(rx_coherent_is_required, kRxCoherentIsRequired) |
                                 If(congruent_is_required, kCongruentIsRequired) |
                                 If(options.has_value(), kOptionsEnabled)));
  writer.U8(static_cast<uint8_t>(If(is_tx_coherent, kIsTxCoherent) |
                                 If(is_rx_coherent, kIsRxCoherent) |
                                 If(is_congruent, kIsCongruent)));
  if (options) WriteOptions(*options, writer);
}

}  // namespace ptpcore::wire
