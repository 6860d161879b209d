#include "cli/stats_feed.h"

#include <poll.h>

#include <chrono>

#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

class Feed : public ::testing::Test {
 protected:
  // Waits until something came, at most half a minute.
  std::vector<StatsFeed::Item> Next(StatsFeed& feed) {
    pollfd entry{feed.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&entry, 1, 30000), 1);
    return feed.Take();
  }
};

TEST_F(Feed, DeliversReportsInOrder) {
  FakeHostd hostd;
  hostd.silent = true;
  for (uint32_t domain = 0; domain < 3; ++domain) {
    v1::WatchPtpStatsResponse report;
    report.mutable_stats()->set_domain_number(domain);
    hostd.watched.push_back(report);
  }
  Connection connection(UnixTarget{hostd.socket()}, std::chrono::seconds(10));
  StatsFeed feed(connection, 7);
  std::vector<uint32_t> domains;
  while (domains.size() < 3) {
    for (const StatsFeed::Item& item : Next(feed)) {
      domains.push_back(std::get<v1::WatchPtpStatsResponse>(item).stats().domain_number());
    }
  }
  EXPECT_EQ(domains, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(hostd.watch_ptp_stats->period().seconds(), 7);
}

TEST_F(Feed, TellsThatTheStreamBrokeAndOpensItAgain) {
  FakeHostd hostd;
  hostd.watched.resize(1);
  Connection connection(UnixTarget{hostd.socket()}, std::chrono::seconds(10));
  StatsFeed feed(connection, 1);
  int reports = 0;
  int failures = 0;
  while (reports < 2) {
    for (const StatsFeed::Item& item : Next(feed)) {
      if (std::holds_alternative<Failure>(item)) {
        ++failures;
        EXPECT_EQ(std::get<Failure>(item).exit_code, kExitNotReachable);
      } else {
        ++reports;
      }
    }
  }
  EXPECT_GE(failures, 1);
}

TEST_F(Feed, EndsWhileTheHostIsSilent) {
  FakeHostd hostd;
  hostd.silent = true;
  Connection connection(UnixTarget{hostd.socket()}, std::chrono::seconds(10));
  const auto start = std::chrono::steady_clock::now();
  { const StatsFeed feed(connection, 1); }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace hostctl::cli
