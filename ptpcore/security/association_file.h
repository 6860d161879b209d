// The file of security associations, in the format of linuxptp 4 (`sa_file` of ptp4l(8)), so that
// both can share one:
//
//   [security_association]
//   spp 0
//   seqid_window 3
//   allow_mutable 0
//   1 SHA256-128 HEX:F8ADC6B8B8E9AA709106BA42481EC9E29607334DE2C3C737A11A12931DB27F8C
//   2 AES128 16 B64:+vSOugHnxZZqdst4eu1Oew==
//
// A key is `id algorithm [octets] value`, its value text as it is, or behind `ASCII:`, `HEX:` or
// `B64:`. Ours alone, and ignored by ptp4l with a line in its log, is when a key may be used:
//
//   validity 2 2026-12-01T00:00:00Z 2027-03-01T00:00:00Z      (or - for no limit)
//
// Where ptp4l leaves out what it does not understand, we refuse the file: half of what was meant
// to protect is none.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ptpcore/security/association.h"

namespace ptpcore::security {

// INVALID_ARGUMENT names the line and what is wrong with it, never a key.
absl::StatusOr<Associations> ParseAssociations(absl::string_view text);

// Makes octets unreadable that had keys in them.
void Cleanse(std::string& text);

}  // namespace ptpcore::security
