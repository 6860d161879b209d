#include "ptpcore/protocol/minor_version_fallback.h"

namespace ptpcore::protocol {
namespace {

// Enough that loss does not count as a refusal: one in a hundred packets lost makes this
// happen by chance once in 10^8 requests.
constexpr int kGivesUpAfter = 4;

}  // namespace

bool MinorVersionFallback::Failed() {
  // Once it has worked, failures have other causes.
  if (settled_ || ++failures_ < kGivesUpAfter) return false;
  failures_ = 0;
  minor_version_ = minor_version_ == 0 ? 1 : 0;
  return true;
}

void MinorVersionFallback::Worked() {
  settled_ = true;
  failures_ = 0;
}

}  // namespace ptpcore::protocol
