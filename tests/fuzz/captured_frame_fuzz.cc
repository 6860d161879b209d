// Frames from any network: whatever the octets, decoding stays within them and what is said
// of them is a line. First octet: what the frame begins with; second: how much was cut off.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "service/capture/frame_summary.h"
#include "service/capture/packet_log.h"
#include "service/capture/ptp_frame.h"

namespace {

using hostctl::capture::DecodedFrame;
using hostctl::capture::Frame;
using hostctl::capture::FrameFilter;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Within(absl::Span<const uint8_t> part, absl::Span<const uint8_t> whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void Check(const Frame& frame) {
  const DecodedFrame decoded = DecodeFrame(frame);
  Require(Within(decoded.layers.payload, frame.data));
  Require(decoded.layers.payload_length >= decoded.layers.payload.size());
  if (decoded.message) {
    Require(decoded.is_ptp() && decoded.header);
    Require(Within(decoded.message->tlvs, frame.data));
  }
  if (decoded.membership) {
    Require(decoded.membership->groups.size() <= 64 && decoded.membership->left.size() <= 64);
  }
  const std::string summary = SummaryOf(decoded);
  Require(!summary.empty());
  for (const char c : summary + decoded.malformed) Require(c >= ' ' && c <= '~');
  Require(IsWanted(frame, FrameFilter::kAll));
  Require(!IsWanted(frame, FrameFilter::kPtp) || IsWanted(frame, FrameFilter::kPtpAndMembership));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  Frame frame;
  frame.link =
      data[0] % 2 == 0 ? hostctl::capture::LinkLayer::kEthernet : hostctl::capture::LinkLayer::kIp;
  // Exactly as long as it is: what is behind it must not be read.
  frame.data.assign(data + 2, data + size);
  frame.original_length = frame.data.size() + data[1];
  Check(frame);
  // The same octets as a message of the packet log.
  const std::vector<uint8_t> message(data + 2, data + size);
  if (const auto logged = hostctl::capture::ParseLogged(message, absl::UnixEpoch())) {
    Check(logged->frame);
  }
  return 0;
}
