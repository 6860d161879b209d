// See message_builder.h.
#include "message_builder.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/field_mask.pb.h"

namespace hostctl::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;

constexpr int kDeepest = 4;

constexpr std::array kWords = {"vmk0",
                               "vmk1",
                               "vmk2",
                               "eth0",
                               "eth2",
                               "br0",
                               "lo",
                               "ptpd",
                               "chronyd",
                               "ntpClient",
                               "sshServer",
                               "adaptive",
                               "pi",
                               "slaveonly",
                               "default-p2p",
                               "g8275.1",
                               "g8275.2",
                               "gptp",
                               "192.0.2.1",
                               "198.51.100.0/24",
                               "2001:db8::1",
                               "2001:db8::/32",
                               "0.0.0.0/0",
                               "224.0.1.129",
                               "ntp.example.org",
                               "02:00:00:00:00:77",
                               "02000000000000ff/1",
                               "Europe/Berlin",
                               "UTC",
                               "warning",
                               "ptp",
                               "/etc/hostctl/association.json",
                               "makestep 1 3",
                               "defaultTcpipStack"};

constexpr std::array<int64_t, 16> kNumbers = {0,
                                              1,
                                              -1,
                                              2,
                                              24,
                                              60,
                                              127,
                                              128,
                                              255,
                                              256,
                                              9000,
                                              65535,
                                              999'999'999,
                                              1'795'381'200,
                                              std::numeric_limits<int64_t>::max(),
                                              std::numeric_limits<int64_t>::min()};

// One of the well-known numbers, the byte itself, or any.
uint64_t AnyNumber(Bytes& bytes) {
  const uint8_t choice = bytes.Byte();
  if (choice < kNumbers.size()) return static_cast<uint64_t>(kNumbers[choice]);
  return choice < 0xf0 ? bytes.Byte() : bytes.Number();
}

std::string AnyText(Bytes& bytes) {
  const uint8_t choice = bytes.Byte();
  if (choice < 0xc0) return kWords[choice % kWords.size()];
  return bytes.Text(choice - 0xc0);
}

// A field of one of the messages beside the mask, or of one in that.
std::string AnyPath(Bytes& bytes, const Descriptor& parent) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < parent.field_count(); ++i) {
    const Descriptor* beside = parent.field(i)->message_type();
    if (beside == nullptr || beside == FieldMask::descriptor()) continue;
    for (int j = 0; j < beside->field_count(); ++j) fields.push_back(beside->field(j));
  }
  const uint8_t choice = bytes.Byte();
  if (choice >= fields.size()) return AnyText(bytes);
  const FieldDescriptor& field = *fields[choice];
  const Descriptor* inner = field.message_type();
  const uint8_t further = inner == nullptr ? 0 : bytes.Byte();
  if (inner == nullptr || further >= inner->field_count()) return field.name();
  return field.name() + "." + inner->field(further)->name();
}

int AnyEnumValue(Bytes& bytes, const EnumDescriptor& type) {
  const uint8_t choice = bytes.Byte();
  if (choice < type.value_count()) return type.value(choice)->number();
  return choice;
}

// Sets `set` or adds `add` of the reflection, by whether the field is repeated.
#define HOSTCTL_FILL(Type, value)                                                    \
  (field.is_repeated() ? message.GetReflection()->Add##Type(&message, &field, value) \
                       : message.GetReflection()->Set##Type(&message, &field, value))

void Build(Bytes& bytes, Message& message, int depth);

void BuildField(Bytes& bytes, Message& message, const FieldDescriptor& field, int depth) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return HOSTCTL_FILL(Bool, (bytes.Byte() & 1) != 0);
    case FieldDescriptor::CPPTYPE_INT32:
      return HOSTCTL_FILL(Int32, static_cast<int32_t>(AnyNumber(bytes)));
    case FieldDescriptor::CPPTYPE_INT64:
      return HOSTCTL_FILL(Int64, static_cast<int64_t>(AnyNumber(bytes)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return HOSTCTL_FILL(UInt32, static_cast<uint32_t>(AnyNumber(bytes)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return HOSTCTL_FILL(UInt64, AnyNumber(bytes));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return HOSTCTL_FILL(Float, static_cast<float>(static_cast<int64_t>(AnyNumber(bytes))));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return HOSTCTL_FILL(Double, static_cast<double>(static_cast<int64_t>(AnyNumber(bytes))));
    case FieldDescriptor::CPPTYPE_ENUM:
      return HOSTCTL_FILL(EnumValue, AnyEnumValue(bytes, *field.enum_type()));
    case FieldDescriptor::CPPTYPE_STRING:
      return HOSTCTL_FILL(String, AnyText(bytes));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const auto& reflection = *message.GetReflection();
  Message& inner = field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                       : *reflection.MutableMessage(&message, &field);
  if (auto* const mask = dynamic_cast<FieldMask*>(&inner)) {
    mask->add_paths(AnyPath(bytes, *message.GetDescriptor()));
  } else if (depth < kDeepest) {
    Build(bytes, inner, depth + 1);
  }
}

#undef HOSTCTL_FILL

void Build(Bytes& bytes, Message& message, int depth) {
  const Descriptor& type = *message.GetDescriptor();
  while (!bytes.empty()) {
    const int choice = bytes.Byte() % (type.field_count() + 1);
    if (choice == type.field_count()) return;
    BuildField(bytes, message, *type.field(choice), depth);
  }
}

}  // namespace

uint8_t Bytes::Byte() {
  if (size_ == 0) return 0;
  --size_;
  return *data_++;
}

uint64_t Bytes::Number() {
  uint64_t number = 0;
  for (unsigned i = 0; i < 8; ++i) number |= uint64_t{Byte()} << (8 * i);
  return number;
}

std::string Bytes::Text(size_t count) {
  const size_t taken = std::min(count, size_);
  std::string text(reinterpret_cast<const char*>(data_), taken);
  data_ += taken;
  size_ -= taken;
  return text;
}

void BuildMessage(Bytes& bytes, Message& message) {
  Build(bytes, message, 0);
}

}  // namespace hostctl::fuzz
