#include "service/daemon/process_record.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::daemon {
namespace {

using ::testing::ElementsAre;

TEST(ProcessRecord, WhatIsWrittenReadsBackTheSame) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteProcessRecord(folder.File("r"), {4711, 99, {"/bin/chronyd", "-d"}, {}}).ok());
  const auto record = ReadProcessRecord(folder.File("r"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->pid, 4711);
  EXPECT_EQ(record->birth_ticks, 99u);
  EXPECT_THAT(record->command, ElementsAre("/bin/chronyd", "-d"));
}

TEST(ProcessRecord, TheConfigurationItRunsWithBelongsToIt) {
  const OwnConfiguration ours{"/run/chrony.conf", "error"};
  const auto record = ProcessRecordFromText(ToText({4711, 99, {"/bin/chronyd"}, ours}));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->configuration, ours);
  const auto host = ProcessRecordFromText(ToText({4711, 99, {"/bin/chronyd"}, {}}));
  EXPECT_EQ(host->configuration, std::nullopt);
}

TEST(ProcessRecord, WhatIsNoRecordIsNone) {
  for (const char* text :
       {"", "{", "[]", "7", R"({"pid": 7})", R"({"pid": 0, "birth_ticks": 1, "command": []})",
        R"({"pid": -7, "birth_ticks": 1, "command": []})",
        R"({"pid": 99999999999, "birth_ticks": 1, "command": []})",
        R"({"pid": 7, "birth_ticks": "1", "command": []})",
        R"({"pid": 7, "birth_ticks": 1, "command": [], "configuration": 7})",
        R"({"pid": 7, "birth_ticks": 1, "command": [7]})"}) {
    EXPECT_FALSE(ProcessRecordFromText(text).has_value()) << text;
  }
  EXPECT_FALSE(ReadProcessRecord("/nowhere/r").has_value());
}

TEST(ProcessRecord, AFolderThatIsNotThereIsNamed) {
  EXPECT_THAT(std::string(WriteProcessRecord("/nowhere/r", {}).message()),
              ::testing::HasSubstr("/nowhere/r"));
}

}  // namespace
}  // namespace hostctl::daemon
