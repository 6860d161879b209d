"""A boundary clock of ours with two ports, between a grandmaster and a client of linuxptp."""
import peers
from engine import Engine, state_name
from interop import packet_rules as rules
from interop.capture import Capture
from interop.cell import differ, engine_protocol, linuxptp_settings


class Boundary:
    """Grandmaster - eth0, our clock, eth1 - client. As a Pair (cell.py)."""

    def __init__(self, world, cell, number):
        self.cell = cell
        ours, above, below = (world.namespace(f"{name}{number}", plugged=False)
                              for name in ("ours", "above", "below"))
        self.identity = f"020000fffe00{number:02x}02"
        for index, other in enumerate((above, below)):
            ours.connect(f"eth{index}", other, "eth0", f"02:00:00:00:{number:02x}:0{index + 2}")
            ours.ip("addr", "add", f"192.0.{2 + index}.2/24", "dev", f"eth{index}")
            other.ip("addr", "add", f"192.0.{2 + index}.1/24", "dev", "eth0")
        self.captures = [Capture(ours, device) for device in ("eth0", "eth1")]
        self.grandmaster = peers.Ptp4l(above, priority1=10, **linuxptp_settings(cell))
        self.engine = Engine(ours, "eth0", "eth1", domain_number=cell.domain,
                             protocol=engine_protocol(cell, role="CLOCK_ROLE_AUTO"))
        self.client = peers.Ptp4l(below, client=True, **linuxptp_settings(cell))

    def not_yet(self):
        status = self.engine.status()
        states = [state_name(port) for port in status.ports]
        if states != ["SLAVE", "MASTER"]:
            return f"our ports are {states}: {[port.state_reason for port in status.ports]}"
        identity = self.grandmaster.clock_identity()
        client = self.client.get("CURRENT_DATA_SET")
        return "; ".join([
            *differ("our clock's being calibrated", status.clock_calibrated, True),
            *differ("our identities", [(p.port_identity.clock_identity, p.port_identity.port_number)
                                       for p in status.ports],
                    [(self.identity, 1), (self.identity, 2)]),
            *differ("our parent", status.parent.parent_port_identity.clock_identity, identity),
            *differ("our grandmaster", status.parent.grandmaster_identity, identity),
            *differ("our stepsRemoved", status.default_data_set.steps_removed, 1),
            *differ("our being grandmaster", status.default_data_set.grandmaster, False),
            *differ("the client's measuring", self.client.measures(), True),
            *differ("the client's parent", self.client.parent_identity(), self.identity),
            *differ("the client's grandmaster", self.client.grandmaster_identity(), identity),
            *differ("the client's stepsRemoved", client["stepsRemoved"], "2"),
        ])

    def disagreement_ns(self):
        """How wrong our clock is, or how wrong the client believes it to be."""
        return max(self.engine.true_offset_ns(), self.client.offset_ns(), key=abs)

    def packet_problems(self, messages):
        """Port 1 is a client, and may have been a master before there was one; port 2 is one."""
        rates = self.cell.rates
        as_master = {rules.ANNOUNCE: rates.announce, rules.SYNC: rates.sync,
                     rules.FOLLOW_UP: rates.sync}
        ports = [({rules.DELAY_REQ: rates.delay}, frozenset(as_master)),
                 ({**as_master, rules.DELAY_RESP: rates.delay}, frozenset())]
        return [f"port {port}: {problem}" for port, (sends, may_send) in enumerate(ports, 1)
                for problem in rules.violations(messages[port - 1], rules.Expectation(
                    self.identity, self.cell.domain, sends, may_send=may_send), port)]
