"""A host that firewalld guards: PTP gets through while it is enabled, and only then."""
import contextlib
import unittest

import firewalld
import peers
import runner
from host import Host
from scenes import HOST_IP, HOST_MAC, MASTER_IP
from world import World, wait_until

GENERAL_PORT = 320
RECEIVE = f"""
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", {GENERAL_PORT}))
    s.settimeout(20)
    print("listens", flush=True)
    print("got", s.recv(64).decode(), flush=True)
"""
SEND = f"""
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.sendto(b"packet", ("{HOST_IP}", {GENERAL_PORT}))
"""


@contextlib.contextmanager
def guarded_host(start=True):
    """Yields the grandmaster's namespace, hostd's Host and the host's Firewalld."""
    with World() as world:
        gm = world.namespace("gm", f"{MASTER_IP}/24")
        namespace = world.namespace("host", f"{HOST_IP}/24", HOST_MAC)
        guard = firewalld.Firewalld(namespace)
        if start:
            guard.start()
        peers.grandmaster(gm, log_announce=0, log_sync=-2, log_delay=-2)
        yield gm, Host(namespace), guard


def arrives(gm, namespace):
    """Whether a packet to the port of PTP's general messages reaches a program."""
    receiver = namespace.start("receiver", ["python3", "-c", RECEIVE])
    wait_until(lambda: "listens" in receiver.output(), 10, "the receiver listens")
    gm.run(["python3", "-c", SEND])
    # firewalld lets echo requests pass; the answer comes after the packet was judged.
    gm.run(["ping", "-n", "-c", "1", "-W", "5", HOST_IP])
    try:
        return bool(wait_until(lambda: "got packet" in receiver.output(), 1, "the packet"))
    except AssertionError:
        return False
    finally:
        receiver.stop()


def heard(host):
    return host.stats()["messages"]["announce_received"]


class FirewalldTest(unittest.TestCase):
    def setUp(self):
        if firewalld.why_not():
            self.skipTest(firewalld.why_not())

    def test_ptp_gets_through_while_it_is_enabled_and_only_then(self):
        with guarded_host(start=False) as (gm, host, guard):
            self.assertTrue(arrives(gm, host.namespace))
            guard.start()
            self.assertFalse(arrives(gm, host.namespace))

            host.start()
            self.assertFalse(arrives(gm, host.namespace))
            host.enable()
            host.wait_for_lock()
            backend = host.json("network", "firewall", "get")["backend"]
            self.assertEqual(backend, "nftables, firewalld")
            self.assertEqual(guard.services("--permanent"), {"hostctl-ptpd"})
            self.assertEqual(guard.cmd("--permanent", "--service=hostctl-ptpd", "--get-ports"),
                             "319-320/udp")

            # After a reload firewalld knows the service, and nothing of the run time is left.
            guard.cmd("--reload")
            self.assertEqual(guard.services(), {"hostctl-ptpd"})
            self.assertEqual(guard.rich_rules(), [])
            before = heard(host)
            wait_until(lambda: heard(host) > before + 3, 15, "Announces still arrive")
            self.assertEqual(host.port_state(), "SLAVE")

            host.hostctl("system", "ptp", "set", "--disable")
            self.assertEqual(guard.services() | guard.services("--permanent"), set())
            self.assertNotIn("hostctl-ptpd", guard.cmd("--permanent", "--get-services"))
            # Our own table would drop it too.
            host.hostctl("network", "firewall", "set", "--enabled", "false")
            self.assertFalse(arrives(gm, host.namespace))

    def test_a_firewalld_that_starts_later_is_told(self):
        with guarded_host(start=False) as (_, host, guard):
            host.start()
            host.enable()
            host.wait_for_lock()
            self.assertEqual(host.json("network", "firewall", "get")["backend"], "nftables")
            guard.start()
            wait_until(lambda: guard.services("--permanent") == {"hostctl-ptpd"}, 15,
                       "the service is defined")
            guard.stop()
            guard.start()
            wait_until(lambda: guard.services() == {"hostctl-ptpd"}, 15, "the service is open")
            before = heard(host)
            wait_until(lambda: heard(host) > before + 3, 15, "Announces arrive")

    def test_what_somebody_removes_is_put_back(self):
        with guarded_host() as (_, host, guard):
            host.start()
            host.enable()
            host.wait_for_lock()
            guard.cmd("--reload")
            guard.cmd("--remove-service=hostctl-ptpd")
            wait_until(lambda: guard.services() == {"hostctl-ptpd"}, 15, "the service is back")

    def test_only_allowed_addresses_pass(self):
        with guarded_host() as (_, host, guard):
            host.start()
            host.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ptpd",
                         "--allowed-all", "false")
            host.hostctl("network", "firewall", "ruleset", "allowedip", "add",
                         "--ruleset-id", "ptpd", "--ip-address", MASTER_IP)
            host.enable()
            host.wait_for_lock()
            self.assertEqual(guard.services() | guard.services("--permanent"), set())
            self.assertEqual(guard.rich_rules("--permanent"), [
                f'rule priority="7319" family="ipv4" source address="{MASTER_IP}" '
                'service name="hostctl-ptpd" accept'])
            self.assertEqual(guard.rich_rules(), [
                f'rule priority="7319" family="ipv4" source address="{MASTER_IP}" '
                'port port="319-320" protocol="udp" accept'])


if __name__ == "__main__":
    runner.main()
