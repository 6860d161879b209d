"""What every message that we send has to look like: IEEE 1588-2019 clauses 7.7.2, 9.5 and 13.

    problems = violations(messages, Expectation(identity="020000fffe000007", sends={...}))
"""
import dataclasses
import itertools
import statistics

SYNC, DELAY_REQ, PDELAY_REQ, PDELAY_RESP = 0x0, 0x1, 0x2, 0x3
FOLLOW_UP, DELAY_RESP, PDELAY_RESP_FOLLOW_UP = 0x8, 0x9, 0xA
ANNOUNCE, SIGNALING, MANAGEMENT = 0xB, 0xC, 0xD

TWO_STEP, UNICAST, PTP_TIMESCALE = 0x0200, 0x0400, 0x0008
TIME_PROPERTIES = 0x007F  # octet 1 of flagField, table 37
NO_INTERVAL = 0x7F  # logMessageInterval of a message that has none, table 42
GPTP_SDO = 1  # majorSdoId of IEEE 802.1AS


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    control: int  # controlField, table 41
    flags: int = 0  # that must be set; the unicast flag apart
    may: int = 0  # flags that may be set


KINDS = {
    SYNC: Kind("Sync", 0, TWO_STEP),
    DELAY_REQ: Kind("Delay_Req", 1),
    PDELAY_REQ: Kind("Pdelay_Req", 5),
    PDELAY_RESP: Kind("Pdelay_Resp", 5, TWO_STEP),
    FOLLOW_UP: Kind("Follow_Up", 2),
    DELAY_RESP: Kind("Delay_Resp", 3),
    PDELAY_RESP_FOLLOW_UP: Kind("Pdelay_Resp_Follow_Up", 5),
    ANNOUNCE: Kind("Announce", 5, may=TIME_PROPERTIES),
    SIGNALING: Kind("Signaling", 5),
    MANAGEMENT: Kind("Management", 4),
}
# Each of these is the second half of what goes before it, with the same sequenceId.
FOLLOWS = {FOLLOW_UP: SYNC, PDELAY_RESP_FOLLOW_UP: PDELAY_RESP}
ANSWERS = {DELAY_RESP: DELAY_REQ, PDELAY_RESP: PDELAY_REQ}
# 7.7.2.1: 90 % of the intervals within 30 % of what is stated.
TOLERANCE, SHARE = 0.30, 0.90
# An average hides the scheduling of a loaded machine, never a wrong rate.
MEAN_TOLERANCE = 0.10
# Of Delay_Req, which come at random (9.5.11.2), over some dozens.
RANDOM_MEAN = (0.6, 1.6)
FEWEST_INTERVALS = 5
# What is under way when a capture begins or ends, seconds.
EDGE_S = 0.5


@dataclasses.dataclass(frozen=True)
class Expectation:
    identity: str  # our clockIdentity
    domain: int
    # messageType that are sent, each with the log2 of its interval; None: no regular one.
    sends: dict
    major_sdo_id: int = 0
    unicast: frozenset = frozenset()  # of these, the types that go to one address
    # Types that may be sent or not.
    may_send: frozenset = frozenset()


def violations(messages, expected, port=1):
    """What is wrong with the messages of one port of ours among `messages`, as sentences."""
    ours = [m for m in messages if m.identity == expected.identity and m.port == port]
    by_kind = {kind: [m for m in ours if m.kind == kind] for kind in {m.kind for m in ours}}
    problems = [f"{_name(m.kind)} {m.sequence}: tshark says: {m.trouble}"
                for m in ours if m.trouble]
    for kind in expected.sends.keys() - by_kind.keys():
        problems.append(f"no {_name(kind)} was sent")
    for kind in by_kind.keys() - expected.sends.keys() - expected.may_send:
        problems.append(f"{_name(kind)} was sent")
    for kind, sent in by_kind.items():
        problems += [f"{_name(kind)} {m.sequence}: {what}" for m in sent
                     for what in _header_violations(m, expected)]
        if kind in FOLLOWS:
            problems += _pair_violations(by_kind.get(FOLLOWS[kind], []), sent, kind)
        elif kind in ANSWERS:
            problems += _answer_violations(messages, sent, kind)
        else:
            problems += _sequence_violations(sent, kind)
        if expected.sends.get(kind) is not None:
            problems += _interval_violations(sent, kind, expected.sends[kind])
    return problems


