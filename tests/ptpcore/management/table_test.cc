#include "ptpcore/management/table.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::management {
namespace {

TEST(ManagementTableTest, EachIdHasOneLine) {
  std::set<Id> ids;
  for (const Traits& traits : kTable) ids.insert(traits.id);
  EXPECT_EQ(ids.size(), kTable.size());
}

TEST(ManagementTableTest, FindsAnIdByItsNumber) {
  const Traits* traits = Find(0x2005);
  ASSERT_NE(traits, nullptr);
  EXPECT_EQ(traits->name, std::string("PRIORITY1"));
  EXPECT_EQ(traits->scope, Scope::kClock);
  EXPECT_EQ(Find(0xBFFF), nullptr);
}

// What can be set has a size that can be checked.
TEST(ManagementTableTest, WhatCanBeSetHasAFixedSize) {
  for (const Traits& traits : kTable) {
    if ((traits.support & kSet) != 0) {
      EXPECT_NE(traits.size, kVariableSize) << traits.name;
    }
  }
}

}  // namespace
}  // namespace ptpcore::management
