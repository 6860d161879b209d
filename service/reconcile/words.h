// Lists in messages for people.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hostctl::reconcile {

// `a, b, c`; of a long list the beginning and how many there are:
// `a, b, c, d, e, f, g, h, ... (10000 in all)`.
inline std::string Listed(const std::vector<std::string>& words) {
  constexpr size_t kShown = 8;
  if (words.size() <= kShown) return absl::StrJoin(words, ", ");
  return absl::StrCat(absl::StrJoin(words.begin(), words.begin() + kShown, ", "), ", ... (",
                      words.size(), " in all)");
}

}  // namespace hostctl::reconcile
