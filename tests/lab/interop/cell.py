"""What the interoperability matrix consists of: cells, and a Pair that tries one.

A Cell is data: our engine and somebody else's on one wire. A Pair sets it up, and tells
what is not as it should be, how far the two times are apart, and what was wrong with the
packets that we sent.
"""
import dataclasses
import typing

import peers
from engine import Engine, hosted_engine, reason_name, state_name
from interop import packet_rules as rules
from interop.capture import Capture


class Rates(typing.NamedTuple):
    """Log2 of the intervals in seconds."""
    announce: int
    sync: int
    delay: int
    pdelay: int


# Fast, so that the whole matrix takes a minute or two.
FAST = Rates(announce=-1, sync=-3, delay=-3, pdelay=-3)
PEER_IP, OUR_IP = "192.0.2.1", "192.0.2.2"
PEER_IP6, OUR_IP6 = "2001:db8::1", "2001:db8::2"

NETWORK_PROTOCOLS = {"UDPv4": "NETWORK_PROTOCOL_UDP_IPV4", "UDPv6": "NETWORK_PROTOCOL_UDP_IPV6",
                     "L2": "NETWORK_PROTOCOL_ETHERNET"}


def _no_options():
    return dataclasses.field(default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True)
class Cell:
    transport: str  # as ptp4l writes it: UDPv4, UDPv6, L2
    delay: str  # E2E, P2P
    domain: int
    we_are: str  # client, server, boundary (see boundary.py)
    peer: str = "ptp4l"  # ptp4l, ptpd, one-step
    what: str = ""  # besides transport and mechanism, for people
    rates: Rates = FAST
    # Options of `hostctl system ptp set`; or else, for the engine without hostd:
    hostctl: tuple = ()
    protocol: dict = _no_options()  # fields of hostctl.v1.PtpProtocol
    config: dict = _no_options()  # fields of EngineConfig
    settings: dict = _no_options()  # [global] of ptp4l.conf
    sections: str = ""  # behind it
    expects: dict = _no_options()  # fields of packet_rules.Expectation

    @property
    def row(self):
        """Of the table."""
        return " ".join(filter(None, [self.transport, self.delay, self.what]))

    @property
    def name(self):
        return f"{self.row}, {self.peer}, we are {self.we_are}, domain {self.domain}"


def engine_protocol(cell, **changed):
    """The hostctl.v1.PtpProtocol of our end."""
    return {
        "role": f"CLOCK_ROLE_{cell.we_are.upper()}",
        "network_protocol": NETWORK_PROTOCOLS[cell.transport],
        "delay_mechanism": f"DELAY_MECHANISM_{cell.delay}",
        "log_announce_interval": cell.rates.announce, "log_sync_interval": cell.rates.sync,
        "log_min_delay_req_interval": cell.rates.delay,
        "log_min_pdelay_req_interval": cell.rates.pdelay,
        # Both timescales have their turn; the scope is that of ptp4l.
        "timescale": "TIMESCALE_ARB" if cell.domain else "TIMESCALE_PTP",
        "ipv6_scope": "IPV6_SCOPE_GLOBAL",
        **cell.protocol, **changed,
    }


def linuxptp_settings(cell):
    """How peers.Ptp4l is started."""
    return {"domain": cell.domain, "log_announce": cell.rates.announce,
            "log_sync": cell.rates.sync, "log_delay": cell.rates.delay,
            "logMinPdelayReqInterval": cell.rates.pdelay, "network_transport": cell.transport,
            "delay_mechanism": cell.delay, "summary_interval": 0, **cell.settings}


def differ(what, is_so, should_be):
    """What to say of a value that is not as it should be, as a list of none or one."""
    return [] if is_so == should_be else [f"{what} is {is_so!r}, not {should_be!r}"]


