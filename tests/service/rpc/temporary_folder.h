// A folder that is gone, with what is in it, when the test is over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hostctl::rpc {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    char pattern[] = "/tmp/hostctl-rpc-XXXXXX";
    path_ = mkdtemp(pattern);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace hostctl::rpc
