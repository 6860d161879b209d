// PATH_TRACE: IEEE 1588-2019 16.2.5. Behind an Announce message: every boundary clock that it
// went through, the grandmaster first.
#pragma once

#include <optional>

#include "absl/container/inlined_vector.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

struct PathTrace {
  static constexpr TlvType kType = TlvType::kPathTrace;

  absl::InlinedVector<ClockIdentity, 8> path;

  static std::optional<PathTrace> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
