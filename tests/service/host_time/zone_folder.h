// A folder with a few time zones, taken from the host, and an /etc beside it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "service/host_time/time_zones.h"

namespace hostctl::host_time {

class ZoneFolder {
 public:
  ZoneFolder() {
    std::string name = ::testing::TempDir() + "zonesXXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    for (const char* zone : {"UTC", "Europe/Berlin", "Asia/Kathmandu"}) {
      const std::filesystem::path to = root_ / "zoneinfo" / zone;
      std::filesystem::create_directories(to.parent_path());
      std::filesystem::copy_file(std::filesystem::path("/usr/share/zoneinfo") / zone, to);
    }
    std::filesystem::create_directories(root_ / "etc");
  }
  ~ZoneFolder() { std::filesystem::remove_all(root_); }
  ZoneFolder(const ZoneFolder&) = delete;
  ZoneFolder& operator=(const ZoneFolder&) = delete;

  std::string Path(const std::string& name) const { return (root_ / name).string(); }
  ZonePaths Paths() const {
    return {Path("zoneinfo"), Path("etc/localtime"), Path("etc/timezone")};
  }
  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name)) << text;
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path root_;
};

}  // namespace hostctl::host_time
