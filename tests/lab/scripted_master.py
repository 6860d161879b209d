"""A small PTP master for what no Debian program sends: one-step Sync, the PTP
timescale with its UTC offset, messages left out, and absurd ones in between.

    python3 scripted_master.py [--utc-offset 37] [--error-ns N] [--priority1 N] ...

Announces and syncs until it is ended. Time is CLOCK_REALTIME, stamped in user space when
it is sent: good to some tens of microseconds.
"""
import argparse
import struct
import time

import hostile_packets
from ptp_network import PtpNetwork
from ptp_packet import (DELAY_REQ, DELAY_RESP, PDELAY_REQ, PDELAY_RESP, PDELAY_RESP_FOLLOW_UP,
                        PTP_TIMESCALE, SYNC, TWO_STEP, UTC_OFFSET_VALID, announce, message,
                        timestamp)


class Master:
    """Announces and sends one-step Sync at regular times, and answers delay requests."""

    def __init__(self, network, arguments):
        self.network = network
        self.arguments = arguments
        self.flags = PTP_TIMESCALE | UTC_OFFSET_VALID if arguments.utc_offset else 0
        # PTP time = UTC + currentUtcOffset
        self.steady_shift = arguments.utc_offset * 10**9 + arguments.error_ns
        self.shift = self.steady_shift

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
                    major_sdo_id=self.arguments.major_sdo_id,
                    sequence=sequence // per_announce % 65536,
                    log_interval=self.arguments.log_announce))
            if "sync" not in self.arguments.without:
                self.jump(sequence)
                body = timestamp(time.time_ns() + self.shift)
                flags = TWO_STEP if "follow-up" in self.arguments.without else 0
                self.network.send(self.message(SYNC, body, sequence % 65536, flags, sync))
            if sequence == self.arguments.absurd_after:
                for _, packet in hostile_packets.absurd_syncs(
                        time.time_ns() + self.shift, sequence, flags=self.flags,
                        domain=self.arguments.domain):
                    self.network.send(packet)
            sequence += 1
            next_sync += 2.0**sync

    def jump(self, sequence):
        """Every other second its time is off by `--jump-ns`."""
        self.shift = self.steady_shift
        if sequence // max(1, 2**-self.arguments.log_sync) % 2:
            self.shift += self.arguments.jump_ns

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
            # Too early rather than too late: a link that takes less than no time is absurd.
            sent_ns = time.time_ns()
            self.network.send(self.message(PDELAY_RESP, body, number, TWO_STEP, 127))
            body = timestamp(sent_ns + self.shift) + asker
            self.network.send(self.message(PDELAY_RESP_FOLLOW_UP, body, number, 0, 127))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transport", choices=("UDPv4", "UDPv6", "L2"), default="UDPv4")
    parser.add_argument("--domain", type=int, default=0)
    parser.add_argument("--utc-offset", type=int, default=0,
                        help="seconds; not 0: the PTP timescale")
    parser.add_argument("--error-ns", type=int, default=0, help="how wrong its time is")
    parser.add_argument("--jump-ns", type=int, default=0,
                        help="how much more wrong it is every other second")
    parser.add_argument("--priority1", type=int, default=128)
    parser.add_argument("--clock-class", type=int, default=248)
    parser.add_argument("--log-announce", type=int, default=0)
    parser.add_argument("--log-sync", type=int, default=-2)
    parser.add_argument("--major-sdo-id", type=int, default=0)
    parser.add_argument("--without", action="append", default=[],
                        choices=("sync", "follow-up", "answers"),
                        help="what it does not send; without follow-up: a two-step Sync")
    parser.add_argument("--absurd-after", type=int, metavar="N",
                        help="sends hostile_packets.absurd_syncs() after the Nth Sync")
    arguments = parser.parse_args()
    Master(PtpNetwork(arguments.transport), arguments).run()


if __name__ == "__main__":
    main()
