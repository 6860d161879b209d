// Packets as linuxptp 3.1.1 sent them over a veth pair (UDP payloads): ptp4l as
// grandmaster 020000fffe00000a/1, ptp4l and pmc as its client 020000fffe00000b/1.
#pragma once

#include <vector>

#include "hex.h"

namespace ptpcore::wire::captured {

inline constexpr char kAnnounce[] =
    "0b02 0040 00 00 0000 0000000000000000 00000000 020000fffe00000a 0001 0000 05 01"
    "00000000000000000000 0025 00 80 f8 fe ffff 80 020000fffe00000a 0000 a0";
inline constexpr char kSync[] =
    "0002 002c 00 00 0200 0000000000000000 00000000 020000fffe00000a 0001 0000 00 00"
    "00000000000000000000";
inline constexpr char kFollowUp[] =
    "0802 002c 00 00 0000 0000000000000000 00000000 020000fffe00000a 0001 0000 02 00"
    "00006b02d655 3a081a45";
inline constexpr char kDelayReq[] =
    "0102 002c 00 00 0000 0000000000000000 00000000 020000fffe00000b 0001 0001 01 7f"
    "00000000000000000000";
inline constexpr char kDelayResp[] =
    "0902 0036 00 00 0000 0000000000000000 00000000 020000fffe00000a 0001 0001 03 00"
    "00006b02d65a 3551e9a9 020000fffe00000b 0001";
inline constexpr char kPdelayReq[] =
    "0202 0036 00 00 0000 0000000000000000 00000000 020000fffe00000b 0001 0000 05 7f"
    "00000000000000000000 00000000000000000000";
inline constexpr char kPdelayResp[] =
    "0302 0036 00 00 0200 0000000000000000 00000000 020000fffe00000a 0001 0000 05 7f"
    "00006b02d65d 29b3ba2e 020000fffe00000b 0001";
inline constexpr char kPdelayRespFollowUp[] =
    "0a02 0036 00 00 0000 0000000000000000 00000000 020000fffe00000a 0001 0000 05 7f"
    "00006b02d65d 29b7b421 020000fffe00000b 0001";
// GET CURRENT_DATA_SET: one management TLV.
inline constexpr char kManagement[] =
    "0d02 0048 00 00 0000 0000000000000000 00000000 020000fffe00000b 0001 0000 04 7f"
    "ffffffffffffffff ffff 01 01 00 00 0001 0014 2001 000000000000000000000000000000000000";
// Not captured, as neither peer sends it over multicast: a request of unicast
// Announce messages (16.1.4.1), laid out by hand.
inline constexpr char kSignaling[] =
    "0c12 0036 00 00 0400 0000000000000000 00000000 020000fffe00000b 0001 0000 05 7f"
    "ffffffffffffffff ffff 0004 0006 b0 01 0000012c";

inline std::vector<Octets> AllCaptured() {
  std::vector<Octets> all;
  for (const char* hex : {kAnnounce, kSync, kFollowUp, kDelayReq, kDelayResp, kPdelayReq,
                          kPdelayResp, kPdelayRespFollowUp, kManagement, kSignaling}) {
    all.push_back(FromHex(hex));
  }
  return all;
}

}  // namespace ptpcore::wire::captured
