// See event_record.h.
#include "service/event/event_record.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <utility>

namespace hostctl::event {
namespace {

constexpr size_t kChecksumDigits = 8;
constexpr int32_t kNanosecondsPerSecond = 1000000000;

std::string Checksum(const std::string& text) {
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  char digits[kChecksumDigits + 1];
  std::snprintf(digits, sizeof(digits), "%08lx", crc32_z(0, bytes, text.size()));
  return digits;
}

// Length of the UTF-8 sequence at `i`; 0 when there is none (RFC 3629).
size_t SequenceLength(const std::string& text, size_t i) {
  const auto byte = [&](size_t at) -> unsigned {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  };
  const unsigned first = byte(i);
  const size_t length = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  for (size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(i + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

std::string StorableText(const std::string& text) {
  std::string clean;
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(text, i);
    if (clean.size() + (length == 0 ? 1 : length) > kMostTextBytes) break;
    const bool control =
        length == 1 && (static_cast<unsigned char>(text[i]) < ' ' || text[i] == 127);
    if (length == 0 || control) {
      clean += control ? ' ' : '?';
      ++i;
      continue;
    }
    clean.append(text, i, length);
    i += length;
  }
  return clean;
}

}  // namespace

v1::Event Storable(v1::Event event) {
  event.set_subject(StorableText(event.subject()));
  event.set_old_value(StorableText(event.old_value()));
  event.set_new_value(StorableText(event.new_value()));
  event.set_message(StorableText(event.message()));
  event.set_actor(StorableText(event.actor()));
  using google::protobuf::util::TimeUtil;
  const google::protobuf::Timestamp& time = event.time();
  if (time.seconds() < TimeUtil::kTimestampMinSeconds ||
      time.seconds() > TimeUtil::kTimestampMaxSeconds || time.nanos() < 0 ||
      time.nanos() >= kNanosecondsPerSecond) {
    event.clear_time();
  }
  return event;
}

std::string ToLine(const v1::Event& event) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_enums_as_ints = true;
  std::string json;
  // A storable event has nothing that could not be written.
  static_cast<void>(google::protobuf::util::MessageToJsonString(event, &json, options));
  return Checksum(json) + " " + json + "\n";
}

std::optional<v1::Event> FromLine(const std::string& line) {
  if (line.size() <= kChecksumDigits || line[kChecksumDigits] != ' ') return std::nullopt;
  const std::string json = line.substr(kChecksumDigits + 1);
  if (line.compare(0, kChecksumDigits, Checksum(json)) != 0) return std::nullopt;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  v1::Event event;
  if (!google::protobuf::util::JsonStringToMessage(json, &event, options).ok()) return std::nullopt;
  if (event.sequence() == 0) return std::nullopt;
  return Storable(std::move(event));
}

Segment ReadSegment(const std::string& text) {
  Segment segment;
  uint64_t newest = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) {
      segment.torn = true;
      break;
    }
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    // An append that failed is ended by the next one with a line break of its own.
    if (line.empty()) continue;
    std::optional<v1::Event> event = FromLine(line);
    if (event.has_value() && event->sequence() > newest) {
      newest = event->sequence();
      segment.events.push_back(*std::move(event));
    } else {
      ++segment.damaged_lines;
    }
  }
  return segment;
}

}  // namespace hostctl::event
