// Text on a screen: how wide it is, where its lines break, what its colour says.
#pragma once

#include <string>
#include <vector>

#include "cli/format/record.h"

namespace hostctl::cli {

// Characters, not bytes: continuation bytes of UTF-8 take no room.
size_t Width(const std::string& text);

// `text` filled up with blanks, after or before it, to `width` characters.
std::string AlignedLeft(const std::string& text, size_t width);
std::string AlignedRight(const std::string& text, size_t width);

// Lines of at most `width` characters, broken at blanks where possible, else
// within the word. `width` 0: no limit. At least one line; newlines in the text
// stay breaks.
std::vector<std::string> Wrapped(const std::string& text, size_t width);

// `text` in the colour of `meaning` (ANSI), if `colour` is wanted and there is one.
std::string Coloured(const std::string& text, Meaning meaning, bool colour);

}  // namespace hostctl::cli
