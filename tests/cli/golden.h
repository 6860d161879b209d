// Golden files: what people and programs see, kept beside the tests as text.
//
//   ExpectGolden("help/system_ptp.txt", HelpText(table, {"system", "ptp"}));
//
// tests/cli/update-golden writes them anew; the difference is for the reviewer.
#pragma once

#include <set>
#include <string>

namespace hostctl::cli {

// Fails unless the file tests/cli/golden/NAME holds exactly `text`; writes it there
// instead if HOSTCTL_UPDATE_GOLDEN is set.
void ExpectGolden(const std::string& name, const std::string& text);

// Fails for files in tests/cli/golden/FOLDER that are not among `names`; removes
// them if HOSTCTL_UPDATE_GOLDEN is set.
void ExpectNoOtherGolden(const std::string& folder, const std::set<std::string>& names);

}  // namespace hostctl::cli
