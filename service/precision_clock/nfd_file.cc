// https://kubernetes-sigs.github.io/node-feature-discovery/, "Local feature source".
#include "service/precision_clock/nfd_file.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::precision_clock {

std::string FeatureFileText(const Labels& labels, absl::Time expires) {
  std::string text =
      absl::StrCat("# Written by hostd, and taken away when it ends.\n# +expiry-time=",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", expires, absl::UTCTimeZone()), "\n");
  for (const auto& [name, value] : labels) absl::StrAppend(&text, name, "=", value, "\n");
  return text;
}

NfdFile::NfdFile(std::string folder, store::FileSystem& files,
                 std::function<void(const std::string&)> log)
    : folder_(std::move(folder)), files_(files), log_(std::move(log)) {}

void NfdFile::Publish(const v1::TimeStatus& status, absl::Time now,
                      std::chrono::steady_clock::time_point steady) {
  if (folder_.empty() || steady < not_before_) return;
  const Labels labels = LabelsOf(status, written_);
  const absl::Duration left = expires_ - now;
  // More than its life is left when the clock was set back.
  if (labels == written_ && left > kLife / 2 && left <= kLife) return;
  const absl::Time expires = now + kLife;
  const absl::Status done = Write(FeatureFileText(labels, expires));
  if (done.ok()) {
    written_ = labels;
    expires_ = expires;
    complaint_.clear();
    return;
  }
  not_before_ = steady + kPatience;
  // Without the folder this node has no Node Feature Discovery, or not yet.
  if (absl::IsNotFound(done) || done.message() == complaint_) return;
  complaint_ = std::string(done.message());
  log_(absl::StrCat("node labels are not published: ", complaint_));
}

absl::Status NfdFile::Write(const std::string& text) {
  // Names with a dot are ignored by the reader, which runs as another user.
  const std::string unfinished = folder_ + "/.hostctl";
  absl::Status done = files_.WriteAndSync(unfinished, text);
  if (done.ok()) done = files_.LetAllRead(unfinished);
  if (done.ok()) done = files_.Rename(unfinished, path());
  return done;
}

void NfdFile::Remove() {
  if (folder_.empty()) return;
  written_.clear();
  const absl::Status done = files_.Remove(path());
  if (done.ok() || absl::IsNotFound(done)) return;
  log_(absl::StrCat("node labels stay until they expire: ", std::string(done.message())));
}

}  // namespace hostctl::precision_clock
