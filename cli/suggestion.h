// "Did you mean": the known word nearest to a mistyped one.
#pragma once

#include <string>
#include <vector>

namespace hostctl::cli {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into
// `b` (optimal string alignment distance).
size_t EditDistance(const std::string& a, const std::string& b);

// The candidate nearest to `word`; empty if none is near: at most a third of the
// word's letters, but at least one, may differ.
std::string Nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace hostctl::cli
