// The stored state survives what happens to disks: power cuts between and within
// any two operations, a full disk, damage, a newer release's document.
#include "service/store/state_store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/store/fault_file_system.h"

namespace hostctl::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPath[] = "/var/lib/hostctl/state.json";
constexpr char kCopy[] = "/var/lib/hostctl/state.json.good";
constexpr char kAside[] = "/var/lib/hostctl/state.json.set-aside-1";
// Operations of a Save: up to here the document, then its copy.
constexpr int kDocumentOperations = 4;  // folder, write, rename, sync

DesiredState WithDomain(uint8_t domain) {
  DesiredState state;
  state.ptp.domain_number = domain;
  state.ptp.interface = "vmk0";
  return state;
}

LoadedState LoadFrom(FileSystem& files) {
  absl::StatusOr<LoadedState> loaded = StateStore(kPath, files).Load();
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? *loaded : LoadedState{};
}

void SaveTo(FileSystem& files, const DesiredState& state) {
  const absl::Status saved = StateStore(kPath, files).Save(state);
  ASSERT_TRUE(saved.ok()) << saved;
}

TEST(StateStoreTest, LoadsWhatWasSaved) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(7));
  EXPECT_EQ(LoadFrom(files).state, WithDomain(7));
  EXPECT_THAT(LoadFrom(files).set_aside_path, IsEmpty());
  EXPECT_EQ(files.Files().size(), 2u) << "nothing but the document and its copy is left behind";
  EXPECT_EQ(files.Files()[kPath], files.Files()[kCopy]);
}

TEST(StateStoreTest, WithoutADocumentThereAreDefaults) {
  FaultFileSystem files;
  EXPECT_EQ(LoadFrom(files).state, DesiredState{});
  EXPECT_THAT(LoadFrom(files).problem, IsEmpty());
  EXPECT_EQ(files.operations(), 0) << "loading changes nothing";
}

TEST(StateStoreTest, WhatSaveReturnedForSurvivesAPowerCut) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(1));
  SaveTo(files, WithDomain(2));
  files.Restart(UnsyncedNames::kLost);
  EXPECT_EQ(LoadFrom(files).state, WithDomain(2));
}

// Runs Save with the power cut at every operation, before, within and after it.
void CutPowerEverywhere(bool with_previous) {
  FaultFileSystem counted;
  if (with_previous) SaveTo(counted, WithDomain(1));
  const int before = counted.operations();
  SaveTo(counted, WithDomain(2));
  const int operations = counted.operations() - before;
  ASSERT_GT(operations, kDocumentOperations);

  const DesiredState old = with_previous ? WithDomain(1) : DesiredState{};
  int olds = 0;
  int news = 0;
  for (int operation = 0; operation < operations; ++operation) {
    for (Cut cut : {Cut::kBefore, Cut::kDuring, Cut::kAfter}) {
      for (UnsyncedNames names : {UnsyncedNames::kLost, UnsyncedNames::kKept}) {
        SCOPED_TRACE(absl::StrCat("operation ", operation, " cut ", static_cast<int>(cut),
                                  " names ", static_cast<int>(names)));
        FaultFileSystem files;
        if (with_previous) SaveTo(files, WithDomain(1));
        files.CutPowerAt(operation, cut);
        const bool saved = StateStore(kPath, files).Save(WithDomain(2)).ok();
        EXPECT_EQ(saved, operation >= kDocumentOperations);
        files.Restart(names);

        const LoadedState loaded = LoadFrom(files);
        EXPECT_THAT(loaded.problem, IsEmpty());
        EXPECT_TRUE((loaded.state == old && !saved) || loaded.state == WithDomain(2));
        EXPECT_FALSE(loaded.from_copy);
        (loaded.state == old ? olds : news)++;
        SaveTo(files, WithDomain(3));  // and life goes on
        EXPECT_EQ(LoadFrom(files).state, WithDomain(3));
        EXPECT_EQ(files.Files().size(), 2u);
      }
    }
  }
  EXPECT_GT(olds, 0);
  EXPECT_GT(news, 0);
}

