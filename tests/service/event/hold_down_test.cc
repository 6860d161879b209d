// What flaps is held down and counted, and its last state is never lost.
#include "service/event/hold_down.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr HoldDown::TimePoint kStart{std::chrono::hours(1)};

HoldDown::Limits Limits() {
  HoldDown::Limits limits;
  limits.events = 3;
  limits.window = seconds(60);
  limits.quiet = seconds(30);
  return limits;
}

v1::Event Link(bool up, const std::string& interface = "vmk0") {
  return MakeEvent(up ? v1::EVENT_CODE_INTERFACE_BACK : v1::EVENT_CODE_INTERFACE_LOST,
                   "interface " + interface, "", "", "");
}

// Codes with what they were suppressed, `INTERFACE_LOST` or `INTERFACE_BACK +4`.
std::vector<std::string> Names(const std::vector<v1::Event>& events) {
  std::vector<std::string> names;
  for (const v1::Event& event : events) {
    names.push_back(v1::EventCode_Name(event.code()).substr(sizeof("EVENT_CODE_") - 1));
    if (event.suppressed() > 0) names.back() += " +" + std::to_string(event.suppressed());
  }
  return names;
}

TEST(HoldDownTest, WhatHappensNowAndThenIsTold) {
  HoldDown hold_down(Limits());
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(hold_down.Take(Link(i % 2 == 1), kStart + i * seconds(21)), ::testing::SizeIs(1));
  }
  EXPECT_EQ(hold_down.due(), std::nullopt);
  EXPECT_THAT(hold_down.Flush(), IsEmpty());
}

TEST(HoldDownTest, WhatFlapsIsToldAtFirstThenCountedThenItsLastState) {
  HoldDown hold_down(Limits());
  EXPECT_THAT(Names(hold_down.Take(Link(false), kStart)), ElementsAre("INTERFACE_LOST"));
  EXPECT_THAT(Names(hold_down.Take(Link(true), kStart + seconds(1))),
              ElementsAre("INTERFACE_BACK"));
  EXPECT_THAT(Names(hold_down.Take(Link(false), kStart + seconds(2))),
              ElementsAre("INTERFACE_LOST"));
  const auto started = hold_down.Take(Link(true), kStart + seconds(3));
  EXPECT_THAT(Names(started), ElementsAre("FLAPPING_STARTED"));
  EXPECT_EQ(started[0].subject(), "interface vmk0");
  EXPECT_EQ(started[0].new_value(), "INTERFACE_BACK");
  EXPECT_EQ(started[0].message(),
            "more than 3 such events within 60 s: further ones are counted, and not told until "
            "there were none for 30 s");
  EXPECT_THAT(hold_down.Take(Link(false), kStart + seconds(20)), IsEmpty());
  EXPECT_THAT(hold_down.Take(Link(true), kStart + seconds(40)), IsEmpty());
  // Rarer than the window allows, but it has never been quiet.
  EXPECT_THAT(hold_down.Take(Link(false), kStart + seconds(69)), IsEmpty());

  EXPECT_EQ(hold_down.due(), kStart + seconds(99));
  EXPECT_THAT(hold_down.Tick(kStart + seconds(98)), IsEmpty());
  const auto ended = hold_down.Tick(kStart + seconds(99));
  EXPECT_THAT(Names(ended), ElementsAre("INTERFACE_LOST +3", "FLAPPING_ENDED +4"));
  EXPECT_EQ(ended[1].subject(), "interface vmk0");
  EXPECT_EQ(ended[1].new_value(), "4");
  EXPECT_EQ(ended[1].message(),
            "it is quiet again; 4 events were held down, the last of them is told");
  EXPECT_EQ(hold_down.due(), std::nullopt);
  EXPECT_THAT(Names(hold_down.Take(Link(true), kStart + seconds(100))),
              ElementsAre("INTERFACE_BACK"))
      << "and it counts anew";
}

TEST(HoldDownTest, OneSubjectDoesNotHoldDownAnother) {
  HoldDown hold_down(Limits());
  for (int i = 0; i < 10; ++i) hold_down.Take(Link(false, "vmk0"), kStart);
  EXPECT_THAT(Names(hold_down.Take(Link(false, "vmk1"), kStart)), ElementsAre("INTERFACE_LOST"));
  EXPECT_THAT(Names(hold_down.Take(
                  MakeEvent(v1::EVENT_CODE_MASTER_CHANGED, "interface vmk0", "", "", ""), kStart)),
              ElementsAre("MASTER_CHANGED"));
}

TEST(HoldDownTest, WhatPeopleDidIsAlwaysTold) {
  HoldDown hold_down(Limits());
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Names(hold_down.Take(MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED,
                                               "ptp.domain_number", "", "", ""),
                                     kStart)),
                ElementsAre("CONFIGURATION_CHANGED"));
  }
}

TEST(HoldDownTest, TheEndOfHostdEndsAllOfIt) {
  HoldDown hold_down(Limits());
  for (int i = 0; i < 5; ++i) hold_down.Take(Link(i % 2 == 1), kStart);
  EXPECT_THAT(Names(hold_down.Flush()), ElementsAre("INTERFACE_LOST +1", "FLAPPING_ENDED +2"));
  EXPECT_THAT(hold_down.Flush(), IsEmpty());
}

TEST(HoldDownTest, SubjectsWithoutEndCostNoMemoryAndNoFlood) {
  HoldDown::Limits limits = Limits();
  limits.subjects = 10;
  HoldDown hold_down(limits);
  size_t told = 0;
  for (int i = 0; i < 1000; ++i) {
    told += hold_down.Take(Link(false, std::to_string(i)), kStart).size();
  }
  EXPECT_LE(told, 10 + limits.events + 1);
  // Later they may be told apart again.
  hold_down.Flush();
  EXPECT_THAT(Names(hold_down.Take(Link(false, "new"), kStart + seconds(200))),
              ElementsAre("INTERFACE_LOST"));
}

TEST(HoldDownTest, HoweverItFlapsTheLastWordIsTheStateAndEveryEventIsToldOrCounted) {
  std::mt19937 random(1588);
  for (int run = 0; run < 300; ++run) {
    HoldDown hold_down(Limits());
    HoldDown::TimePoint now = kStart;
    bool up = true;
    bool last_told = true;
    uint64_t happened = 0;
    uint64_t told = 0;
    uint64_t held = 0;
    const auto account = [&](const std::vector<v1::Event>& events) {
      for (const v1::Event& event : events) {
        if (event.code() == v1::EVENT_CODE_FLAPPING_ENDED) held += event.suppressed() - 1;
        if (event.subject() != "interface vmk0") continue;
        if (event.code() == v1::EVENT_CODE_INTERFACE_BACK) last_told = true;
        if (event.code() == v1::EVENT_CODE_INTERFACE_LOST) last_told = false;
        told += event.code() == v1::EVENT_CODE_INTERFACE_BACK ||
                event.code() == v1::EVENT_CODE_INTERFACE_LOST;
      }
    };
    for (int step = 0; step < 200; ++step) {
      now += seconds(random() % (random() % 4 == 0 ? 60 : 5));
      account(hold_down.Tick(now));
      if (random() % 3 == 0) continue;
      up = !up;
      ++happened;
      account(hold_down.Take(Link(up), now));
    }
    account(hold_down.Tick(now + seconds(30)));
    EXPECT_EQ(last_told, up);
    EXPECT_EQ(told + held, happened);
  }
}

}  // namespace
}  // namespace hostctl::event
