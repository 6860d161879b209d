// One end of a SOCK_SEQPACKET unix socket that answers by script: a function
// from the received packet to the packet to send. For tests.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace ptpcore::control {

// A folder that is gone when the test is over.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    char pattern[] = "/tmp/hostctl-control-XXXXXX";
    path_ = mkdtemp(pattern);
  }
  ~TemporaryFolder() {
    unlink(File("socket").c_str());
    rmdir(path_.c_str());
  }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class ScriptedServer {
 public:
  // Nothing: close the connection instead of answering. An empty string: stay silent.
  using Script = std::function<std::optional<std::string>(const std::string&)>;

  ScriptedServer(const std::string& path, Script script) : script_(std::move(script)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    listener_ = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 4), 0);
    thread_ = std::thread([this] { Serve(); });
  }

  ~ScriptedServer() {
    shutdown(listener_, SHUT_RDWR);  // ends accept()
    const int connection = connection_.load();
    if (connection >= 0) shutdown(connection, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

 private:
  void Serve() {
    while (true) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      connection_ = connection;
      std::vector<char> buffer(512 * 1024);
      while (true) {
        const ssize_t size = recv(connection, buffer.data(), buffer.size(), 0);
        if (size <= 0) break;
        auto answer = script_(std::string(buffer.data(), static_cast<size_t>(size)));
        if (!answer.has_value()) break;
        if (!answer->empty()) send(connection, answer->data(), answer->size(), MSG_NOSIGNAL);
      }
      connection_ = -1;
      close(connection);
    }
  }

  Script script_;
  int listener_ = -1;
  std::atomic<int> connection_{-1};
  std::thread thread_;
};

}  // namespace ptpcore::control
