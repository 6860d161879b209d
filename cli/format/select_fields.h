// `--fields=a,b`: the fields a user wants, in the user's order.
#pragma once

#include <string>
#include <vector>

#include "cli/format/record.h"

namespace hostctl::cli {

struct Selection {
  Records records;
  // A name that no field has; empty: all were found. Then `known` are the names
  // there are, at the level where the unknown one was looked for.
  std::string unknown;
  std::vector<std::string> known;
};

// Keeps the named fields of each item, in the order of `names`. `outer.inner` is a
// field of an inner structure and keeps that name. Case, blanks, `-` and `_` make no
// difference: `mac_address` is `MAC Address`. Headings stay.
Selection SelectFields(const Records& records, const std::vector<std::string>& names);

}  // namespace hostctl::cli
