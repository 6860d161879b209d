// What is due when, for thousands of things that recur: a binary heap ordered by
// time that also knows where each entry stands, so that an entry can be moved or
// taken out. Entries are small dense numbers; 20 octets each, no entry twice.
//
//   queue.Schedule(7, now + interval);
//   while (queue.next() <= now) { id = queue.first(); ...; queue.Schedule(id, later); }
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "ptpcore/protocol/time.h"

namespace ptpcore::protocol {

class DueQueue {
 public:
  using Id = uint32_t;

  // When the first entry is due; kNever while there is none.
  MonoTime next() const { return heap_.empty() ? kNever : heap_.front().due; }
  // The entry that is due first. Only while there is one.
  Id first() const { return heap_.front().id; }
  size_t size() const { return heap_.size(); }

  // Adds an entry, or moves it to another time. Logarithmic in size().
  void Schedule(Id id, MonoTime due) {
    if (id >= place_.size()) place_.resize(id + 1, kAbsent);
    if (place_[id] == kAbsent) {
      heap_.push_back({due, id});
      place_[id] = static_cast<uint32_t>(heap_.size() - 1);
    } else {
      heap_[place_[id]].due = due;
    }
    Settle(place_[id]);
  }

  // Takes an entry out, if it is in.
  void Remove(Id id) {
    if (id >= place_.size() || place_[id] == kAbsent) return;
    const uint32_t hole = std::exchange(place_[id], kAbsent);
    const Entry last = heap_.back();
    heap_.pop_back();
    if (hole == heap_.size()) return;
    Put(hole, last);
    Settle(hole);
  }

  // Octets held.
  size_t memory() const {
    return heap_.capacity() * sizeof(Entry) + place_.capacity() * sizeof(uint32_t);
  }

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  struct Entry {
    MonoTime due;
    Id id;
  };

  void Put(uint32_t at, const Entry& entry) {
    heap_[at] = entry;
    place_[entry.id] = at;
  }

  // Moves the entry at `at` up or down to where it belongs.
  void Settle(uint32_t at) {
    const Entry entry = heap_[at];
    while (at > 0 && entry.due < heap_[(at - 1) / 2].due) {
      Put(at, heap_[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    for (;;) {
      uint32_t child = 2 * at + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && heap_[child + 1].due < heap_[child].due) ++child;
      if (heap_[child].due >= entry.due) break;
      Put(at, heap_[child]);
      at = child;
    }
    Put(at, entry);
  }

  std::vector<Entry> heap_;
  std::vector<uint32_t> place_;  // of each id in the heap
};

}  // namespace ptpcore::protocol
