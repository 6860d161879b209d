"""A small PTP master for what no Debian program sends: one-step Sync, the PTP
timescale with its UTC offset, and packets that are wrong on purpose.

    python3 scripted_master.py [--utc-offset 37] [--error-ns N] [--priority1 N]
                                                     announces and syncs until it is ended
    python3 scripted_master.py --bad-packets         sends one packet of each kind and ends
    python3 scripted_master.py --random-packets N    sends noise and ends

IEEE 1588-2008 clause 13 (formats). Time is CLOCK_REALTIME, stamped in user space when it
is sent: good to some tens of microseconds.
"""
import argparse
import random
import struct
import time

from ptp_network import EVENT_PORT, GENERAL_PORT, PtpNetwork

SYNC, DELAY_REQ, PDELAY_REQ, PDELAY_RESP = 0x0, 0x1, 0x2, 0x3
DELAY_RESP, PDELAY_RESP_FOLLOW_UP, ANNOUNCE = 0x9, 0xA, 0xB
IDENTITY = bytes.fromhex("0200c0fffe000001") + struct.pack("!H", 1)
TWO_STEP, PTP_TIMESCALE, UTC_OFFSET_VALID = 0x0200, 0x0008, 0x0004


def message(kind, body, sequence=0, flags=0, domain=0, version=2, log_interval=0,
            length=None, identity=IDENTITY, correction=0, major_sdo_id=0):
    """A whole message; `length` overrides the true messageLength, `correction` in 2^-16 ns."""
    control = {SYNC: 0, DELAY_REQ: 1, DELAY_RESP: 3}.get(kind, 5)
    size = 34 + len(body)
    return struct.pack("!BBHBxHq4x10sHBb", major_sdo_id << 4 | kind, version, size if length is None else length,
                       domain, flags, correction, identity, sequence, control, log_interval) + body


def timestamp(nanoseconds):
    """`Timestamp`: 48 bits of seconds, 32 of nanoseconds."""
    seconds, rest = divmod(nanoseconds, 10**9)
    return struct.pack("!HII", seconds >> 32, seconds & 0xFFFFFFFF, rest)


def announce(utc_offset=0, priority1=128, clock_class=248, grandmaster=IDENTITY[:8],
             steps_removed=0, **header):
    # accuracy and variance unknown, priority2 128, GNSS
    body = timestamp(0) + struct.pack("!hxBBBHB8sHB", utc_offset, priority1, clock_class, 0xFE,
                                      0xFFFF, 128, grandmaster, steps_removed, 0x20)
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


class Master:
    """Announces and sends one-step Sync at regular times, and answers delay requests."""

    def __init__(self, network, arguments):
        self.network = network
        self.arguments = arguments
        self.flags = PTP_TIMESCALE | UTC_OFFSET_VALID if arguments.utc_offset else 0
        # PTP time = UTC + currentUtcOffset
        self.shift = arguments.utc_offset * 10**9 + arguments.error_ns

    def message(self, kind, body, sequence, flags=0, log_interval=0):
        return message(kind, body, sequence, self.flags | flags, self.arguments.domain,
                       log_interval=log_interval, major_sdo_id=self.arguments.major_sdo_id)

    def run(self):
        sync, per_announce = self.arguments.log_sync, 2**(
            self.arguments.log_announce - self.arguments.log_sync)
        sequence, next_sync = 0, time.monotonic()
        while True:
            received = self.network.receive(max(0, next_sync - time.monotonic()))
            if received:
                self.answer(*received)
                continue
            if time.monotonic() < next_sync:
                continue
            if sequence % per_announce == 0:
                self.network.send(announce(
                    self.arguments.utc_offset, self.arguments.priority1,
                    self.arguments.clock_class, flags=self.flags, domain=self.arguments.domain,
                    major_sdo_id=self.arguments.major_sdo_id, sequence=sequence // per_announce % 65536,
                    log_interval=self.arguments.log_announce))
            if "sync" not in self.arguments.without:
                body = timestamp(time.time_ns() + self.shift)
                flags = TWO_STEP if "follow-up" in self.arguments.without else 0
                self.network.send(self.message(SYNC, body, sequence % 65536, flags, sync))
            sequence += 1
            next_sync += 2.0**sync

    def answer(self, request, received_ns):
        if len(request) < 44 or request[4] != self.arguments.domain \
                or "answers" in self.arguments.without:
            return
        number, = struct.unpack("!H", request[30:32])
        asker = request[20:30]
        if request[0] & 0xF == DELAY_REQ:
            body = timestamp(received_ns + self.shift) + asker
            self.network.send(self.message(DELAY_RESP, body, number,
                                           log_interval=self.arguments.log_sync))
        elif request[0] & 0xF == PDELAY_REQ:
            body = timestamp(received_ns + self.shift) + asker
            self.network.send(self.message(PDELAY_RESP, body, number, TWO_STEP, 127))
            body = timestamp(time.time_ns() + self.shift) + asker
            self.network.send(self.message(PDELAY_RESP_FOLLOW_UP, body, number, 0, 127))


def send_noise(network, count):
    chance = random.Random(1588)
    for number in range(count):
        packet = chance.randbytes(chance.randrange(1, 200))
        if number % 2:
            packet = bytes([chance.randrange(16), 2]) + struct.pack("!H", len(packet) + 4) + packet
        network.send(packet, EVENT_PORT if number % 3 else GENERAL_PORT)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transport", choices=("UDPv4", "UDPv6", "L2"), default="UDPv4")
    parser.add_argument("--domain", type=int, default=0)
    parser.add_argument("--utc-offset", type=int, default=0,
                        help="seconds; not 0: the PTP timescale")
    parser.add_argument("--error-ns", type=int, default=0, help="how wrong its time is")
    parser.add_argument("--priority1", type=int, default=128)
    parser.add_argument("--clock-class", type=int, default=248)
    parser.add_argument("--log-announce", type=int, default=0)
    parser.add_argument("--log-sync", type=int, default=-2)
    parser.add_argument("--major-sdo-id", type=int, default=0)
    parser.add_argument("--without", action="append", default=[],
                        choices=("sync", "follow-up", "answers"),
                        help="what it does not send; without follow-up: a two-step Sync")
    parser.add_argument("--bad-packets", action="store_true")
    parser.add_argument("--random-packets", type=int, metavar="N",
                        help="sends N packets of random bytes, half of them after a true header")
    arguments = parser.parse_args()
    network = PtpNetwork(arguments.transport)
    if arguments.random_packets:
        send_noise(network, arguments.random_packets)
    elif arguments.bad_packets:
        for _, port, packet in bad_packets():
            network.send(packet, port)
    else:
        Master(network, arguments).run()


if __name__ == "__main__":
    main()
