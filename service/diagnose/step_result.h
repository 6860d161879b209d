// How a judge says what it found.
//
//   return Passed("INTERFACE", "Interface vmk0 is up", "eth0, 192.0.2.2");
//   return Found("INTERFACE", title, detail, {Failure("INTERFACE_DOWN", "...", {}, "...")});
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/test.pb.h"

namespace hostctl::diagnose {

using Findings = std::vector<hostctl::v1::TestFinding>;

hostctl::v1::TestFinding Failure(const std::string& code, const std::string& message,
                                 const std::vector<std::string>& evidence,
                                 const std::string& remedy);
hostctl::v1::TestFinding Warning(const std::string& code, const std::string& message,
                                 const std::vector<std::string>& evidence,
                                 const std::string& remedy);

hostctl::v1::TestStep Passed(const std::string& code, const std::string& title,
                             const std::string& detail);
hostctl::v1::TestStep Skipped(const std::string& code, const std::string& title,
                              const std::string& why);
// FAILED if one of them is, WARNING if not; PASSED without any.
hostctl::v1::TestStep Found(const std::string& code, const std::string& title,
                            const std::string& detail, const Findings& findings);

}  // namespace hostctl::diagnose
