#include "cli/proto_record.h"

#include <string>

#include "absl/strings/escaping.h"
#include "cli/enum_text.h"
#include "cli/time_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace hostctl::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

// A structure that is not there: its shape, every leaf absent.
Record Shape(const google::protobuf::Descriptor& type) {
  Record record(type.name(), {});
  record.present = false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const google::protobuf::Descriptor* inner = field->message_type();
    const bool structure =
        inner != nullptr && !field->is_repeated() && inner != Timestamp::descriptor();
    record.fields.push_back({field->name(), structure ? Value(Shape(*inner)) : Value()});
  }
  return record;
}

Value MessageValue(const Message& message) {
  if (message.GetDescriptor() != Timestamp::descriptor()) return RecordOf(message);
  const auto& time = static_cast<const Timestamp&>(message);
  return Rfc3339Text(time.seconds(), time.nanos());
}

Value RepeatedValue(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetRepeatedBool(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetRepeatedInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<int64_t>(reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetRepeatedUInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<uint64_t>(reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return static_cast<double>(reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetRepeatedDouble(message, &field, index);
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        return absl::Base64Escape(reflection.GetRepeatedString(message, &field, index));
      }
      return reflection.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, index));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(reflection.GetRepeatedMessage(message, &field, index));
  }
  return {};
}

Value SingleValue(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<int64_t>(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<uint64_t>(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return static_cast<double>(reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        return absl::Base64Escape(reflection.GetString(message, &field));
      }
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*field.enum_type(), reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(reflection.GetMessage(message, &field));
  }
  return {};
}

Value FieldValue(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    List list;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      list.push_back(RepeatedValue(message, field, i));
    }
    return list;
  }
  const bool timestamp = field.message_type() == Timestamp::descriptor();
  if ((field.has_optional_keyword() || timestamp) && !reflection.HasField(message, &field)) {
    if (field.message_type() == nullptr || timestamp) return {};
    return Shape(*field.message_type());
  }
  return SingleValue(message, field);
}

}  // namespace

Record RecordOf(const Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  Record record(type.name(), {});
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    record.fields.push_back({field->name(), FieldValue(message, *field)});
  }
  return record;
}

}  // namespace hostctl::cli
