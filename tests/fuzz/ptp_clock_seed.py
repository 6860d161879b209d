#!/usr/bin/python3
"""Makes a seed for ptp_clock_fuzz out of a capture of our engine at work (UDP over IPv4).

    tests/fuzz/ptp_clock_seed.py --ours 020000fffe000102 --role client CAPTURE > SEED

What others sent becomes packets, with our identity in them replaced by that of the fuzzed
clock; where we sent an event message, its timestamp comes; the times are those of the
capture.
"""
import argparse
import struct
import subprocess
import sys

# As in ptp_clock_fuzz.cc and fuzz_packet.h.
ROLES = ("client", "server", "auto")
PACKET, TRANSMIT_TIMESTAMP, TIMERS, CALIBRATED = 0, 3, 5, 6
OURS = bytes.fromhex("020000fffe00000b")
P2P, PATH_TRACE = 1, 1
DEFAULT_CLASS, DEFAULT_PRIORITY1 = 248, 128
FIRST_GENERAL_TYPE = 8


def messages(capture):
    """(seconds, octets) of every PTP message in the file."""
    done = subprocess.run(["tshark", "-r", capture, "-Y", "ptp", "-T", "fields", "-e",
                           "frame.time_epoch", "-e", "udp.payload"],
                          capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        seconds, payload = line.split("\t")
        yield float(seconds), bytes.fromhex(payload.replace(":", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True, help="our clockIdentity in the capture")
    parser.add_argument("--role", choices=ROLES, default="client")
    parser.add_argument("--p2p", action="store_true")
    parser.add_argument("--first", type=float, default=10, help="so many seconds of it")
    parser.add_argument("capture")
    arguments = parser.parse_args()

    ours = bytes.fromhex(arguments.ours)
    # Role, class, priority1, domain, bits, ports - 1, bits of the port.
    seed = bytearray([ROLES.index(arguments.role), DEFAULT_CLASS, DEFAULT_PRIORITY1, 0, PATH_TRACE,
                      0, P2P if arguments.p2p else 0])

    def record(event, at):
        nonlocal last
        seed.extend(struct.pack("!BBH", event, 0, min(0xFFFF, round((at - last) * 1000))))
        last = at
    begin = last = None
    calibrated = False
    for at, octets in messages(arguments.capture):
        begin = begin or at
        last = last or at
        if at - begin > arguments.first:
            break
        kind = octets[0] & 0xF
        if octets[20:28] == ours:
            record(TRANSMIT_TIMESTAMP if kind < FIRST_GENERAL_TYPE else TIMERS, at)
            continue
        octets = octets.replace(ours, OURS)
        record(PACKET, at)
        seed.extend(struct.pack("!H", len(octets)) + octets)
        if not calibrated and at - begin > arguments.first / 2:
            record(CALIBRATED, at)
            calibrated = True
    sys.stdout.buffer.write(seed)


if __name__ == "__main__":
    main()
