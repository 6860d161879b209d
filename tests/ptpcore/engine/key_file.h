// A file of security associations as ptpd wants it: nobody else can read it.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::engine {

inline constexpr char kKeyOne[] = "1 SHA256-128 HEX:000102030405060708090A0B0C0D0E0F\n";
inline constexpr char kKeyTwo[] = "2 AES128 HEX:101112131415161718191A1B1C1D1E1F\n";
// Another key of the same number.
inline constexpr char kForgedOne[] = "1 SHA256-128 HEX:FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n";

class KeyFile {
 public:
  explicit KeyFile(const std::string& keys) {
    static std::atomic<int> count{0};
    path_ =
        ::testing::TempDir() + "/keys" + std::to_string(getpid()) + "." + std::to_string(++count);
    Write(keys);
  }
  ~KeyFile() { unlink(path_.c_str()); }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;

  // Another file takes its place, as people should do it.
  void Write(const std::string& keys, mode_t mode = 0600) {
    const std::string aside = path_ + ".new";
    std::ofstream(aside) << "[security_association]\nspp 0\n" << keys;
    chmod(aside.c_str(), mode);
    std::rename(aside.c_str(), path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ptpcore::engine