class Pair:
    """The two ends of a cell, running."""

    def __init__(self, world, cell, number):
        self.cell = cell
        self.identity = f"020000fffe00{number:02x}02"
        peer = world.namespace(f"peer{number}", plugged=False)
        ours = world.namespace(f"ours{number}", plugged=False)
        ours.connect("eth0", peer, "eth0", mac=f"02:00:00:00:{number:02x}:02")
        for side, ip, ip6 in ((peer, PEER_IP, PEER_IP6), (ours, OUR_IP, OUR_IP6)):
            side.ip("addr", "add", f"{ip}/24", "dev", "eth0")
            side.ip("addr", "add", f"{ip6}/64", "dev", "eth0", "nodad")
        self.captures = [Capture(ours)]
        self.peer = self._start_peer(peer)
        if cell.hostctl:
            self.engine = hosted_engine(ours, "--role", cell.we_are, "--domain", str(cell.domain),
                                        *cell.hostctl)
        else:
            self.engine = Engine(ours, "eth0", domain_number=cell.domain,
                                 protocol=engine_protocol(cell), **cell.config)

    def _start_peer(self, namespace):
        cell, client = self.cell, self.cell.we_are == "server"
        if cell.peer == "one-step":
            return peers.ScriptedMaster(
                namespace, "--transport", cell.transport, "--domain", str(cell.domain),
                "--log-announce", str(cell.rates.announce), "--log-sync", str(cell.rates.sync))
        if cell.peer == "ptpd":
            return peers.Ptpd(namespace, client=client, domain=cell.domain,
                              log_sync=cell.rates.sync, log_delay=cell.rates.delay)
        return peers.Ptp4l(namespace, client=client, sections=cell.sections,
                           **linuxptp_settings(cell))

    def not_yet(self):
        """What either end says that is not as it should be; empty when all is."""
        status = self.engine.status()
        client = self.cell.we_are == "client"
        differences = [
            *differ("our state", state_name(status), "SLAVE" if client else "MASTER"),
            *differ("our reason", reason_name(status), "NONE"),
            *differ("our identity", status.port_identity.clock_identity, self.identity),
            *differ("our domain", status.domain_number, self.cell.domain),
        ]
        if differences:
            return "; ".join([*differences, status.state_reason])
        return "; ".join(self._as_client(status) if client else self._as_server(status))

    def _as_client(self, status):
        identity = self.peer.clock_identity()
        parent = status.parent
        return [
            *differ("our clock's being calibrated", status.clock_calibrated, True),
            *differ("our parent", parent.parent_port_identity.clock_identity, identity),
            *differ("our grandmaster", parent.grandmaster_identity, identity),
            *differ("our stepsRemoved", parent.steps_removed, 1),
            *differ("the Sync mode", parent.sync_mode, 1 if self.cell.peer == "one-step" else 2),
        ]

    def _as_server(self, status):
        return [
            *differ("our being grandmaster", status.default_data_set.grandmaster, True),
            *differ("the client's measuring", self.peer.measures(), True),
            *differ("the client's parent", self.peer.parent_identity(), self.identity),
            *differ("the client's grandmaster", self.peer.grandmaster_identity(), self.identity),
        ]

    def disagreement_ns(self):
        """How wrong our clock is as a client; how wrongly a client of ours measures it."""
        if self.cell.we_are == "client":
            return self.engine.true_offset_ns()
        # A client that leaves its clock alone has the true time: its offset is ours, negative.
        return self.peer.offset_ns() + self.engine.true_offset_ns()

    def packet_problems(self, messages):
        """`messages`: by capture."""
        return rules.violations(messages[0], rules.Expectation(
            **{"identity": self.identity, "domain": self.cell.domain, "sends": self.sends(),
               **self.cell.expects}))

    def sends(self):
        """Every messageType that we are to send, with the log2 of its interval."""
        rates, sends = self.cell.rates, {}
        if self.cell.we_are == "server":
            sends = {rules.ANNOUNCE: rates.announce, rules.SYNC: rates.sync,
                     rules.FOLLOW_UP: rates.sync}
        if self.cell.delay == "P2P":
            sends[rules.PDELAY_REQ] = rates.pdelay
            if self.cell.peer != "one-step":  # which does not ask
                sends |= {rules.PDELAY_RESP: None, rules.PDELAY_RESP_FOLLOW_UP: None}
        elif self.cell.we_are == "server":
            sends[rules.DELAY_RESP] = rates.delay
        else:
            sends[rules.DELAY_REQ] = rates.delay
        return sends
