// The values of hostctl.v1.PtpProtocol as a table, so that each is written once: name,
// range, words. Works with the small protobuf runtime, which has no reflection.
//
//   for (const ProtocolField& field : ProtocolFields()) {
//     if (field.has(protocol)) Print(field.name, TextOf(field, field.get(protocol)));
//   }
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostctl/v1/ptp_protocol.pb.h"

namespace ptpcore::profile {

using hostctl::v1::PtpProtocol;

struct ProtocolField {
  enum class Kind { kInteger, kBoolean, kWord };
  struct Word {
    const char* text;
    int64_t value;
  };

  const char* name;  // in the proto: `log_sync_interval`
  Kind kind;
  int64_t minimum;  // of an integer
  int64_t maximum;
  std::vector<Word> words;  // of an enumeration

  bool (*has)(const PtpProtocol& protocol);
  int64_t (*get)(const PtpProtocol& protocol);
  // `value` is one of the words' or is within the range; see IsAllowed().
  void (*set)(PtpProtocol& protocol, int64_t value);
  void (*clear)(PtpProtocol& protocol);
};

// In the order of their declaration.
const std::vector<ProtocolField>& ProtocolFields();

// Null if there is none of that name.
const ProtocolField* FindProtocolField(const std::string& name);

// Whether the field may have that value.
bool IsAllowed(const ProtocolField& field, int64_t value);

// What is allowed, in words: `0 to 255`, `true or false`, `one of client, server, auto`.
std::string AllowedText(const ProtocolField& field);

// `-4`, `true`, `client`; a number that is no word is shown as a number.
std::string TextOf(const ProtocolField& field, int64_t value);

// The value of a word; nothing for one that the field does not have.
std::optional<int64_t> ValueOfWord(const ProtocolField& field, const std::string& word);

}  // namespace ptpcore::profile
