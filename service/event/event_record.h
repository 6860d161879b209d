// An event as one line of the log's files, with a checksum: what a power cut or a
// failing disk made of it is recognized.
//
//   8c7f03a1 {"sequence":"41","code":3,"severity":1,"time":"2026-11-22T21:05:17Z",...}\n
//
// CRC-32 (ISO 3309) of the rest of the line in hexadecimal, a blank, and the event in
// the JSON of protobuf. Codes are numbers, so that an older release keeps those it
// does not know; fields that it does not know are lost to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hostctl/v1/event.pb.h"

namespace hostctl::event {

// Of each text of an event, bytes; longer ones are cut.
inline constexpr size_t kMostTextBytes = 1024;

// `event` with texts that are valid UTF-8, hold no control characters and are not too
// long, and with a time that can be written.
v1::Event Storable(v1::Event event);

// With the line break. `event` is storable.
std::string ToLine(const v1::Event& event);
// `line` without its line break; nothing when it is damaged or is no event.
std::optional<v1::Event> FromLine(const std::string& line);

// What a file of such lines holds.
struct Segment {
  std::vector<v1::Event> events;  // sequences ascend
  // Lines that are damaged or out of order, and whether the last one is cut off: neither
  // are among `events`.
  size_t damaged_lines = 0;
  bool torn = false;

  bool whole() const { return damaged_lines == 0 && !torn; }
};
// Never fails, whatever `text` is.
Segment ReadSegment(const std::string& text);

}  // namespace hostctl::event
