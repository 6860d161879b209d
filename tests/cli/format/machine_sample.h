// One record with a value of every type, for the tests of the machine formats.
#pragma once

#include <limits>

#include "cli/format/record.h"

namespace hostctl::cli {

inline Record MachineSample() {
  Record parent("Parent", {{"address", Value()}});
  parent.present = false;
  return Record("Sample", {{"name", "a,\"b\"\n<c>\\"},
                           {"enabled", true},
                           {"offset_ns", int64_t{-53647}},
                           {"count", std::numeric_limits<uint64_t>::max()},
                           {"mean_ns", -82227.5},
                           {"parent", parent},
                           {"gone", Value()},
                           {"ips", List{"192.0.2.1", "192.0.2.2"}},
                           {"events", List{Record("Event", {{"kind", "FAULT"}})}},
                           {"clock", Record("Clock", {{"class", 248U}})}});
}

}  // namespace hostctl::cli
