#include "ptpcore/protocol/grandmaster_time.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

constexpr int64_t kUtc = 1'795'348'053 * kSecond;
constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;

// The decision on both ends, flag by validity by offset by role: what a grandmaster so
// configured sends, and that a client which believes it has the grandmaster's UTC.
TEST(GrandmasterTime, AClientGetsBackTheUtcThatWeHave) {
  for (const bool ptp_timescale : {false, true}) {
    for (const bool valid : {false, true}) {
      for (const int offset_s : {-1, 0, 10, 36, 37, 38, 32767, -32768}) {
        GrandmasterTime time;
        time.ptp_timescale = ptp_timescale;
        time.utc_offset_valid = valid;
        time.utc_offset_s = static_cast<int16_t>(offset_s);
        const TimeProperties p = PropertiesAt(time, kUtc, nullptr, std::nullopt, 0);
        EXPECT_EQ(p.ptp_timescale, ptp_timescale);
        EXPECT_EQ(p.utc_offset_valid, valid && ptp_timescale);
        EXPECT_EQ(p.utc_offset_s, offset_s);
        EXPECT_EQ(UtcOffsetByRule(p), ptp_timescale ? offset_s : 0);

        const int64_t sent_ns = kUtc + UtcOffsetByRule(p) * kSecond;
        UtcConverter client;
        client.Announced(p);
        EXPECT_EQ(client.FromSync(sent_ns, kUtc, true), kUtc) << ptp_timescale << offset_s;
      }
    }
  }
}

TEST(GrandmasterTime, TheRestIsAnnouncedAsConfigured) {
  const TimeProperties plain = PropertiesAt({}, kUtc, nullptr, std::nullopt, 0);
  EXPECT_FALSE(plain.time_traceable);
  EXPECT_FALSE(plain.frequency_traceable);
  EXPECT_EQ(plain.time_source, 0xA0);
  GrandmasterTime gnss;
  gnss.time_traceable = gnss.frequency_traceable = true;
  gnss.time_source = 0x20;
  const TimeProperties p = PropertiesAt(gnss, kUtc, nullptr, std::nullopt, 0);
  EXPECT_TRUE(p.time_traceable);
  EXPECT_TRUE(p.frequency_traceable);
  EXPECT_EQ(p.time_source, 0x20);
}

TEST(GrandmasterTime, TheListIsAskedUnlessTheOffsetIsConfiguredAsValid) {
  const LeapTable list = LeapTable::Parse("#@ 4070908800\n3692217600 37\n4007750400 38\n").value();
  GrandmasterTime time;
  time.utc_offset_s = 35;
  TimeProperties p = PropertiesAt(time, kUtc, &list, std::nullopt, 0);
  EXPECT_EQ(p.utc_offset_s, 37);
  EXPECT_TRUE(p.utc_offset_valid);
  EXPECT_EQ(PropertiesAt(time, kNewYear2027 + 2 * kSecond, &list, std::nullopt, 1).utc_offset_s,
            38);

  time.utc_offset_valid = true;
  EXPECT_EQ(PropertiesAt(time, kUtc, &list, std::nullopt, 0).utc_offset_s, 35);

  const LeapTable outdated = LeapTable::Parse("#@ 3723753600\n3692217600 37\n").value();
  p = PropertiesAt({}, kUtc, &outdated, std::nullopt, 0);
  EXPECT_EQ(p.utc_offset_s, 37);
  EXPECT_FALSE(p.utc_offset_valid);
}

TEST(GrandmasterTime, ALeapSecondIsAnnouncedForTwelveHours) {
  const struct {
    int64_t utc_ns;
    bool announced;
  } table[] = {{kNewYear2027 - 12 * 3600 * kSecond - 1, false},
               {kNewYear2027 - 12 * 3600 * kSecond, true},
               {kNewYear2027 - 1, true},
               {kNewYear2027, false}};
  for (const auto& row : table) {
    for (const int leap : {1, -1}) {
      const TimeProperties p =
          PropertiesAt({}, row.utc_ns, nullptr, LeapSecond{leap, kNewYear2027}, 0);
      EXPECT_EQ(p.leap61, row.announced && leap == 1);
      EXPECT_EQ(p.leap59, row.announced && leap == -1);
      EXPECT_EQ(p.utc_offset_s, 37);
    }
  }
  EXPECT_EQ(PropertiesAt({}, kNewYear2027, nullptr, std::nullopt, 1).utc_offset_s, 38);
  EXPECT_EQ(PropertiesAt({}, kNewYear2027, nullptr, std::nullopt, -1).utc_offset_s, 36);
}

}  // namespace
}  // namespace ptpcore::protocol
