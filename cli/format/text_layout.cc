#include "cli/format/text_layout.h"

#include <algorithm>

namespace hostctl::cli {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u;
}

// Takes the first `count` characters off `text`.
std::string TakeFront(std::string& text, size_t count) {
  size_t end = 0;
  for (; end < text.size() && count > 0; --count) {
    ++end;
    while (end < text.size() && IsContinuation(text[end])) ++end;
  }
  std::string front = text.substr(0, end);
  text.erase(0, end);
  return front;
}

void WrapLine(const std::string& text, size_t width, std::vector<std::string>* lines) {
  std::string line;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    std::string word = text.substr(start, end - start);
    if (!line.empty() && Width(line) + 1 + Width(word) > width) {
      lines->push_back(line);
      line.clear();
    }
    while (line.empty() && Width(word) > width) lines->push_back(TakeFront(word, width));
    line += (line.empty() ? "" : " ") + word;
    start = end + 1;
  }
  lines->push_back(line);
}

}  // namespace

size_t Width(const std::string& text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

std::string AlignedLeft(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, Width(text)), ' ');
}

std::string AlignedRight(const std::string& text, size_t width) {
  return std::string(width - std::min(width, Width(text)), ' ') + text;
}

std::vector<std::string> Wrapped(const std::string& text, size_t width) {
  if (width == 0) return {text};
  std::vector<std::string> lines;
  size_t start = 0;
  while (true) {
    const size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    // What fits stays as it is, with its runs of blanks.
    if (Width(line) <= width) {
      lines.push_back(line);
    } else {
      WrapLine(line, width, &lines);
    }
    if (end == std::string::npos) return lines;
    start = end + 1;
  }
}

std::string Coloured(const std::string& text, Meaning meaning, bool colour) {
  if (!colour || text.empty()) return text;
  switch (meaning) {
    case Meaning::kNone:
      break;
    case Meaning::kGood:
      return "\x1b[32m" + text + "\x1b[0m";
    case Meaning::kWarning:
      return "\x1b[33m" + text + "\x1b[0m";
    case Meaning::kBad:
      return "\x1b[31m" + text + "\x1b[0m";
  }
  return text;
}

}  // namespace hostctl::cli
