// A test of time as it goes: for a person a line per step as it is done, then what was found
// and the verdict; for programs one document at the end.
//
//   TestReport report(session);
//   ...watch: report.Take(progress);
//   return report.End();
#pragma once

#include <string>
#include <vector>

#include "cli/outcome.h"
#include "cli/session.h"
#include "hostctl/v1/test.pb.h"

namespace hostctl::cli {

class TestReport {
 public:
  explicit TestReport(Session& session);

  void Take(const v1::TestProgress& progress);
  // The verdict came: nothing is to come any more.
  bool complete() const { return complete_; }
  // What is left to show, with exit code 4 where something FAILED.
  Outcome End();

 private:
  void Write(const v1::TestStep& step);
  void WriteStarted(const v1::TestStepStarted& started);
  void EraseStarted();
  std::string VerdictText() const;

  Session& session_;
  const bool for_people_;
  bool started_shown_ = false;  // a line that the step's own will replace
  bool complete_ = false;
  std::vector<v1::TestStep> steps_;
  v1::TestVerdict verdict_;
};

}  // namespace hostctl::cli
