#include "cli/test_report.h"

#include "cli/format/printf.h"
#include "cli/format/text_layout.h"
#include "cli/proto_record.h"

namespace hostctl::cli {
namespace {

struct Mark {
  const char* text;
  Meaning meaning;
};

Mark MarkOf(v1::TestOutcome outcome) {
  switch (outcome) {
    case v1::TEST_OUTCOME_PASSED:
      return {"[ ok ]", Meaning::kGood};
    case v1::TEST_OUTCOME_WARNING:
      return {"[warn]", Meaning::kWarning};
    case v1::TEST_OUTCOME_FAILED:
      return {"[FAIL]", Meaning::kBad};
    default:
      return {"[ -- ]", Meaning::kNone};
  }
}

// Lines behind a heading: the first with `lead`, what does not fit below it.
std::string Indented(const std::string& lead, const std::string& text, size_t width) {
  const size_t room = width > lead.size() + 20 ? width - lead.size() : 0;
  std::string lines;
  std::string before = lead;
  for (const std::string& line : Wrapped(text, room)) {
    lines += before + line + "\n";
    before = std::string(lead.size(), ' ');
  }
  return lines;
}

Record RecordOfTest(const v1::TestVerdict& verdict, const std::vector<v1::TestStep>& steps) {
  List list;
  for (const v1::TestStep& step : steps) list.emplace_back(RecordOf(step));
  Record record = RecordOf(verdict);
  record.type = "Test";
  record.fields.push_back({"steps", Value(std::move(list))});
  return record;
}

}  // namespace

TestReport::TestReport(Session& session)
    : session_(session), for_people_(!IsMachineFormat(session.format)) {}

void TestReport::Take(const v1::TestProgress& progress) {
  if (progress.has_started()) {
    WriteStarted(progress.started());
  } else if (progress.has_step()) {
    steps_.push_back(progress.step());
    Write(progress.step());
  } else if (progress.has_verdict()) {
    verdict_ = progress.verdict();
    complete_ = true;
  }
}

// Only where it can be replaced, and takes long enough to be read.
void TestReport::WriteStarted(const v1::TestStepStarted& started) {
  if (!for_people_ || !session_.screen.terminal || !started.has_expected()) return;
  std::string line =
      "[ .. ] " + started.title() +
      Printf("  (about %lld s)", static_cast<long long>(started.expected().seconds()));
  if (session_.screen.width > 0 && Width(line) >= session_.screen.width) {
    line.resize(session_.screen.width - 1);
  }
  session_.streams.out << line << std::flush;
  started_shown_ = true;
}

void TestReport::EraseStarted() {
  if (started_shown_) session_.streams.out << "\r\x1b[K";
  started_shown_ = false;
}

void TestReport::Write(const v1::TestStep& step) {
  if (!for_people_) return;
  EraseStarted();
  const Mark mark = MarkOf(step.outcome());
  const std::string text = step.title() + (step.detail().empty() ? "" : "  " + step.detail());
  std::string lines = Indented(std::string(mark.text) + " ", text, session_.screen.width);
  const std::string coloured = Coloured(mark.text, mark.meaning, session_.screen.colour);
  lines.replace(0, std::string(mark.text).size(), coloured);
  session_.streams.out << lines << std::flush;
}

std::string TestReport::VerdictText() const {
  const size_t width = session_.screen.width;
  std::string text = "\n";
  for (const v1::TestFinding& finding : verdict_.findings()) {
    text += Coloured(finding.code(), MarkOf(finding.severity()).meaning, session_.screen.colour);
    text += "\n" + Indented("   ", finding.message(), width);
    for (const std::string& evidence : finding.evidence()) {
      text += Indented("   Seen: ", evidence, width);
    }
    // A command is never broken: it is to be typed.
    if (!finding.remedy().empty()) text += "   Do: " + finding.remedy() + "\n";
    text += "\n";
  }
  if (verdict_.working_normally()) {
    return text + Indented("", verdict_.message(), width);
  }
  return text + Indented("Not working: ", verdict_.message(), width);
}

Outcome TestReport::End() {
  EraseStarted();
  Output output;
  if (!verdict_.working_normally()) output.exit_code = kExitNotSynchronized;
  if (for_people_) output.lines = VerdictText();
  output.machine = [verdict = verdict_, steps = steps_] {
    return Records{false, {RecordOfTest(verdict, steps)}, {}};
  };
  return output;
}

}  // namespace hostctl::cli
