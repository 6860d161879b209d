#include "service/capture/capture.h"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "absl/synchronization/notification.h"
#include "fake_source.h"
#include "service/reconcile/failure.h"

namespace hostctl::capture {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

constexpr std::chrono::seconds kLong{20};

Frame Sync() {
  return Received(UdpFrame(319, Encoded(TwoStepSync())));
}

// A capture and what it brought; waits for it.
class Reader {
 public:
  std::function<void()> OnItem() {
    return [this] {
      const std::lock_guard<std::mutex> lock(mutex_);
      woken_ = true;
      wake_.notify_one();
    };
  }
  void Read(std::shared_ptr<Capture> capture) { capture_ = std::move(capture); }

  // The next item within a long time.
  v1::CaptureResponse Next() {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (true) {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        woken_ = false;
      }
      if (std::optional<v1::CaptureResponse> item = capture_->Take()) return *std::move(item);
      std::unique_lock<std::mutex> lock(mutex_);
      if (!wake_.wait_until(lock, deadline, [this] { return woken_; })) {
        ADD_FAILURE() << "nothing came";
        return {};
      }
    }
  }
  void Cancel() { capture_->Cancel(); }
  bool Idle() { return !capture_->Take(); }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::shared_ptr<Capture> capture_;
};

class CaptureTest : public ::testing::Test {
 protected:
  static CaptureSettings Settings() {
    CaptureSettings settings;
    settings.interface = "vmk0";
    settings.device = "eth0";
    settings.points = {v1::CAPTURE_POINT_WIRE};
    settings.max_duration = std::chrono::hours(1);
    return settings;
  }

  absl::Status Start(const CaptureSettings& settings, Reader& reader) {
    auto capture = captures_.Start(settings, reader.OnItem());
    if (capture.ok()) reader.Read(*std::move(capture));
    return capture.status();
  }

  std::map<v1::CapturePoint, FakeWire> wires_;
  absl::Status refusal_;
  Reader reader_;
  std::vector<std::unique_ptr<Reader>> readers_;
  Captures captures_{
      [this](v1::CapturePoint point, const std::string& /*device*/,
             FrameFilter /*filter*/) -> absl::StatusOr<std::unique_ptr<FrameSource>> {
        if (!refusal_.ok()) return refusal_;
        return std::make_unique<FakeSource>(wires_[point]);
      }};
};

