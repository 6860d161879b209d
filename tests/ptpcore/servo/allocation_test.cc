// No servo allocates while it measures: neither time nor failure in a hot path. A
// test binary of its own, because it replaces operator new.
#include <cstdint>
#include <cstdlib>
#include <new>

#include "gtest/gtest.h"
#include "ptpcore/servo/servo.h"
#include "ptpcore/sim/random.h"

namespace {

int64_t allocations = 0;

void* Allocate(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size);
}
void* operator new[](std::size_t size) {
  return Allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace ptpcore::servo {
namespace {

TEST(Allocation, IsSeenByThisTest) {
  const int64_t before = allocations;
  auto servo = NewServo("adaptive", {});
  EXPECT_GT(allocations, before);
}

TEST(Allocation, NoServoAllocatesPerMeasurement) {
  constexpr int64_t kSecond = 1'000'000'000;
  for (const std::string& name : ServoNames()) {
    auto servo = NewServo(name, {});
    sim::Random random(1);
    const int64_t before = allocations;
    for (int64_t i = 0; i < 4'000; ++i) {
      // A new route on the way, so that this code runs as well.
      const double least = i < 2'000 ? 50'000 : 150'000;
      const auto excess = [&] { return static_cast<int64_t>(least + random.Exponential(2'000)); };
      servo->OnSync({i * kSecond, i * kSecond + excess(), 0});
      servo->OnDelay({i * kSecond + kSecond / 2 + excess(), i * kSecond + kSecond / 2, 0});
      const int64_t neighbor = i * kSecond + excess();
      servo->OnPeerDelay({i * kSecond, neighbor + 50'000 + excess(), 50'000, neighbor, 1, 1});
      servo->PredictHoldover(i * kSecond);
    }
    servo->OnSilence(4'000 * kSecond);
    servo->Reset(0, true);
    EXPECT_EQ(allocations, before) << name;
  }
}

}  // namespace
}  // namespace ptpcore::servo
