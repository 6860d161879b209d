// A protobuf message as a typed record for the machine formats, by reflection:
// what the call answers is what programs get, field by field.
#pragma once

#include <memory>

#include "cli/format/record.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace hostctl::cli {

// Every field in the order of its declaration, under its own name. Defaults are
// included; an `optional` field that is not set is absent; an enum value is its
// short name (`SLAVE`); a google.protobuf.Timestamp is RFC 3339 text, absent
// when not set; bytes are base64, as in proto3's JSON; repeated fields are lists. The record's type is the message's name.
Record RecordOf(const google::protobuf::Message& message);

// One answer as Output::machine wants it.
template <typename MessageType>
Records SingleRecord(const MessageType& message) {
  return Records{false, {RecordOf(message)}, {}};
}

// A list of messages as Output::machine wants it.
template <typename MessageType>
Records RecordList(const google::protobuf::RepeatedPtrField<MessageType>& messages) {
  Records records{true, {}, RecordOf(MessageType::default_instance())};
  for (const MessageType& message : messages) records.items.push_back(RecordOf(message));
  return records;
}

}  // namespace hostctl::cli