TEST(StateStoreTest, APowerCutAnywhereLeavesTheOldOrTheNewState) {
  CutPowerEverywhere(true);
}

TEST(StateStoreTest, APowerCutAnywhereInTheFirstSaveLeavesDefaultsOrTheNewState) {
  CutPowerEverywhere(false);
}

TEST(StateStoreTest, AFailureOfAnyOperationKeepsTheOldState) {
  for (int operation = 0; operation < kDocumentOperations; ++operation) {
    SCOPED_TRACE(absl::StrCat("operation ", operation));
    FaultFileSystem files;
    SaveTo(files, WithDomain(1));
    files.FailAt(operation, absl::InternalError("input/output error"));
    const absl::Status saved = StateStore(kPath, files).Save(WithDomain(2));
    EXPECT_EQ(saved.code(), absl::StatusCode::kInternal);
    EXPECT_EQ(LoadFrom(files).state, WithDomain(1));
    EXPECT_EQ(files.Files().size(), 2u);
    files.Restart(UnsyncedNames::kLost);
    EXPECT_EQ(LoadFrom(files).state, WithDomain(1));
  }
}

TEST(StateStoreTest, AFailureOfTheFirstSaveLeavesNoDocument) {
  for (int operation = 0; operation < kDocumentOperations; ++operation) {
    SCOPED_TRACE(absl::StrCat("operation ", operation));
    FaultFileSystem files;
    files.FailAt(operation, absl::InternalError("input/output error"));
    EXPECT_FALSE(StateStore(kPath, files).Save(WithDomain(2)).ok());
    EXPECT_THAT(files.Files(), IsEmpty());
  }
}

TEST(StateStoreTest, AFailureToKeepTheCopyIsToldAndLosesNothing) {
  for (int operation = kDocumentOperations; operation < kDocumentOperations + 3; ++operation) {
    SCOPED_TRACE(absl::StrCat("operation ", operation));
    FaultFileSystem files;
    StateStore store(kPath, files);
    ASSERT_TRUE(store.Save(WithDomain(1)).ok());
    files.FailAt(operation, absl::InternalError("input/output error"));
    EXPECT_TRUE(store.Save(WithDomain(2)).ok());
    EXPECT_EQ(store.copy_status().code(), absl::StatusCode::kInternal);
    EXPECT_EQ(LoadFrom(files).state, WithDomain(2));
    EXPECT_EQ(files.Files()[kPath], files.Files()[kCopy]) << "made good at the next start";
    EXPECT_TRUE(store.Save(WithDomain(3)).ok());
    EXPECT_TRUE(store.copy_status().ok());
    EXPECT_EQ(files.Files().size(), 2u);
  }
}

TEST(StateStoreTest, AFullDiskIsReportedAndTheOldStateKept) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(1));
  files.SetDiskFull(true);
  const absl::Status saved = StateStore(kPath, files).Save(WithDomain(2));
  EXPECT_EQ(saved.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(LoadFrom(files).state, WithDomain(1));
  EXPECT_EQ(files.Files().size(), 2u) << "the half that was written is removed";
  files.SetDiskFull(false);
  SaveTo(files, WithDomain(2));
  EXPECT_EQ(LoadFrom(files).state, WithDomain(2));
}

TEST(StateStoreTest, AStateThatCouldNotBeLoadedIsNotSaved) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(1));
  DesiredState bad = WithDomain(2);
  bad.ptp.interface = "a/b";
  EXPECT_EQ(StateStore(kPath, files).Save(bad).code(), absl::StatusCode::kInvalidArgument);
  bad.ptp.interface = "\xff";  // not UTF-8, which JSON is made of
  EXPECT_EQ(StateStore(kPath, files).Save(bad).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(LoadFrom(files).state, WithDomain(1));
}

// What is in the file, and what must be reported about it.
struct Unusable {
  std::string contents;
  const char* says;
};

