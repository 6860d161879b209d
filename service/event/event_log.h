// The events of this host: kept in memory and in a bounded file that survives power
// cuts. In its folder:
//
//   events.log       the newest events, a line each (event_record.h)
//   events.log.1     those before; the former contents are forgotten when it is replaced
//   events.next      the log's name and a number above every one that was given out
//
//   EventLog log(options, store::PosixFileSystem());
//   for (const std::string& note : log.Open()) ...;     // what was found damaged
//   log.Add(MakeEvent(...));
//
// A line that a power cut tore off is removed at the next Open(); events whose Add()
// returned while the disk worked are never lost, until they are forgotten. Where files
// cannot be written events are kept in memory only, which is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "hostctl/v1/event.pb.h"
#include "service/event/resume_token.h"
#include "service/store/file_system.h"

namespace hostctl::event {

class EventLog {
 public:
  struct Options {
    std::string folder;
    // Of each of the two files.
    size_t segment_bytes = size_t{1} << 20U;
    // Events that are kept in memory where files cannot be written.
    size_t most_events = 5000;
    std::function<absl::Time()> now = absl::Now;
    std::function<uint64_t()> random;  // names a new log
    std::function<void(const std::string&)> log = [](const std::string&) {};
  };

  // `files` must outlive the log.
  EventLog(Options options, store::FileSystem& files);

  // Reads what is kept; before anything else. Says what was damaged, lost or not
  // readable, a sentence each. Never fails: a log that cannot be read starts empty.
  std::vector<std::string> Open();

  // Gives `event` its number and, where it has none, its time; keeps it and tells the
  // subscribers. Returns the event as it is kept. One thread at a time.
  v1::Event Add(v1::Event event);

  // Those that are kept, oldest first. Any thread, as all that follow.
  std::vector<v1::Event> Events() const;
  // After the newest event.
  Position End() const;

  // Where a reader goes on who stood at `token`.
  struct Start {
    Position position;
    bool missed = false;  // events in between are forgotten
  };
  // Nothing: the token was not made here.
  std::optional<Start> Resume(const std::string& token) const;

  struct Next {
    std::optional<v1::Event> event;  // nothing: there is none yet
    bool forgotten = false;          // there was one, and it is no longer kept
  };
  // The event after number `sequence`.
  Next After(uint64_t sequence) const;

  // `added` is called, on the thread of Add(), after every event. It may call this object.
  // Never again once Unsubscribe() has returned.
  uint64_t Subscribe(std::function<void()> added);
  void Unsubscribe(uint64_t id);

 private:
  struct Subscriber {
    std::recursive_mutex mutex;
    std::function<void()> added;
  };

  std::vector<v1::Event> ReadFile(const std::string& path, bool current,
                                  std::vector<std::string>& notes);
  void ReadNumbers(std::vector<std::string>& notes);
  absl::Status Reserve(uint64_t sequence);
  absl::Status Store(const v1::Event& event);
  absl::Status Rotate(uint64_t next_sequence);
  absl::Status Replace(const std::string& path, const std::string& contents);
  void ForgetBefore(uint64_t sequence);
  void SayOnce(const absl::Status& status);

  const Options options_;
  const std::string current_path_;
  const std::string previous_path_;
  const std::string numbers_path_;
  store::FileSystem& files_;

  // Of Add() alone.
  size_t current_bytes_ = 0;
  bool current_exists_ = false;
  bool current_torn_ = false;      // its last line may be cut off
  uint64_t first_in_current_ = 0;  // 0: it holds none
  uint64_t reserved_ = 0;          // every number up to here may be given out
  std::string last_said_;

  mutable std::mutex mutex_;
  uint64_t log_id_ = 0;
  uint64_t next_ = 1;
  std::deque<v1::Event> events_;
  uint64_t forgotten_ = 0;  // the newest number that is no longer kept, from the oldest on
  uint64_t lost_ = 0;       // files were lost that held some up to here
  std::map<uint64_t, std::shared_ptr<Subscriber>> subscribers_;
  uint64_t next_subscriber_ = 1;
};

}  // namespace hostctl::event
