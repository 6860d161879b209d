// A reader of NFD's feature files, by its documentation ("Local feature source"), for tests:
// what would become of a file, or why it would not be taken as it is meant.
#pragma once

#include <cctype>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace hostctl::precision_clock {

struct ReadLabels {
  std::map<std::string, std::string> labels;
  std::string trouble;  // the first that NFD or Kubernetes would have; empty: none
};

// Letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63: a name, or a
// value, which may also be empty.
inline bool IsLabelWord(const std::string& word) {
  const auto alphanumeric = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (word.empty() || word.size() > 63 || !alphanumeric(word.front()) ||
      !alphanumeric(word.back())) {
    return false;
  }
  for (const char c : word) {
    if (!alphanumeric(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

// A DNS subdomain: the namespace before the name's slash.
inline bool IsSubdomain(const std::string& name) {
  if (name.empty() || name.size() > 253) return false;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(name, '.'))) {
    if (part.empty() || part.size() > 63 || part.front() == '-' || part.back() == '-') return false;
    for (const char c : part) {
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') return false;
    }
  }
  return true;
}

inline ReadLabels ReadFeatureFile(const std::string& text, absl::Time now) {
  ReadLabels read;
  const auto object = [&read](const std::string& trouble) {
    if (read.trouble.empty()) read.trouble = trouble;
  };
  if (text.size() > 65536) object("larger than 64 KiB");
  absl::Time expires = absl::InfiniteFuture();
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    if (line.empty()) continue;
    if (absl::StartsWith(line, "# +")) {
      const std::string directive = line.substr(3);
      std::string error;
      if (!absl::StartsWith(directive, "expiry-time=")) {
        object("unknown directive: " + line);
      } else if (!absl::ParseTime(absl::RFC3339_full, directive.substr(12), &expires, &error)) {
        object(error + ": " + line);
      }
      continue;
    }
    if (line.front() == '#') continue;
    if (expires < now) continue;
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits('=', 1));
    const std::pair<std::string, std::string> name =
        absl::StrSplit(parts.first, absl::MaxSplits('/', 1));
    if (!IsSubdomain(name.first) || !IsLabelWord(name.second)) object("no label name: " + line);
    // NFD denies these to others; `feature.node.kubernetes.io` is its own.
    if (absl::EndsWith(name.first, "kubernetes.io")) object("a reserved namespace: " + line);
    if (!parts.second.empty() && !IsLabelWord(parts.second)) object("no label value: " + line);
    if (!read.labels.emplace(parts.first, parts.second).second) object("given twice: " + line);
  }
  return read;
}

}  // namespace hostctl::precision_clock
