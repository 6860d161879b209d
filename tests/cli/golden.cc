#include "tests/cli/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

constexpr char kHowToUpdate[] =
    "not as in the golden file; if the new text is meant, run tests/cli/update-golden";

std::filesystem::path GoldenFolder() {
  return std::filesystem::path(HOSTCTL_SOURCE_DIR) / "tests/cli/golden";
}

bool Updating() {
  return std::getenv("HOSTCTL_UPDATE_GOLDEN") != nullptr;
}

}  // namespace

void ExpectGolden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = GoldenFolder() / name;
  if (Updating()) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(golden.str(), text) << path << " " << kHowToUpdate;
}

void ExpectNoOtherGolden(const std::string& folder, const std::set<std::string>& names) {
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder() / folder)) {
    if (names.count(entry.path().filename().string()) > 0) continue;
    if (Updating()) {
      std::filesystem::remove(entry.path());
    } else {
      ADD_FAILURE() << entry.path() << " belongs to nothing; run tests/cli/update-golden";
    }
  }
}

}  // namespace hostctl::cli
