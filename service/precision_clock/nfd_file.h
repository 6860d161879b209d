// The node's labels for Kubernetes' Node Feature Discovery: a file in the folder that its
// worker reads ("local feature source"). It is replaced in one step, carries the time when it
// expires so that a host daemon that died leaves no labels for long, and is written only when a
// label changes or that time comes near.
//
//   NfdFile file("/etc/kubernetes/node-feature-discovery/features.d", PosixFileSystem(), log);
//   file.Publish(status, absl::Now(), steady_clock::now());    // as often as one likes
//   ...
//   file.Remove();
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "hostctl/v1/time.pb.h"
#include "service/precision_clock/node_labels.h"
#include "service/store/file_system.h"

namespace hostctl::precision_clock {

// The file's text: what it is, when it expires, then `name=value` lines.
std::string FeatureFileText(const Labels& labels, absl::Time expires);

class NfdFile {
 public:
  // How long a written file holds; it is written anew after half of it.
  static constexpr absl::Duration kLife = absl::Minutes(5);
  // After a failure the next attempt waits for so long.
  static constexpr std::chrono::seconds kPatience{10};

  // `folder`: empty: nothing is ever published. One that does not exist is no error: it is
  // looked for again every kPatience. `files` must outlive this; `log` is told what fails, once.
  NfdFile(std::string folder, store::FileSystem& files,
          std::function<void(const std::string&)> log);

  // Sees to it that the file says what `status` says. `now` is the system clock, by which the
  // file expires; it may jump.
  void Publish(const v1::TimeStatus& status, absl::Time now,
               std::chrono::steady_clock::time_point steady);
  // Takes the file away, and with it the labels.
  void Remove();

  // The path of the file.
  std::string path() const { return folder_ + "/hostctl"; }

 private:
  absl::Status Write(const std::string& text);

  const std::string folder_;
  store::FileSystem& files_;
  const std::function<void(const std::string&)> log_;
  Labels written_;  // empty: nothing was written
  absl::Time expires_;
  std::chrono::steady_clock::time_point not_before_;
  std::string complaint_;  // what was logged last
};

}  // namespace hostctl::precision_clock
