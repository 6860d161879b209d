#include "service/store/runtime_store.h"

#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace hostctl::store {
namespace {

class RuntimeStoreTest : public ::testing::Test {
 protected:
  RuntimeStoreTest() { EXPECT_NE(mkdtemp(folder_.data()), nullptr); }
  ~RuntimeStoreTest() override { std::filesystem::remove_all(folder_); }

  RuntimeStore StoreOf(const std::string& boot_id) {
    return RuntimeStore(folder_ + "/services.json", boot_id, PosixFileSystem());
  }
  void Write(const std::string& text) { std::ofstream(folder_ + "/services.json") << text; }

  std::string folder_ = "/tmp/hostctl-runtime-XXXXXX";
  const ServicesByHand by_hand_ = {{"chronyd", ByHand::kStopped}, {"ptpd", ByHand::kStarted}};
};

TEST_F(RuntimeStoreTest, WhatIsSavedIsLoaded) {
  ASSERT_TRUE(StoreOf("boot 1").Save(by_hand_).ok());
  EXPECT_EQ(StoreOf("boot 1").Load().value(), by_hand_);
  ASSERT_TRUE(StoreOf("boot 1").Save({}).ok());
  EXPECT_TRUE(StoreOf("boot 1").Load().value().empty());
}

TEST_F(RuntimeStoreTest, AFallbackIsRememberedBesideWhatWasDoneByHand) {
  const RememberedFallback fallback{1'800'000'000'000, "PTP has lost its master"};
  RuntimeStore store = StoreOf("boot 1");
  EXPECT_FALSE(store.fallback().has_value());
  ASSERT_TRUE(store.SaveFallback(fallback).ok());
  ASSERT_TRUE(store.Save(by_hand_).ok());
  RuntimeStore next = StoreOf("boot 1");
  EXPECT_EQ(next.Load().value(), by_hand_);
  EXPECT_EQ(next.fallback(), fallback);
  ASSERT_TRUE(next.SaveFallback(std::nullopt).ok());
  RuntimeStore last = StoreOf("boot 1");
  EXPECT_EQ(last.Load().value(), by_hand_);
  EXPECT_FALSE(last.fallback().has_value());

  ASSERT_TRUE(last.SaveFallback(fallback).ok());
  RuntimeStore rebooted = StoreOf("boot 2");
  EXPECT_TRUE(rebooted.Load().value().empty());
  EXPECT_FALSE(rebooted.fallback().has_value());
}

TEST_F(RuntimeStoreTest, AnotherStartOfTheHostKnowsNothingOfIt) {
  ASSERT_TRUE(StoreOf("boot 1").Save(by_hand_).ok());
  EXPECT_TRUE(StoreOf("boot 2").Load().value().empty());
}

TEST_F(RuntimeStoreTest, WithoutAFileNothingWasDone) {
  EXPECT_TRUE(StoreOf("boot 1").Load().value().empty());
}

TEST_F(RuntimeStoreTest, WhatCannotBeUnderstoodIsAnError) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"boot_id": 1, "services_by_hand": {}})",
        R"({"boot_id": "boot 1"})", R"({"boot_id": "boot 1", "services_by_hand": []})",
        R"({"boot_id": "boot 1", "services_by_hand": {"ptpd": "running"}})",
        R"({"boot_id": "boot 1", "services_by_hand": {"ptpd": 7}})",
        R"({"boot_id": "boot 1", "services_by_hand": {"ntpd": "started"}})",
        R"({"boot_id": "boot 1", "services_by_hand": {}, "fallback": true})",
        R"({"boot_id": "boot 1", "services_by_hand": {}, "fallback": {"since_ms": -1, "why": ""}})",
        R"({"boot_id": "boot 1", "services_by_hand": {}, "fallback": {"since_ms": 1}})"}) {
    Write(text);
    EXPECT_TRUE(absl::IsInvalidArgument(StoreOf("boot 1").Load().status())) << text;
  }
}

TEST_F(RuntimeStoreTest, AFailedSaveKeepsWhatWasThere) {
  ASSERT_TRUE(StoreOf("boot 1").Save(by_hand_).ok());
  std::filesystem::create_directory(folder_ + "/services.json.new");
  EXPECT_FALSE(StoreOf("boot 1").Save({}).ok());
  EXPECT_EQ(StoreOf("boot 1").Load().value(), by_hand_);
}

}  // namespace
}  // namespace hostctl::store