std::vector<Unusable> UnusableDocuments() {
  std::vector<Unusable> documents = {
      {"", "the document is empty"},
      {std::string(512, '\0'), "cut off or is not JSON"},
      {"\x7f"
       "ELF garbage",
       "cut off or is not JSON"},
      {R"({"schema_version": 99, "future": {}})", "`schema_version` is 99"},
      {R"({"schema_version": 1})", "`ptp` is missing"},
      {R"({"schema_version": 2})", "`checksum` is missing"},
  };
  const std::string whole = ToText(WithDomain(9));
  for (size_t length = 1; length + 1 < whole.size(); length += 7) {
    documents.push_back({whole.substr(0, length), "cut off or is not JSON"});
  }
  return documents;
}

TEST(StateStoreTest, AnUnusableDocumentIsSetAsideReportedAndKeptByteForByte) {
  for (const Unusable& document : UnusableDocuments()) {
    SCOPED_TRACE(document.contents.substr(0, 40));
    FaultFileSystem files;
    files.Place(kPath, document.contents);
    const LoadedState loaded = LoadFrom(files);
    EXPECT_EQ(loaded.state, DesiredState{});
    EXPECT_EQ(loaded.set_aside_path, kAside);
    EXPECT_THAT(loaded.problem, HasSubstr(document.says));
    EXPECT_FALSE(loaded.from_copy);

    files.Restart(UnsyncedNames::kLost);
    SaveTo(files, WithDomain(3));
    EXPECT_EQ(files.Files()[kAside], document.contents);
    EXPECT_EQ(LoadFrom(files).state, WithDomain(3));
    EXPECT_THAT(LoadFrom(files).set_aside_path, IsEmpty()) << "reported once";
  }
}

TEST(StateStoreTest, AnUnusableDocumentGivesWayToItsCopy) {
  for (const Unusable& document : UnusableDocuments()) {
    SCOPED_TRACE(document.contents.substr(0, 40));
    FaultFileSystem files;
    SaveTo(files, WithDomain(7));
    files.Place(kPath, document.contents);
    const LoadedState loaded = LoadFrom(files);
    EXPECT_EQ(loaded.state, WithDomain(7));
    EXPECT_TRUE(loaded.from_copy);
    EXPECT_EQ(loaded.set_aside_path, kAside);
    EXPECT_THAT(loaded.problem, HasSubstr(document.says));
    EXPECT_EQ(files.Files()[kAside], document.contents);

    files.Restart(UnsyncedNames::kLost);
    EXPECT_EQ(LoadFrom(files).state, WithDomain(7));
    EXPECT_THAT(LoadFrom(files).problem, IsEmpty()) << "the document is whole again";
  }
}

TEST(StateStoreTest, NoChangeOfASingleCharacterGoesUnnoticed) {
  const DesiredState state = WithDomain(123);
  const std::string whole = ToText(state);
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char other : {'1', '9', ' ', static_cast<char>(whole[at] ^ 1)}) {
      std::string damaged = whole;
      damaged[at] = other;
      const absl::StatusOr<DesiredState> read = FromText(damaged);
      EXPECT_TRUE(!read.ok() || *read == state) << "at " << at << ": " << damaged;
    }
  }
}

TEST(StateStoreTest, AMissingDocumentIsReplacedByItsCopy) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(7));
  ASSERT_TRUE(files.Remove(kPath).ok());
  const LoadedState loaded = LoadFrom(files);
  EXPECT_EQ(loaded.state, WithDomain(7));
  EXPECT_TRUE(loaded.from_copy);
  EXPECT_THAT(loaded.problem, HasSubstr(kPath));
  EXPECT_THAT(loaded.set_aside_path, IsEmpty());
}

