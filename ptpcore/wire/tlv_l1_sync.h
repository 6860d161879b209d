// L1_SYNC: IEEE 1588-2019 L.6. In Signaling messages between ports that also share the frequency
// of their physical layer.
#pragma once

#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// The extended format's part.
struct L1SyncOptions {
  bool timestamps_corrected_tx = false;
  bool phase_offset_tx_valid = false;
  bool frequency_offset_tx_valid = false;
  TimeInterval phase_offset_tx;
  Timestamp phase_offset_tx_timestamp;
  TimeInterval frequency_offset_tx;
  Timestamp frequency_offset_tx_timestamp;
};

struct L1Sync {
  static constexpr TlvType kType = TlvType::kL1Sync;

  bool tx_coherent_is_required = false;
  bool rx_coherent_is_required = false;
  bool congruent_is_required = false;
  bool is_tx_coherent = false;
  bool is_rx_coherent = false;
  bool is_congruent = false;
  std::optional<L1SyncOptions> options;  // absent in the basic format

  static std::optional<L1Sync> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
