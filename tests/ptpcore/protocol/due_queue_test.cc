#include "ptpcore/protocol/due_queue.h"

#include <map>
#include <random>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

TEST(DueQueueTest, WhatIsDueFirstComesFirst) {
  DueQueue queue;
  queue.Schedule(0, At(seconds(3)));
  queue.Schedule(1, At(seconds(1)));
  queue.Schedule(2, At(seconds(2)));
  EXPECT_EQ(queue.next(), At(seconds(1)));
  EXPECT_EQ(queue.first(), 1U);
  queue.Remove(1);
  EXPECT_EQ(queue.first(), 2U);
}

TEST(DueQueueTest, AnEntryMovesWhenItIsScheduledAgain) {
  DueQueue queue;
  queue.Schedule(0, At(seconds(1)));
  queue.Schedule(1, At(seconds(2)));
  queue.Schedule(0, At(seconds(3)));
  EXPECT_EQ(queue.first(), 1U);
  EXPECT_EQ(queue.size(), 2U);
  queue.Schedule(0, At(seconds(1)));
  EXPECT_EQ(queue.first(), 0U);
}

TEST(DueQueueTest, NothingIsEverDueInAnEmptyQueue) {
  DueQueue queue;
  queue.Remove(5);
  EXPECT_EQ(queue.next(), kNever);
  queue.Schedule(5, At(seconds(1)));
  queue.Remove(5);
  EXPECT_EQ(queue.next(), kNever);
  EXPECT_EQ(queue.size(), 0U);
}

// Against the plainest thing that does the same.
TEST(DueQueueTest, AgreesWithAScanThroughThousandsOfChanges) {
  DueQueue queue;
  std::map<DueQueue::Id, MonoTime> plain;
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run each time
  for (int i = 0; i < 20'000; ++i) {
    const auto id = static_cast<DueQueue::Id>(random() % 200);
    if (random() % 3 == 0) {
      queue.Remove(id);
      plain.erase(id);
    } else {
      const MonoTime due = At(Duration(random() % 1'000));
      queue.Schedule(id, due);
      plain[id] = due;
    }
    ASSERT_EQ(queue.size(), plain.size());
    MonoTime earliest = kNever;
    for (const auto& [other, due] : plain) earliest = std::min(earliest, due);
    ASSERT_EQ(queue.next(), earliest);
    if (!plain.empty()) {
      ASSERT_EQ(plain.at(queue.first()), earliest);
    }
  }
}

TEST(DueQueueTest, AnEntryTakesTwentyOctets) {
  DueQueue queue;
  for (DueQueue::Id id = 0; id < 1'024; ++id) queue.Schedule(id, At(Duration(id)));
  EXPECT_EQ(queue.memory(), 1'024U * 20);
}

}  // namespace
}  // namespace ptpcore::protocol
