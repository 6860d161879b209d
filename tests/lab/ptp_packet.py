"""PTP messages as octets, right or wrong as asked for: IEEE 1588-2008 clause 13."""
import struct

SYNC, DELAY_REQ, PDELAY_REQ, PDELAY_RESP = 0x0, 0x1, 0x2, 0x3
DELAY_RESP, PDELAY_RESP_FOLLOW_UP, ANNOUNCE = 0x9, 0xA, 0xB
SIGNALING, MANAGEMENT = 0xC, 0xD
# sourcePortIdentity of the scripted master.
IDENTITY = bytes.fromhex("0200c0fffe000001") + struct.pack("!H", 1)
TWO_STEP, UNICAST, PTP_TIMESCALE, UTC_OFFSET_VALID = 0x0200, 0x0400, 0x0008, 0x0004


def message(kind, body, sequence=0, flags=0, domain=0, version=2, log_interval=0,
            length=None, identity=IDENTITY, correction=0, major_sdo_id=0):
    """A whole message; `length` overrides the true messageLength, `correction` in 2^-16 ns."""
    control = {SYNC: 0, DELAY_REQ: 1, DELAY_RESP: 3, MANAGEMENT: 4}.get(kind, 5)
    size = 34 + len(body)
    return struct.pack("!BBHBxHq4x10sHBb", major_sdo_id << 4 | kind, version,
                       size if length is None else length, domain, flags, correction, identity,
                       sequence, control, log_interval) + body


def timestamp(nanoseconds):
    """`Timestamp`: 48 bits of seconds, 32 of nanoseconds."""
    return raw_timestamp(*divmod(nanoseconds, 10**9))


def raw_timestamp(seconds, nanoseconds):
    """As above, also where there is no such time."""
    return struct.pack("!HII", seconds >> 32, seconds & 0xFFFFFFFF, nanoseconds)


def announce(utc_offset=0, priority1=128, clock_class=248, grandmaster=IDENTITY[:8],
             steps_removed=0, **header):
    """An Announce with accuracy and variance unknown, priority2 128, GNSS."""
    body = timestamp(0) + struct.pack("!hxBBBHB8sHB", utc_offset, priority1, clock_class, 0xFE,
                                      0xFFFF, 128, grandmaster, steps_removed, 0x20)
    return message(ANNOUNCE, body, **header)


REQUEST_UNICAST, GRANT_UNICAST = 0x0004, 0x0005  # tlvType, table 52


def unicast_terms(tlv_type, kind, log_interval, duration_s):
    """A REQUEST or GRANT_UNICAST_TRANSMISSION TLV for messages of this kind, 16.1.4."""
    terms = struct.pack("!BbI", kind << 4, log_interval, duration_s)
    if tlv_type == GRANT_UNICAST:
        terms += b"\0\1"  # reserved, renewal invited
    return struct.pack("!HH", tlv_type, len(terms)) + terms


def signaling(tlvs, **header):
    """A Signaling message for whoever gets it."""
    return message(SIGNALING, b"\xff" * 10 + tlvs, flags=UNICAST, log_interval=127, **header)
