// From those who know of events to the log and the journal, on a thread of its own.
#include "service/event/event_recorder.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::event {
namespace {

using ::testing::ElementsAre;

class EventRecorderTest : public ::testing::Test {
 protected:
  EventRecorderTest() : log_(LogOptions(), files_) { log_.Open(); }

  static EventLog::Options LogOptions() {
    EventLog::Options options;
    options.folder = "/var";
    options.random = [] { return uint64_t{7}; };
    return options;
  }

  EventRecorder::Options Settings() {
    EventRecorder::Options options;
    options.limits.events = 2;
    options.now = [] { return absl::FromUnixSeconds(1795381517); };
    options.outlet = [this](const v1::Event& event) { written_.push_back(event); };
    return options;
  }

  std::vector<std::string> Told() const {
    std::vector<std::string> names;
    for (const v1::Event& event : log_.Events()) names.push_back(CodeName(event.code()));
    return names;
  }

  store::FaultFileSystem files_;
  EventLog log_;
  std::vector<v1::Event> written_;  // of the recorder's thread, until it has ended
};

TEST_F(EventRecorderTest, RecordsAndWritesBeforeItEnds) {
  {
    EventRecorder recorder(log_, Settings());
    recorder.Record(MakeEvent(v1::EVENT_CODE_FIREWALL_REPAIRED, "firewall", "", "", "put back"));
    recorder.Record(MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, "ptp", "a", "b", ""));
  }
  EXPECT_THAT(Told(), ElementsAre("FIREWALL_REPAIRED", "MASTER_CHANGED"));
  ASSERT_EQ(written_.size(), 2u);
  EXPECT_EQ(written_[0].sequence(), 1u);
  EXPECT_EQ(written_[0].time().seconds(), 1795381517);
}

TEST_F(EventRecorderTest, WhatFlapsIsHeldDownAndToldAtTheEnd) {
  {
    EventRecorder recorder(log_, Settings());
    for (int i = 0; i < 6; ++i) {
      recorder.Record(
          MakeEvent(i % 2 == 0 ? v1::EVENT_CODE_INTERFACE_LOST : v1::EVENT_CODE_INTERFACE_BACK,
                    "interface vmk0", "", "", ""));
    }
  }
  EXPECT_THAT(Told(), ElementsAre("INTERFACE_LOST", "INTERFACE_BACK", "FLAPPING_STARTED",
                                  "INTERFACE_BACK", "FLAPPING_ENDED"));
}

TEST_F(EventRecorderTest, HoldDownEndsByItselfWhenItIsQuiet) {
  EventRecorder::Options options = Settings();
  options.limits.quiet = std::chrono::milliseconds(30);
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  options.outlet = [&](const v1::Event& event) {
    const std::lock_guard<std::mutex> lock(mutex);
    ended = ended || event.code() == v1::EVENT_CODE_FLAPPING_ENDED;
    changed.notify_all();
  };
  EventRecorder recorder(log_, options);
  for (int i = 0; i < 4; ++i) {
    recorder.Record(MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, "ptp", "", "", ""));
  }
  std::unique_lock<std::mutex> lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return ended; }));
}

TEST_F(EventRecorderTest, ManyMayTellAtOnce) {
  {
    EventRecorder recorder(log_, Settings());
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&recorder] {
        for (int k = 0; k < 50; ++k) {
          recorder.Record(MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED, "ptp", "", "", ""));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  ASSERT_EQ(written_.size(), 400u);
  for (size_t i = 0; i < written_.size(); ++i) EXPECT_EQ(written_[i].sequence(), i + 1);
}

}  // namespace
}  // namespace hostctl::event
