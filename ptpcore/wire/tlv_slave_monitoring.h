// Slave event monitoring: IEEE 1588-2019 16.11. In Signaling messages, a client tells what it
// measured, several events at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// 16.11.4.1: the timestamps of Sync messages.
struct SlaveRxSyncTimingData {
  static constexpr TlvType kType = TlvType::kSlaveRxSyncTimingData;

  struct Record {
    uint16_t sequence_id = 0;
    Timestamp sync_origin;
    TimeInterval total_correction;
    int32_t scaled_cumulative_rate_offset = 0;  // relative, times 2^41
    Timestamp sync_event_ingress;
  };

  PortIdentity sync_source;
  std::vector<Record> records;

  static std::optional<SlaveRxSyncTimingData> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// 16.11.4.2: what came of Sync messages.
struct SlaveRxSyncComputedData {
  static constexpr TlvType kType = TlvType::kSlaveRxSyncComputedData;

  struct Record {
    uint16_t sequence_id = 0;
    TimeInterval offset_from_master;
    TimeInterval mean_path_delay;
    int32_t scaled_neighbor_rate_ratio = 0;  // relative, times 2^41
  };

  PortIdentity sync_source;
  bool scaled_neighbor_rate_ratio_valid = false;
  bool mean_path_delay_valid = false;
  bool offset_from_master_valid = false;
  std::vector<Record> records;

  static std::optional<SlaveRxSyncComputedData> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// 16.11.5.1: when Delay_Req or Pdelay_Req messages were sent.
struct SlaveTxEventTimestamps {
  static constexpr TlvType kType = TlvType::kSlaveTxEventTimestamps;

  struct Record {
    uint16_t sequence_id = 0;
    Timestamp event_egress;
  };

  PortIdentity source;
  MessageType event_message_type = MessageType::kDelayReq;  // 0..15
  std::vector<Record> records;

  static std::optional<SlaveTxEventTimestamps> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
