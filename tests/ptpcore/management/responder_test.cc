#include "ptpcore/management/responder.h"

#include <optional>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "managed.h"

namespace ptpcore::management {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::ManagementAction;
using wire::ManagementError;

class ResponderTest : public ::testing::Test {
 protected:
  std::vector<Answer> Ask(Request request, uint16_t arrived_on = 1) {
    request.message.tlvs = request.tlvs;
    return Respond(request.message, arrived_on, clock_, rules_, counters_);
  }
  static wire::ManagementTlv TlvOf(const Answer& answer) {
    const auto tlv = wire::FindTlv<wire::ManagementTlv>(answer.tlvs);
    EXPECT_TRUE(tlv) << "an error status";
    return tlv.value_or(wire::ManagementTlv{});
  }
  static wire::ManagementErrorStatus ErrorOf(const std::vector<Answer>& answers) {
    if (answers.size() != 1) {
      ADD_FAILURE() << answers.size() << " answers";
      return {};
    }
    const auto tlv = wire::FindTlv<wire::ManagementErrorStatus>(answers[0].tlvs);
    EXPECT_TRUE(tlv) << "no error";
    return tlv.value_or(wire::ManagementErrorStatus{});
  }
  static uint16_t PortOf(const Answer& answer) { return answer.message.header.source.port; }

