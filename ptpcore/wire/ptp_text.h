// PTPText, IEEE 1588-2019 5.3.9: UTF-8 with its length in one octet before it.
#pragma once

#include <optional>
#include <string>

#include "ptpcore/wire/buffer.h"

namespace ptpcore::wire {

// Absent where the text would run past the end.
std::optional<std::string> ReadText(Reader& reader);

// Of a longer text the first 255 octets, without half a character at the end.
void WriteText(const std::string& text, Writer& writer);

}  // namespace ptpcore::wire
