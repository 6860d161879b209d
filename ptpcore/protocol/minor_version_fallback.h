// Which minorVersionPTP our messages carry (IEEE 1588-2019 7.5.5): 1, unless that does not
// work. Some network devices stamp or pass only messages of minor version 0, because they
// take the octet with the version as a whole; and some old peers do not answer others.
//
// Pure: told of every request of ours whether it worked; a request is a Delay_Req or a
// Pdelay_Req, and it worked when it was stamped and answered.
#pragma once

#include <cstdint>

namespace ptpcore::protocol {

class MinorVersionFallback {
 public:
  // A request of ours came to nothing. True where the version changes by that.
  bool Failed();
  // A request of ours was stamped and answered.
  void Worked();
  // Another network device, or another peer: what was found out holds no longer.
  void Reset() { *this = MinorVersionFallback(); }

  uint8_t minor_version() const { return minor_version_; }
  // Version 1 failed and version 0 works: worth telling.
  bool fell_back() const { return settled_ && minor_version_ == 0; }

 private:
  uint8_t minor_version_ = 1;
  int failures_ = 0;      // in a row
  bool settled_ = false;  // the version in use has worked
};

}  // namespace ptpcore::protocol
