// See event_log.h.
#include "service/event/event_log.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/event/event_record.h"

namespace hostctl::event {
namespace {

// Numbers are reserved on disk so many at a time.
constexpr uint64_t kReservation = 64;

std::string Plural(size_t count, const std::string& what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace

EventLog::EventLog(Options options, store::FileSystem& files)
    : options_(std::move(options)),
      current_path_(options_.folder + "/events.log"),
      previous_path_(options_.folder + "/events.log.1"),
      numbers_path_(options_.folder + "/events.next"),
      files_(files) {}

std::vector<std::string> EventLog::Open() {
  std::vector<std::string> notes;
  absl::Status folder = files_.MakeFolders(options_.folder);
  if (!folder.ok()) notes.push_back(absl::StrCat("events are not stored: ", folder.message()));
  std::vector<v1::Event> previous = ReadFile(previous_path_, /*current=*/false, notes);
  std::vector<v1::Event> current = ReadFile(current_path_, /*current=*/true, notes);

  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto* part : {&previous, &current}) {
    for (v1::Event& event : *part) {
      if (!events_.empty() && event.sequence() <= events_.back().sequence()) continue;
      if (part == &current && first_in_current_ == 0) first_in_current_ = event.sequence();
      events_.push_back(std::move(event));
    }
  }
  next_ = events_.empty() ? 1 : events_.back().sequence() + 1;
  ReadNumbers(notes);
  forgotten_ = events_.empty() ? next_ - 1 : events_.front().sequence() - 1;
  return notes;
}

std::vector<v1::Event> EventLog::ReadFile(const std::string& path, bool current,
                                          std::vector<std::string>& notes) {
  const auto text = files_.Read(path);
  if (absl::IsNotFound(text.status())) return {};
  if (!text.ok()) {
    notes.push_back(absl::StrCat("earlier events are not readable: ", text.status().message()));
    return {};
  }
  Segment segment = ReadSegment(*text);
  if (current) {
    current_exists_ = true;
    current_bytes_ = text->size();
  }
  if (segment.torn) {
    notes.push_back(absl::StrCat("the last record of `", path,
                                 "` was cut off, as by a power cut, and is removed"));
  }
  if (segment.damaged_lines > 0) {
    notes.push_back(absl::StrCat(Plural(segment.damaged_lines, "record"), " of `", path,
                                 "` is damaged and left out"));
  }
  if (segment.whole() || !current) return std::move(segment.events);
  std::string whole;
  for (const v1::Event& event : segment.events) whole += ToLine(event);
  const absl::Status replaced = Replace(path, whole);
  if (replaced.ok()) {
    current_bytes_ = whole.size();
  } else {
    current_torn_ = true;
    notes.push_back(absl::StrCat("what is damaged stays there: ", replaced.message()));
  }
  return std::move(segment.events);
}

// `events.next`: the log's name and the reservation, decimal, each followed by a blank or
// line break.
void EventLog::ReadNumbers(std::vector<std::string>& notes) {
  const auto text = files_.Read(numbers_path_);
  const std::vector<std::string> words =
      text.ok() ? std::vector<std::string>(absl::StrSplit(*text, absl::ByAnyChar(" \n")))
                : std::vector<std::string>();
  const bool known = words.size() == 3 && absl::SimpleAtoi(words[0], &log_id_) &&
                     absl::SimpleAtoi(words[1], &reserved_) && log_id_ != 0;
  if (!known) {
    if (!absl::IsNotFound(text.status())) {
      notes.push_back(absl::StrCat("`", numbers_path_,
                                   "` is not usable: watchers are told that they missed events"));
    }
    log_id_ = std::max<uint64_t>(options_.random(), 1);
    reserved_ = 0;
    return;
  }
  // The last reservation was not made before it was needed: fewer numbers than it held
  // were unused, or the newest events are lost.
  if (next_ + kReservation <= reserved_) {
    notes.push_back(absl::StrCat("events up to number ", reserved_, " are lost"));
    next_ = reserved_ + 1;
    lost_ = reserved_;
  }
}

absl::Status EventLog::Replace(const std::string& path, const std::string& contents) {
  const std::string aside = path + ".new";
  absl::Status done = files_.WriteAndSync(aside, contents);
  if (done.ok()) done = files_.Rename(aside, path);
  if (done.ok()) return files_.SyncFolder(options_.folder);
  static_cast<void>(files_.Remove(aside));
  return done;
}

absl::Status EventLog::Reserve(uint64_t sequence) {
  if (sequence <= reserved_) return absl::OkStatus();
  const uint64_t until = sequence + kReservation - 1;
  absl::Status done = Replace(numbers_path_, absl::StrCat(log_id_, " ", until, "\n"));
  if (done.ok()) reserved_ = until;
  return done;
}

absl::Status EventLog::Rotate(uint64_t next_sequence) {
  absl::Status done = files_.Rename(current_path_, previous_path_);
  if (!done.ok()) return done;
  ForgetBefore(first_in_current_ == 0 ? next_sequence : first_in_current_);
  current_bytes_ = 0;
  current_exists_ = current_torn_ = false;
  first_in_current_ = 0;
  return files_.SyncFolder(options_.folder);
}

absl::Status EventLog::Store(const v1::Event& event) {
  absl::Status done = Reserve(event.sequence());
  std::string line = ToLine(event);
  if (current_bytes_ > 0 && current_bytes_ + line.size() > options_.segment_bytes) {
    absl::Status rotated = Rotate(event.sequence());
    // Without room no record is added: the file stays bounded.
    if (!rotated.ok() && current_bytes_ > 0) return rotated;
  }
  if (current_torn_) line = "\n" + line;
  absl::Status added = files_.AppendAndSync(current_path_, line);
  current_torn_ = !added.ok();
  if (!added.ok()) return added;
  current_bytes_ += line.size();
  if (first_in_current_ == 0) first_in_current_ = event.sequence();
  if (!current_exists_) done.Update(files_.SyncFolder(options_.folder));
  current_exists_ = true;
  return done;
}

void EventLog::ForgetBefore(uint64_t sequence) {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (!events_.empty() && events_.front().sequence() < sequence) {
    forgotten_ = events_.front().sequence();
    events_.pop_front();
  }
}

void EventLog::SayOnce(const absl::Status& status) {
  std::string what;
  if (!status.ok()) {
    what = absl::StrCat("events are not stored safely: ", status.message());
  } else if (!last_said_.empty()) {
    what = "events are stored again";
  }
  if (what == last_said_) return;
  last_said_ = status.ok() ? "" : what;
  if (!what.empty()) options_.log(what);
}

v1::Event EventLog::Add(v1::Event event) {
  event = Storable(std::move(event));
  if (!event.has_time()) {
    *event.mutable_time() =
        google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(options_.now()));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    event.set_sequence(next_++);
  }
  SayOnce(Store(event));
  std::vector<std::shared_ptr<Subscriber>> subscribers;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(event);
    while (events_.size() > options_.most_events) {
      forgotten_ = events_.front().sequence();
      events_.pop_front();
    }
    for (const auto& [id, subscriber] : subscribers_) subscribers.push_back(subscriber);
  }
  for (const auto& subscriber : subscribers) {
    const std::lock_guard<std::recursive_mutex> lock(subscriber->mutex);
    if (subscriber->added != nullptr) subscriber->added();
  }
  return event;
}