def _name(kind):
    return KINDS[kind].name if kind in KINDS else f"message type {kind:#x}"


def _header_violations(message, expected):
    kind = KINDS[message.kind]
    gptp = expected.major_sdo_id == GPTP_SDO
    unicast = message.kind in expected.unicast
    must = kind.flags | (UNICAST if unicast else 0)
    may = kind.may | (PTP_TIMESCALE if gptp else 0)
    wrong = []

    def check(what, is_so, should_be):
        if is_so != should_be:
            wrong.append(f"{what} is {is_so}, not {should_be}")
    check("versionPTP", (message.version, message.minor_version), (2, 1))
    check("domainNumber", message.domain, expected.domain)
    check("majorSdoId", message.major_sdo_id, expected.major_sdo_id)
    check("controlField", message.control, 0 if gptp else kind.control)
    check("the destination's being multicast", message.multicast, not unicast)
    check("flagField", f"{message.flags & ~may:#06x}", f"{must:#06x}")
    interval = _stated_interval(message.kind, expected, unicast)
    if interval is not None:
        check("logMessageInterval", message.log_interval, interval)
    return wrong


def _stated_interval(kind, expected, unicast):
    """logMessageInterval by table 42; None where this file does not know it."""
    if kind in (SYNC, FOLLOW_UP, DELAY_RESP, ANNOUNCE):
        if unicast:
            return NO_INTERVAL
        return expected.sends.get(FOLLOWS.get(kind, kind))
    if kind == PDELAY_REQ and expected.major_sdo_id == GPTP_SDO:
        return expected.sends.get(kind)  # IEEE 802.1AS-2020 11.4.2.9
    return NO_INTERVAL


def _sequence_violations(sent, kind):
    problems = []
    streams = {m.destination_mac: [n for n in sent if n.destination_mac == m.destination_mac]
               for m in sent}
    for stream in streams.values():
        for before, after in itertools.pairwise(stream):
            if after.sequence != (before.sequence + 1) % 65536:
                problems.append(f"{_name(kind)} {after.sequence} follows {before.sequence}")
    return problems


def _pair_violations(first, second, kind):
    """`second` follows `first` one by one; only the last may be under way."""
    wanted, got = [m.sequence for m in first], [m.sequence for m in second]
    if got == wanted or got == wanted[:-1]:
        return []
    missing = sorted(set(wanted) - set(got))
    return [f"{_name(kind)} are {len(got)} for {len(wanted)} {_name(FOLLOWS[kind])};"
            f" missing: {missing[:5]}"]


def _answer_violations(messages, answers, kind):
    """Every request between our first answer and the end of the capture was answered once."""
    begin, end = answers[0].time, messages[-1].time - EDGE_S
    asked = sorted((m.identity, m.sequence) for m in messages
                   if m.kind == ANSWERS[kind] and begin < m.time < end
                   and m.identity != answers[0].identity)
    answered = [(m.requester, m.sequence) for m in answers]
    problems = [f"{_name(ANSWERS[kind])} {request} was not answered"
                for request in asked if request not in answered]
    known = {(m.identity, m.sequence) for m in messages if m.kind == ANSWERS[kind]}
    problems += [f"{_name(kind)} {answer} answers nothing" for answer in answered
                 if answer not in known]
    if len(set(answered)) != len(answered):
        problems.append(f"a {_name(kind)} was sent twice")
    return problems


def _interval_violations(sent, kind, log_interval):
    stated = 2.0 ** log_interval
    intervals = [after.time - before.time for before, after in itertools.pairwise(sent)]
    if kind in FOLLOWS or kind in ANSWERS:
        return []
    if len(intervals) < FEWEST_INTERVALS:
        return [f"only {len(intervals)} intervals between {_name(kind)} were seen"]
    mean = statistics.mean(intervals) / stated
    if kind == DELAY_REQ:
        good = RANDOM_MEAN[0] <= mean <= RANDOM_MEAN[1]
        return [] if good else [f"Delay_Req come every {mean:.2f} stated intervals"]
    problems = []
    if abs(mean - 1) > MEAN_TOLERANCE:
        problems.append(f"{_name(kind)} come every {mean:.2f} stated intervals")
    within = sum(abs(i / stated - 1) <= TOLERANCE for i in intervals) / len(intervals)
    if within < SHARE:
        problems.append(f"only {100 * within:.0f} % of the intervals between {_name(kind)} are"
                        f" within 30 % of {stated} s")
    return problems
