// Management messages: whatever comes, every answer is a whole message of ours to the one
// who asked, a clock that may not be changed is not, and what is passed on has a hop less.
//
// The first octet chooses the rules and the port; the rest is the message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

#include "ptpcore/management/responder.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_management.h"

namespace {

namespace management = ptpcore::management;
namespace wire = ptpcore::wire;

constexpr wire::ClockIdentity kUs = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0C}};

void Require(bool holds) {
  if (!holds) std::abort();
}

// Two ports; takes every change, or none.
class Clock : public management::ManagedClock {
 public:
  explicit Clock(bool accepts) : accepts_(accepts) {
    view_.default_ds.clock_identity = kUs;
    view_.default_ds.number_ports = 2;
    view_.path_trace.resize(3);
    view_.faults.resize(9);
    view_.product_description = "a;b;c";
    view_.ports.resize(2);
    for (uint16_t i = 0; i < 2; ++i) view_.ports[i].identity = {kUs, static_cast<uint16_t>(i + 1)};
  }

  management::ClockView View() const override { return view_; }
  absl::Status Apply(const management::Change& change) override {
    changed = true;
    if (!accepts_) return absl::InvalidArgumentError("no");
    if (change.priority1) view_.default_ds.priority1 = *change.priority1;
    return absl::OkStatus();
  }

  bool changed = false;

 private:
  bool accepts_;
  management::ClockView view_;
};

void CheckAnswer(const wire::Message& request, const management::Answer& answer) {
  wire::Message message = answer.message;
  message.tlvs = answer.tlvs;
  std::vector<uint8_t> octets(wire::kMaxMessageSize);
  const size_t size = wire::Encode(message, absl::MakeSpan(octets));
  Require(size > 0);
  const auto decoded = wire::Decode({octets.data(), size});
  Require(std::holds_alternative<wire::Message>(decoded));
  Require(message.header.source.clock == kUs);
  Require(message.header.sequence_id == request.header.sequence_id);
  Require(std::get<wire::Management>(message.body).target == request.header.source);
  wire::TlvCursor cursor(answer.tlvs);
  const auto tlv = cursor.Next();
  Require(tlv && cursor.whole());
  Require(wire::DecodeTlv<wire::ManagementTlv>(*tlv).has_value() ||
          wire::DecodeTlv<wire::ManagementErrorStatus>(*tlv).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto decoded = wire::Decode({data + 1, size - 1});
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr) return 0;

  const management::Rules rules{(data[0] & 1) != 0};
  Clock clock((data[0] & 2) != 0);
  management::Counters counters;
  const auto answers =
      management::Respond(*message, static_cast<uint16_t>(data[0] >> 2), clock, rules, counters);
  Require(answers.size() <= 2);
  for (const management::Answer& answer : answers) CheckAnswer(*message, answer);
  Require(rules.allow_set || !clock.changed);
  Require(counters.requests + counters.others + counters.malformed == 1);
  Require(answers.empty() == (counters.requests == 0));

  if (const auto forwarded = management::Forwarded(*message, kUs)) {
    Require(std::get<wire::Management>(forwarded->body).boundary_hops + 1 ==
            std::get<wire::Management>(message->body).boundary_hops);
  }
  return 0;
}
