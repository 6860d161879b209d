// Where a reader of the log stands, as text that means nothing to others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hostctl::event {

struct Position {
  // Which log: one whose files were all lost counts anew, under another name.
  uint64_t log_id = 0;
  // Everything up to here has been read; 0: nothing.
  uint64_t sequence = 0;

  bool operator==(const Position& o) const { return log_id == o.log_id && sequence == o.sequence; }
};

std::string ToToken(const Position& position);
// Nothing unless ToToken() made it.
std::optional<Position> FromToken(const std::string& token);

}  // namespace hostctl::event
