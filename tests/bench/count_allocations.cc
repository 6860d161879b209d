#include "count_allocations.h"

#include <cstdlib>
#include <new>

namespace {

ptpcore::bench::Allocations so_far;  // an operator new has no other place for it

}  // namespace

namespace ptpcore::bench {

Allocations AllocationsSoFar() {
  return so_far;
}

}  // namespace ptpcore::bench

void* operator new(size_t size) {
  ++so_far.count;
  so_far.bytes += size;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