TEST(StateStoreTest, WhereDocumentAndCopyAreUnusableBothAreKept) {
  FaultFileSystem files;
  files.Place(kPath, "document");
  files.Place(kCopy, "copy");
  const LoadedState loaded = LoadFrom(files);
  EXPECT_EQ(loaded.state, DesiredState{});
  EXPECT_EQ(loaded.set_aside_path, kAside);
  SaveTo(files, WithDomain(1));
  EXPECT_EQ(files.Files()[kAside], "document");
  EXPECT_EQ(files.Files()[absl::StrCat(kPath, ".set-aside-2")], "copy");
}

TEST(StateStoreTest, APowerCutWhileTheCopyTakesOverLosesNothing) {
  FaultFileSystem counted;
  SaveTo(counted, WithDomain(7));
  counted.Place(kPath, "garbage");
  const int before = counted.operations();
  LoadFrom(counted);
  const int operations = counted.operations() - before;
  ASSERT_GT(operations, kDocumentOperations);
  for (int operation = 0; operation < operations; ++operation) {
    for (Cut cut : {Cut::kBefore, Cut::kDuring, Cut::kAfter}) {
      for (UnsyncedNames names : {UnsyncedNames::kLost, UnsyncedNames::kKept}) {
        FaultFileSystem files;
        SaveTo(files, WithDomain(7));
        files.Place(kPath, "garbage");
        files.CutPowerAt(operation, cut);
        static_cast<void>(StateStore(kPath, files).Load());
        files.Restart(names);
        EXPECT_EQ(LoadFrom(files).state, WithDomain(7));
        EXPECT_EQ(files.Files()[kAside], "garbage");
      }
    }
  }
}

TEST(StateStoreTest, ASecondUnusableDocumentDoesNotReplaceTheFirst) {
  FaultFileSystem files;
  files.Place(kPath, "first");
  EXPECT_EQ(LoadFrom(files).set_aside_path, kAside);
  files.Place(kPath, "second");
  EXPECT_EQ(LoadFrom(files).set_aside_path, absl::StrCat(kPath, ".set-aside-2"));
  EXPECT_EQ(files.Files()[kAside], "first");
  EXPECT_EQ(files.Files()[absl::StrCat(kPath, ".set-aside-2")], "second");
}

TEST(StateStoreTest, APowerCutWhileSettingAsideLosesNothing) {
  for (int operation = 0; operation < 2; ++operation) {
    for (Cut cut : {Cut::kBefore, Cut::kDuring, Cut::kAfter}) {
      for (UnsyncedNames names : {UnsyncedNames::kLost, UnsyncedNames::kKept}) {
        FaultFileSystem files;
        files.Place(kPath, "garbage");
        files.CutPowerAt(operation, cut);
        EXPECT_FALSE(StateStore(kPath, files).Load().ok());
        files.Restart(names);
        EXPECT_EQ(LoadFrom(files).state, DesiredState{});
        ASSERT_EQ(files.Files().size(), 1u);
        EXPECT_EQ(files.Files()[kAside], "garbage");
      }
    }
  }
}

TEST(StateStoreTest, ADocumentThatCannotBeReadStaysWhereItIs) {
  FaultFileSystem files;
  SaveTo(files, WithDomain(1));
  files.FailReads(absl::PermissionDeniedError("permission denied"));
  const absl::StatusOr<LoadedState> loaded = StateStore(kPath, files).Load();
  EXPECT_EQ(loaded.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(StateStore(kPath, files).Save(WithDomain(2)).ok());
  files.FailReads(absl::OkStatus());
  EXPECT_EQ(LoadFrom(files).state, WithDomain(1));
}

TEST(StateStoreTest, AnUnusableDocumentThatCannotBeSetAsideIsAnError) {
  FaultFileSystem files;
  files.Place(kPath, "garbage");
  files.FailAt(0, absl::PermissionDeniedError("read-only"));
  const absl::StatusOr<LoadedState> loaded = StateStore(kPath, files).Load();
  EXPECT_EQ(loaded.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(loaded.status().message()), HasSubstr("cannot be set aside"));
  EXPECT_EQ(files.Files()[kPath], "garbage");
}

}  // namespace
}  // namespace hostctl::store