TEST_F(CaptureTest, TellsHowItStartedThenFramesThenHowItEnded) {
  CaptureSettings settings = Settings();
  settings.max_frames = 2;
  ASSERT_TRUE(Start(settings, reader_).ok());
  const v1::CaptureStarted started = reader_.Next().started();
  EXPECT_EQ(started.interface(), "vmk0");
  EXPECT_EQ(started.device(), "eth0");
  EXPECT_THAT(started.points(), ElementsAre(v1::CAPTURE_POINT_WIRE));

  Frame frame = Sync();
  frame.time = absl::FromUnixNanos(1'700'000'000'000'000'005);
  wires_[v1::CAPTURE_POINT_WIRE].Put(frame);
  const v1::CapturedFrame first = reader_.Next().frame();
  EXPECT_EQ(first.time().seconds(), 1'700'000'000);
  EXPECT_EQ(first.time().nanos(), 5);
  EXPECT_EQ(first.point(), v1::CAPTURE_POINT_WIRE);
  EXPECT_EQ(first.direction(), v1::CAPTURE_DIRECTION_RECEIVED);
  EXPECT_EQ(first.data(), std::string(frame.data.begin(), frame.data.end()));
  EXPECT_EQ(first.original_length(), frame.data.size());
  EXPECT_EQ(first.summary(), "Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (192.0.2.1), two-step");
  EXPECT_EQ(first.malformed(), "");

  frame.direction = Direction::kSent;
  frame.data[14 + 20 + 8 + 1] = 1;  // versionPTP
  wires_[v1::CAPTURE_POINT_WIRE].Put(frame);
  const v1::CapturedFrame second = reader_.Next().frame();
  EXPECT_EQ(second.direction(), v1::CAPTURE_DIRECTION_SENT);
  EXPECT_EQ(second.malformed(), "versionPTP is 1, not 2");

  const v1::CaptureEnded ended = reader_.Next().ended();
  EXPECT_EQ(ended.limit(), "max_frames");
  EXPECT_EQ(ended.frames(), 2U);
  EXPECT_EQ(ended.dropped(), 0U);
  EXPECT_TRUE(reader_.Idle());
  EXPECT_EQ(wires_[v1::CAPTURE_POINT_WIRE].open, 0) << "the source is closed";
}

TEST_F(CaptureTest, SeveralPointsAreSeenAtOnce) {
  CaptureSettings settings = Settings();
  settings.points = {v1::CAPTURE_POINT_WIRE, v1::CAPTURE_POINT_IP, v1::CAPTURE_POINT_SOCKET};
  settings.max_frames = 3;
  for (const v1::CapturePoint point : settings.points) wires_[point].Put(Sync());
  ASSERT_TRUE(Start(settings, reader_).ok());
  reader_.Next();
  EXPECT_EQ(reader_.Next().frame().point(), v1::CAPTURE_POINT_WIRE);
  EXPECT_EQ(reader_.Next().frame().point(), v1::CAPTURE_POINT_IP);
  EXPECT_EQ(reader_.Next().frame().point(), v1::CAPTURE_POINT_SOCKET);
  EXPECT_EQ(reader_.Next().ended().frames(), 3U);
}

TEST_F(CaptureTest, EndsWhenItsTimeIsOver) {
  CaptureSettings settings = Settings();
  settings.max_duration = milliseconds(1);
  ASSERT_TRUE(Start(settings, reader_).ok());
  reader_.Next();
  EXPECT_EQ(reader_.Next().ended().limit(), "max_duration");
}

TEST_F(CaptureTest, KeepsOnlyTheBeginningOfFramesAndStillReadsThemWhole) {
  CaptureSettings settings = Settings();
  settings.snap_length = 64;
  settings.max_frames = 1;
  wires_[v1::CAPTURE_POINT_WIRE].Put(Sync());
  ASSERT_TRUE(Start(settings, reader_).ok());
  reader_.Next();
  const v1::CapturedFrame frame = reader_.Next().frame();
  EXPECT_EQ(frame.data().size(), 64U);
  EXPECT_EQ(frame.original_length(), 86U);
  EXPECT_EQ(frame.summary(), "Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (192.0.2.1), two-step");
}

TEST_F(CaptureTest, AReaderThatIsTooSlowLosesFramesAndIsToldHowMany) {
  CaptureSettings settings = Settings();
  settings.max_frames = FrameQueue::kMostFrames + 1;
  FakeWire& wire = wires_[v1::CAPTURE_POINT_WIRE];
  wire.dropped = 7;  // by the kernel
  constexpr uint64_t kTooMany = 10;
  for (uint64_t i = 0; i < FrameQueue::kMostFrames + kTooMany; ++i) wire.Put(Sync());
  ASSERT_TRUE(Start(settings, reader_).ok());
  // Nothing is read until all that was put in has been seen; the last may be under way.
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (!wire.empty()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  reader_.Next();  // that it has begun
  // A frame that was read has made room for one more.
  uint64_t frames = 0;
  v1::CaptureResponse item = reader_.Next();
  wire.Put(Sync());
  for (; item.has_frame(); item = reader_.Next()) ++frames;
  EXPECT_EQ(frames, FrameQueue::kMostFrames + 1);
  EXPECT_EQ(item.ended().frames(), frames);
  EXPECT_GE(item.ended().dropped(), 7 + kTooMany - 1);
  EXPECT_LE(item.ended().dropped(), 7 + kTooMany);
}

TEST_F(CaptureTest, AtMostFourRunAtOnceAndOneThatEndedMakesRoom) {
  for (size_t i = 0; i < Captures::kMost; ++i) {
    readers_.push_back(std::make_unique<Reader>());
    ASSERT_TRUE(Start(Settings(), *readers_.back()).ok());
  }
  const absl::Status refused = Start(Settings(), reader_);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(reconcile::DetailOf(refused).reason, "TOO_MANY_CAPTURES");
  readers_[1]->Cancel();
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (!Start(Settings(), reader_).ok()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
}

TEST_F(CaptureTest, SaysWhyItCannot) {
  refusal_ = absl::PermissionDeniedError("cannot capture on `eth0`");
  EXPECT_EQ(reconcile::DetailOf(Start(Settings(), reader_)).reason, "CAPTURE_NOT_PERMITTED");
  refusal_ = absl::UnavailableError("nftables: no");
  EXPECT_EQ(reconcile::DetailOf(Start(Settings(), reader_)).reason, "CAPTURE_UNAVAILABLE");
}

TEST(FrameQueue, IsBoundedInOctetsToo) {
  FrameQueue queue;
  v1::CapturedFrame large;
  large.set_data(std::string(FrameQueue::kMostOctets / 2, 'x'));
  EXPECT_TRUE(queue.Push(large));
  EXPECT_TRUE(queue.Push(large));
  EXPECT_FALSE(queue.Push(large));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_TRUE(queue.Pop());
  EXPECT_TRUE(queue.Push(large));
}

}  // namespace
}  // namespace hostctl::capture
