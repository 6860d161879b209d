// Whatever stands in the log's files and in a token, it is read or refused; what is
// read reads back the same once written.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/event/event_record.h"
#include "service/event/resume_token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hostctl;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string again;
  const event::Segment segment = event::ReadSegment(text);
  for (const v1::Event& event : segment.events) again += event::ToLine(event);
  const event::Segment same = event::ReadSegment(again);
  if (!same.whole() || same.events.size() != segment.events.size()) std::abort();
  for (size_t i = 0; i < same.events.size(); ++i) {
    if (same.events[i].SerializeAsString() != segment.events[i].SerializeAsString()) std::abort();
  }
  const auto position = event::FromToken(text);
  if (position.has_value() && event::ToToken(*position) != text) std::abort();
  return 0;
}
