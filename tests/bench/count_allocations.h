// What operator new has handed out: to tell the size of a servo's state, and that it
// allocates nothing per sample. Linking this in replaces the program's operator new.
#pragma once

#include <cstddef>

namespace ptpcore::bench {

struct Allocations {
  size_t count = 0;
  size_t bytes = 0;
};
Allocations AllocationsSoFar();  // not thread-safe

}  // namespace ptpcore::bench
