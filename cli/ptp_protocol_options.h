// How PTP speaks, on the command line: an option for each value of hostctl.v1.PtpProtocol,
// and those for masters and management. One table for setting and for showing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/outcome.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

// The options of `system ptp set` that say how PTP speaks, in groups.
std::vector<Option> ProtocolOptions();

// Sets what was given, and names it in the mask. A failure when a value is not of the form
// that its option wants.
std::optional<Failure> AddProtocolSettings(const Arguments& arguments,
                                           v1::UpdatePtpRequest& request);

// One value as its option takes it, and with what it means: `-4 (16/s)`.
struct ProtocolValue {
  std::string option;  // `log-sync-interval`
  std::string text;
};

// Those that are set, in the order of the table.
std::vector<ProtocolValue> ProtocolValues(const v1::PtpProtocol& protocol);
// The value of one option, empty if it is not set.
std::string ProtocolValueText(const v1::PtpProtocol& protocol, const std::string& option);

// `001b21fffe030405@192.0.2.1=10`, as --acceptable-master takes it.
std::string AcceptableMasterText(const v1::AcceptableMaster& master);

}  // namespace hostctl::cli