std::vector<v1::Event> EventLog::Events() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {events_.begin(), events_.end()};
}

Position EventLog::End() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t newest = events_.empty() ? next_ - 1 : events_.back().sequence();
  return {log_id_, std::max(newest, lost_)};
}

std::optional<EventLog::Start> EventLog::Resume(const std::string& token) const {
  const auto position = FromToken(token);
  if (!position.has_value()) return std::nullopt;
  const std::lock_guard<std::mutex> lock(mutex_);
  // Of a log that was lost, or of events that never reached the disk.
  if (position->log_id != log_id_ || position->sequence >= next_) {
    return Start{{log_id_, forgotten_}, true};
  }
  return Start{{log_id_, std::max(position->sequence, forgotten_)},
               position->sequence < std::max(forgotten_, lost_)};
}

EventLog::Next EventLog::After(uint64_t sequence) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (sequence < forgotten_) return {std::nullopt, true};
  const auto next = std::upper_bound(
      events_.begin(), events_.end(), sequence,
      [](uint64_t number, const v1::Event& event) { return number < event.sequence(); });
  if (next == events_.end()) return {};
  return {*next, false};
}

uint64_t EventLog::Subscribe(std::function<void()> added) {
  auto subscriber = std::make_shared<Subscriber>();
  subscriber->added = std::move(added);
  const std::lock_guard<std::mutex> lock(mutex_);
  subscribers_[next_subscriber_] = std::move(subscriber);
  return next_subscriber_++;
}

void EventLog::Unsubscribe(uint64_t id) {
  std::shared_ptr<Subscriber> subscriber;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = subscribers_.find(id);
    if (found == subscribers_.end()) return;
    subscriber = std::move(found->second);
    subscribers_.erase(found);
  }
  const std::lock_guard<std::recursive_mutex> lock(subscriber->mutex);
  subscriber->added = nullptr;
}

}  // namespace hostctl::event
