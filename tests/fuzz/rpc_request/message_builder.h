// A protobuf message made of bytes, whatever they are: each of a few bytes chooses a field and
// a value, so that what a fuzzer changes in them changes fields, and the server's parser always
// takes the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "google/protobuf/message.h"

namespace hostctl::fuzz {

// Bytes that are used up from the front; zeros follow them.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }
  uint8_t Byte();
  // Eight of them, little-endian.
  uint64_t Number();
  // At most `count`.
  std::string Text(size_t count);

 private:
  const uint8_t* data_;
  size_t size_;
};

// Sets fields of `message` until `bytes` are used up or say that it is enough. Texts are words
// that hostd knows, or bytes; paths of a field mask are names of fields beside it.
void BuildMessage(Bytes& bytes, google::protobuf::Message& message);

}  // namespace hostctl::fuzz