  FakeClock clock_;
  Rules rules_{/*allow_set=*/true};
  Counters counters_;
};

TEST_F(ResponderTest, AnswersTheOneWhoAsks) {
  const auto answers = Ask(RequestOf(ManagementAction::kGet, Id::kPriority1));
  ASSERT_THAT(answers, SizeIs(1));
  const wire::Header& header = answers[0].message.header;
  EXPECT_EQ(header.type, wire::MessageType::kManagement);
  EXPECT_EQ(header.source, (wire::PortIdentity{kUs, 1}));
  EXPECT_EQ(header.sequence_id, 42);
  EXPECT_EQ(header.domain_number, 24);
  EXPECT_EQ(header.control, 4);
  EXPECT_EQ(header.log_message_interval, wire::kNoLogInterval);
  EXPECT_TRUE(header.Has(wire::kUnicast));
  const auto& body = std::get<wire::Management>(answers[0].message.body);
  EXPECT_EQ(body.target, kAsker);
  EXPECT_EQ(body.action, ManagementAction::kResponse);
  EXPECT_EQ(TlvOf(answers[0]).management_id, 0x2005);
  EXPECT_THAT(TlvOf(answers[0]).data, ElementsAre(100, 0));
  EXPECT_EQ(counters_.requests, 1U);
}

TEST_F(ResponderTest, TheAnswerGoesAsFarAsTheRequestCame) {
  Request request = RequestOf(ManagementAction::kGet, Id::kPriority1);
  auto& body = std::get<wire::Management>(request.message.body);
  body.starting_boundary_hops = 5;
  body.boundary_hops = 2;
  const auto answers = Ask(request);
  ASSERT_THAT(answers, SizeIs(1));
  const auto& answer = std::get<wire::Management>(answers[0].message.body);
  EXPECT_EQ(answer.starting_boundary_hops, 3);
  EXPECT_EQ(answer.boundary_hops, 3);
  body.boundary_hops = 9;  // more than it started with
  const auto absurd = Ask(request);
  ASSERT_THAT(absurd, SizeIs(1));
  EXPECT_EQ(std::get<wire::Management>(absurd[0].message.body).boundary_hops, 0);
}

TEST_F(ResponderTest, EachPortAnswersForItself) {
  const auto answers = Ask(RequestOf(ManagementAction::kGet, Id::kPortDataSet));
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(PortOf(answers[0]), 1);
  EXPECT_EQ(PortOf(answers[1]), 2);
  EXPECT_EQ(TlvOf(answers[0]).data[10], 9);
  EXPECT_EQ(TlvOf(answers[1]).data[10], 6);
}

TEST_F(ResponderTest, ForTheClockThePortAnswersThatWasAsked) {
  const auto answers = Ask(RequestOf(ManagementAction::kGet, Id::kDefaultDataSet), 2);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(PortOf(answers[0]), 2);
}

TEST_F(ResponderTest, ATargetIsAClockAndAPort) {
  const auto asks = [&](const wire::PortIdentity& target) {
    return Ask(RequestOf(ManagementAction::kGet, Id::kPortDataSet, {}, target));
  };
  EXPECT_THAT(asks({kUs, 0xFFFF}), SizeIs(2));
  ASSERT_THAT(asks({kUs, 2}), SizeIs(1));
  EXPECT_EQ(PortOf(asks({kUs, 2})[0]), 2);
  ASSERT_THAT(asks({wire::kAllPorts.clock, 1}), SizeIs(1));
  EXPECT_THAT(asks({kUs, 3}), IsEmpty());
  EXPECT_THAT(asks({kGrandmaster, 0xFFFF}), IsEmpty());
  EXPECT_EQ(counters_.others, 2U);
}

TEST_F(ResponderTest, AnswersOfOthersAreNotAnswered) {
  EXPECT_THAT(Ask(RequestOf(ManagementAction::kResponse, Id::kPriority1)), IsEmpty());
  EXPECT_THAT(Ask(RequestOf(ManagementAction::kAcknowledge, Id::kPriority1)), IsEmpty());
  EXPECT_THAT(Ask(RequestOf(ManagementAction{7}, Id::kPriority1)), IsEmpty());
  EXPECT_EQ(counters_.others, 3U);
}

TEST_F(ResponderTest, ARequestWithoutItsTlvIsIgnored) {
  Request request = RequestOf(ManagementAction::kGet, Id::kPriority1);
  request.tlvs.clear();
  EXPECT_THAT(Ask(request), IsEmpty());
  request.tlvs = {0x00, 0x01, 0x00, 0x00};  // no managementId
  EXPECT_THAT(Ask(request), IsEmpty());
  EXPECT_EQ(counters_.malformed, 2U);
}

TEST_F(ResponderTest, EverythingThatCanBeReadIsAnswered) {
  for (const Traits& traits : kTable) {
    const auto answers = Ask(RequestOf(ManagementAction::kGet, traits.id, {}, {kUs, 1}));
    ASSERT_THAT(answers, SizeIs(1)) << traits.name;
    if ((traits.support & kGet) != 0) {
      EXPECT_EQ(TlvOf(answers[0]).management_id, static_cast<uint16_t>(traits.id)) << traits.name;
    } else {
      EXPECT_EQ(ErrorOf(answers).error, ManagementError::kNotSupported) << traits.name;
      EXPECT_THAT(ErrorOf(answers).display_data, HasSubstr(traits.name));
    }
  }
}

TEST_F(ResponderTest, AnIdThatNobodyKnowsIsNamedAsSuch) {
  const auto error = ErrorOf(Ask(RequestOf(ManagementAction::kGet, uint16_t{0x2FFF})));
  EXPECT_EQ(error.error, ManagementError::kNoSuchId);
  EXPECT_EQ(error.management_id, 0x2FFF);
  EXPECT_EQ(counters_.errors, 1U);
}

TEST_F(ResponderTest, SetAnswersWithWhatHoldsAfterwards) {
  const auto answers = Ask(RequestOf(ManagementAction::kSet, Id::kPriority1, {7, 0}));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(TlvOf(answers[0]).data, ElementsAre(7, 0));
  ASSERT_THAT(clock_.changes, SizeIs(1));
  EXPECT_EQ(clock_.changes[0].priority1, 7);
}

TEST_F(ResponderTest, SetOfAPortSettingChangesAllPortsOnce) {
  const auto answers = Ask(RequestOf(ManagementAction::kSet, Id::kLogSyncInterval, {0xFD, 0}));
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_THAT(TlvOf(answers[1]).data, ElementsAre(0xFD, 0));
  EXPECT_THAT(clock_.changes, SizeIs(1));
}

TEST_F(ResponderTest, OnePortOfSeveralCannotBeSetAlone) {
  const Request request =
      RequestOf(ManagementAction::kSet, Id::kLogSyncInterval, {0xFD, 0}, {kUs, 1});
  EXPECT_EQ(ErrorOf(Ask(request)).error, ManagementError::kNotSetable);
  EXPECT_THAT(clock_.changes, IsEmpty());
  clock_.view.ports.resize(1);
  EXPECT_THAT(Ask(request), SizeIs(1));
  EXPECT_THAT(clock_.changes, SizeIs(1));
}

TEST_F(ResponderTest, SetAndCommandAreRefusedUnlessPermitted) {
  rules_.allow_set = false;
  const auto set = ErrorOf(Ask(RequestOf(ManagementAction::kSet, Id::kPriority1, {7, 0})));
  EXPECT_EQ(set.error, ManagementError::kNotSupported);
  EXPECT_THAT(set.display_data, HasSubstr("not permitted"));
  const auto command =
      ErrorOf(Ask(RequestOf(ManagementAction::kCommand, Id::kNullManagement, {}, {kUs, 1})));
  EXPECT_EQ(command.error, ManagementError::kNotSupported);
  EXPECT_THAT(clock_.changes, IsEmpty());
  EXPECT_EQ(counters_.refused, 2U);
  EXPECT_EQ(counters_.errors, 2U);
  EXPECT_THAT(Ask(RequestOf(ManagementAction::kGet, Id::kPriority1)), SizeIs(1));
}

TEST_F(ResponderTest, ACommandIsAcknowledged) {
  const auto answers =
      Ask(RequestOf(ManagementAction::kCommand, Id::kNullManagement, {}, {kUs, 1}));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(std::get<wire::Management>(answers[0].message.body).action,
            ManagementAction::kAcknowledge);
  EXPECT_THAT(TlvOf(answers[0]).data, IsEmpty());
}

TEST_F(ResponderTest, WhatCannotBeDoneIsNamed) {
  const auto error = [&](ManagementAction action, Id id, std::vector<uint8_t> data = {}) {
    return ErrorOf(Ask(RequestOf(action, id, data, {kUs, 1}))).error;
  };
  EXPECT_EQ(error(ManagementAction::kSet, Id::kDefaultDataSet), ManagementError::kNotSetable);
  EXPECT_EQ(error(ManagementAction::kSet, Id::kTime, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
            ManagementError::kNotSetable);
  EXPECT_EQ(error(ManagementAction::kCommand, Id::kPriority1), ManagementError::kNotSupported);
  EXPECT_EQ(error(ManagementAction::kCommand, Id::kInitialize), ManagementError::kNotSupported);
  EXPECT_EQ(error(ManagementAction::kSet, Id::kPriority1, {7, 0, 0, 0}),
            ManagementError::kWrongLength);
  EXPECT_EQ(error(ManagementAction::kSet, Id::kPriority1), ManagementError::kWrongLength);
  EXPECT_THAT(clock_.changes, IsEmpty());
}

TEST_F(ResponderTest, WhatTheClockRefusesIsAWrongValueWithItsReason) {
  clock_.answer = absl::InvalidArgumentError("domain 255 is not one of 24..43");
  const auto error = ErrorOf(Ask(RequestOf(ManagementAction::kSet, Id::kDomain, {255, 0})));
  EXPECT_EQ(error.error, ManagementError::kWrongValue);
  EXPECT_EQ(error.display_data, "domain 255 is not one of 24..43");
}

TEST_F(ResponderTest, ADataSetThatFillsMoreThanAMessageIsTooBig) {
  clock_.view.path_trace.resize(200);
  const auto error = ErrorOf(Ask(RequestOf(ManagementAction::kGet, Id::kPathTraceList)));
  EXPECT_EQ(error.error, ManagementError::kResponseTooBig);
}

TEST(ForwardedTest, GoesAsFarAsItsHopsAndNotPastItsTarget) {
  wire::Message message = RequestOf(ManagementAction::kGet, Id::kPriority1).message;
  auto& body = std::get<wire::Management>(message.body);
  body.boundary_hops = 2;
  const auto forwarded = Forwarded(message, kUs);
  ASSERT_TRUE(forwarded);
  EXPECT_EQ(std::get<wire::Management>(forwarded->body).boundary_hops, 1);
  EXPECT_EQ(std::get<wire::Management>(forwarded->body).starting_boundary_hops, 1);
  EXPECT_EQ(forwarded->header.source, kAsker);

  body.boundary_hops = 0;
  EXPECT_FALSE(Forwarded(message, kUs));
  body.boundary_hops = 2;
  body.target = {kUs, 1};
  EXPECT_FALSE(Forwarded(message, kUs));
  body.target = {kGrandmaster, 1};
  EXPECT_TRUE(Forwarded(message, kUs));
}

}  // namespace
}  // namespace ptpcore::management
