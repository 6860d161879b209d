"""A small PTP master for what no Debian program sends: one-step Sync, the PTP
timescale with its UTC offset, and packets that are wrong on purpose.

    python3 scripted_master.py [--utc-offset 37] [--error-ns N] [--priority1 N]
                                                     announces and syncs until it is ended
    python3 scripted_master.py --bad-packets         sends one packet of each kind and ends
    python3 scripted_master.py --random-packets N    sends noise and ends

IEEE 1588-2008 clause 13 (formats) and annex D (UDP over IPv4). Time is CLOCK_REALTIME,
stamped in user space: good to some tens of microseconds.
"""
import argparse
import random
import select
import socket
import struct
import time

GROUP = "224.0.1.129"
EVENT_PORT, GENERAL_PORT = 319, 320
SYNC, DELAY_REQ, DELAY_RESP, ANNOUNCE = 0x0, 0x1, 0x9, 0xB
IDENTITY = bytes.fromhex("0200c0fffe000001") + struct.pack("!H", 1)
PTP_TIMESCALE, UTC_OFFSET_VALID = 0x0008, 0x0004
SO_TIMESTAMPNS = 35


def message(kind, body, sequence=0, flags=0, domain=0, version=2, log_interval=0,
            length=None, identity=IDENTITY):
    """A whole message; `length` overrides the true messageLength."""
    control = {SYNC: 0, DELAY_REQ: 1, DELAY_RESP: 3}.get(kind, 5)
    size = 34 + len(body)
    return struct.pack("!BBHBxHq4x10sHBb", kind, version, size if length is None else length,
                       domain, flags, 0, identity, sequence, control, log_interval) + body


def timestamp(nanoseconds):
    """`Timestamp`: 48 bits of seconds, 32 of nanoseconds."""
    seconds, rest = divmod(nanoseconds, 10**9)
    return struct.pack("!HII", seconds >> 32, seconds & 0xFFFFFFFF, rest)


def announce(utc_offset=0, priority1=128, **header):
    # class 248, accuracy unknown, variance unknown, priority2 128, self, GNSS
    body = timestamp(0) + struct.pack("!hxBBBHB8sHB", utc_offset, priority1, 248, 0xFE, 0xFFFF, 128,
                                      IDENTITY[:8], 0, 0x20)
    return message(ANNOUNCE, body, **header)


def bad_packets():
    """(reason, port, packet): what a receiver must count and ignore."""
    good = announce()
    tlv_past_end = struct.pack("!HH", 0x0003, 400) + bytes(6)
    return [
        ("truncated", GENERAL_PORT, good[:20]),
        ("truncated", GENERAL_PORT, good[:40]),
        ("version_mismatches", GENERAL_PORT, announce(version=1)),
        ("domain_mismatches", GENERAL_PORT, announce(domain=77)),
        ("bad_message_length", GENERAL_PORT, announce(length=20)),
        ("bad_tlv", GENERAL_PORT, message(ANNOUNCE, good[34:] + tlv_past_end)),
        ("unknown_message_type", GENERAL_PORT, message(0x5, good[34:])),
        ("truncated", EVENT_PORT, b""),
    ]


def open_socket(port):
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    opened.bind(("", port))
    by_device = struct.pack("=4s4si", socket.inet_aton(GROUP), bytes(4),
                            socket.if_nametoindex("eth0"))
    opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, by_device)
    opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, by_device)
    opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    return opened


def receive_stamped(opened):
    """A packet and when the kernel received it, in nanoseconds."""
    data, ancillary, _, _ = opened.recvmsg(2048, 256)
    for level, kind, value in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("=qq", value)
            return data, seconds * 10**9 + nanoseconds
    return data, time.time_ns()


def serve(event, general, utc_offset, error_ns, priority1):
    """Announces once a second, sends one-step Sync four times a second, answers Delay_Req."""
    flags = PTP_TIMESCALE | UTC_OFFSET_VALID if utc_offset else 0
    shift = utc_offset * 10**9 + error_ns  # PTP time = UTC + currentUtcOffset
    interval = 0.25
    sequence, next_sync = 0, time.monotonic()
    while True:
        readable, _, _ = select.select([event], [], [], max(0, next_sync - time.monotonic()))
        if readable:
            request, received = receive_stamped(event)
            if len(request) >= 44 and request[0] & 0xF == DELAY_REQ:
                body = timestamp(received + shift) + request[20:30]
                number, = struct.unpack("!H", request[30:32])
                general.sendto(message(DELAY_RESP, body, number, flags), (GROUP, GENERAL_PORT))
            continue
        if sequence % 4 == 0:
            general.sendto(announce(utc_offset, priority1, flags=flags, sequence=sequence // 4),
                           (GROUP, GENERAL_PORT))
        body = timestamp(time.time_ns() + shift)
        event.sendto(message(SYNC, body, sequence, flags, log_interval=-2), (GROUP, EVENT_PORT))
        sequence = (sequence + 1) % 65536
        next_sync += interval


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--utc-offset", type=int, default=0,
                        help="seconds; not 0: the PTP timescale")
    parser.add_argument("--error-ns", type=int, default=0, help="how wrong its time is")
    parser.add_argument("--priority1", type=int, default=128)
    parser.add_argument("--bad-packets", action="store_true")
    parser.add_argument("--random-packets", type=int, metavar="N",
                        help="sends N packets of random bytes, half of them after a true header")
    arguments = parser.parse_args()
    event, general = open_socket(EVENT_PORT), open_socket(GENERAL_PORT)
    if arguments.random_packets:
        chance = random.Random(1588)
        for number in range(arguments.random_packets):
            packet = chance.randbytes(chance.randrange(1, 200))
            if number % 2:
                packet = bytes([chance.randrange(16), 2]) + struct.pack("!H", len(packet) + 4) + packet
            (event if number % 3 else general).sendto(
                packet, (GROUP, EVENT_PORT if number % 3 else GENERAL_PORT))
    elif arguments.bad_packets:
        for _, port, packet in bad_packets():
            (event if port == EVENT_PORT else general).sendto(packet, (GROUP, port))
    else:
        serve(event, general, arguments.utc_offset, arguments.error_ns, arguments.priority1)


if __name__ == "__main__":
    main()
