"""Packets that are wrong on purpose, each with the counters that have to count it.

    python3 hostile_packets.py --bad              one of each kind, malformed
    python3 hostile_packets.py --random N         noise
    python3 hostile_packets.py --thefts IDENTITY  in the name of that clock, and of the master
    python3 hostile_packets.py --requests-to IP   asks for unicast that nobody can want
    python3 hostile_packets.py --grants-to IP     grants each request absurdly, until it is ended,
                                                  and prints a line for each grant
"""
import argparse
import random
import struct
import time

from ptp_network import EVENT_PORT, GENERAL_PORT, PtpNetwork
from ptp_packet import (ANNOUNCE, GRANT_UNICAST, IDENTITY, REQUEST_UNICAST, SIGNALING,
                        SYNC, announce, message, raw_timestamp, signaling, timestamp,
                        unicast_terms)


def bad_packets():
    """(counters, port, packet): malformed."""
    good = announce()
    tlv_past_end = struct.pack("!HH", 0x0003, 400) + bytes(6)
    return [
        (["truncated"], GENERAL_PORT, good[:20]),
        (["truncated"], GENERAL_PORT, good[:40]),
        (["version_mismatches"], GENERAL_PORT, announce(version=1)),
        (["domain_mismatches"], GENERAL_PORT, announce(domain=77)),
        (["bad_message_length"], GENERAL_PORT, announce(length=20)),
        (["bad_tlv"], GENERAL_PORT, message(ANNOUNCE, good[34:] + tlv_past_end)),
        (["unknown_message_type"], GENERAL_PORT, message(0x5, good[34:])),
        (["truncated"], EVENT_PORT, b""),
    ]


def absurd_syncs(now_ns, sequence, **header):
    """(counters, packet): one-step Sync of a master on the PTP timescale, that cannot be true.

    `sequence`: of the last true one.
    """
    def sync(body, number, correction=0):
        return message(SYNC, body, number % 65536, correction=correction, **header)
    now = timestamp(now_ns)
    return [
        (["invalid_corrections"], sync(now, sequence + 1000, 2**63 - 1)),
        (["invalid_corrections"], sync(now, sequence + 1001, -2**63)),
        (["invalid_corrections"], sync(now, sequence + 1002, 2 * 10**9 << 16)),
        (["invalid_timestamps"], sync(raw_timestamp(now_ns // 10**9, 10**9), sequence + 1003)),
        (["invalid_timestamps"], sync(raw_timestamp(2**48 - 1, 999_999_999), sequence + 1004)),
        # 1970 as TAI is 1969 as UTC.
        (["invalid_timestamps"], sync(raw_timestamp(0, 0), sequence + 1005)),
        # Times that there are: the servo's to refuse. 2106 has more than 32 bits of seconds.
        ([], sync(raw_timestamp(2**32 + 1, 0), sequence + 1006)),
        ([], sync(raw_timestamp(86400, 0), sequence + 1007)),
        # Far ahead in the sequence, back again, and the same once more.
        ([], sync(now, sequence + 40_000)),
        ([], sync(now, sequence + 3)),
        (["sequence_mismatches"], sync(now, sequence + 3)),
    ]


def thefts(victim):
    """(counters, packet): in the name of the client `victim` (its portIdentity), of a master that
    believes to follow it, and of its master."""
    best = {"priority1": 1, "clock_class": 6}
    now = timestamp(time.time_ns())
    return [
        (["from_self", "duplicate_identities"],
         announce(identity=victim, grandmaster=victim[:8], **best)),
        (["from_self", "duplicate_identities"], message(SYNC, now, identity=victim)),
        (["looped_announces"],
         announce(identity=bytes(8) + b"\0\1", grandmaster=victim[:8], **best)),
        (["duplicate_identities"], announce(sequence=500, **best)),
        (["duplicate_identities"], message(SYNC, timestamp(10**18), 500)),
    ]


def absurd_requests():
    """(counters, packet): requests for unicast service at rates and for times that cannot be."""
    absurd, denied = ["invalid_grants", "denied_unicast_requests"], ["denied_unicast_requests"]
    return [(counters, signaling(unicast_terms(REQUEST_UNICAST, kind, log_interval, duration_s)))
            for counters, kind, log_interval, duration_s in (
                (absurd, ANNOUNCE, -128, 60), (absurd, SYNC, 127, 60), (absurd, ANNOUNCE, 0, 0),
                (absurd, SYNC, -128, 2**32 - 1), (denied, 0x2, 0, 60), (denied, 0xF, 0, 60))]


# (log2 of the interval, seconds) of grants.
ABSURD_TERMS = [(-128, 60), (0, 2**32 - 1), (127, 60), (-128, 2**32 - 1)]


def grant_absurdly(network, to):
    """Grants what is asked for on terms that nobody can mean."""
    while True:
        received = network.receive(timeout_s=60)
        if received is None or received[0][0] & 0xF != SIGNALING:
            continue
        request = received[0]
        tlvs = request[44:]
        while len(tlvs) >= 10:
            tlv_type, length = struct.unpack("!HH", tlvs[:4])
            if tlv_type == REQUEST_UNICAST:
                for terms in ABSURD_TERMS:
                    tlv = unicast_terms(GRANT_UNICAST, tlvs[4] >> 4, *terms)
                    network.send(signaling(tlv, domain=request[4]), to=to)
                    print("granted", flush=True)
            tlvs = tlvs[4 + length:]


def send_noise(network, count):
    chance = random.Random(1588)
    for number in range(count):
        packet = chance.randbytes(chance.randrange(1, 200))
        if number % 2:
            packet = bytes([chance.randrange(16), 2]) + struct.pack("!H", len(packet) + 4) + packet
        network.send(packet, EVENT_PORT if number % 3 else GENERAL_PORT)


def counts(packets):
    """How often each counter is to count."""
    counters = [counter for packet in packets for counter in packet[0]]
    return {counter: counters.count(counter) for counter in counters}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bad", action="store_true")
    parser.add_argument("--random", type=int, metavar="N",
                        help="sends N packets of random bytes, half of them after a true header")
    parser.add_argument("--thefts", metavar="IDENTITY", help="clockIdentity of the victim")
    parser.add_argument("--requests-to", metavar="IP")
    parser.add_argument("--grants-to", metavar="IP")
    arguments = parser.parse_args()
    network = PtpNetwork("UDPv4")
    if arguments.bad:
        for _, port, packet in bad_packets():
            network.send(packet, port)
    if arguments.random:
        send_noise(network, arguments.random)
    if arguments.thefts:
        for _, packet in thefts(bytes.fromhex(arguments.thefts) + b"\0\1"):
            network.send(packet)
    if arguments.requests_to:
        for _, packet in absurd_requests():
            network.send(packet, to=arguments.requests_to)
    if arguments.grants_to:
        grant_absurdly(network, arguments.grants_to)


if __name__ == "__main__":
    main()
