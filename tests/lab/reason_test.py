"""Why the port is not SLAVE: one stable code and a sentence for every situation, as
hostctl and the API tell them."""
import contextlib
import unittest

import peers
import runner
import scenes
from host import Host
from world import DeadlineExceeded, World, wait_until

# Soon enough for a test, and long enough that nothing is said too early.
SOON_S = 30


@contextlib.contextmanager
def host_and_empty_network():
    """Yields (world, host, the namespace of the master that is to come)."""
    with World() as world:
        master = world.namespace("gm", f"{scenes.MASTER_IP}/24")
        host = Host(world.namespace("host", f"{scenes.HOST_IP}/24", scenes.HOST_MAC)).start()
        yield world, host, master


class ReasonTest(unittest.TestCase):
    def assert_reason(self, host, reason, *words):
        """The status comes to this reason, with these words in its sentence."""
        with contextlib.suppress(DeadlineExceeded):  # what is said instead is told below
            wait_until(lambda: host.stats()["reason"] == reason, SOON_S, "the reason")
        stats = host.stats()
        self.assertEqual(stats["reason"], reason, stats["state_reason"])
        for word in words:
            self.assertIn(word, stats["state_reason"])
        print(f"{stats['port_state']} {reason}: {stats['state_reason']}", flush=True)
        if reason != "NONE":
            self.assertNotEqual(stats["port_state"], "SLAVE")

    def with_scripted_master(self, host, namespace, reason, *words, options=()):
        """What is said while such a master is there; it ends."""
        master = peers.ScriptedMaster(namespace, "--log-announce", "0", *options)
        self.assert_reason(host, reason, *words)
        master.program.stop()

    def test_nothing_to_follow(self):
        with host_and_empty_network() as (_, host, master):
            host.enable()
            self.assert_reason(host, "NO_ANNOUNCE", "Announce")
            self.with_scripted_master(host, master, "OTHER_DOMAIN", "domain 5", "domain 0",
                                      options=["--domain", "5"])

    def test_other_transport(self):
        for transport in ("UDPv6", "L2"):
            with self.subTest(transport), host_and_empty_network() as (_, host, master):
                host.enable()
                self.with_scripted_master(host, master, "OTHER_TRANSPORT",
                                          {"UDPv6": "IPv6", "L2": "Ethernet"}[transport],
                                          options=["--transport", transport])

    def test_other_sdo(self):
        with host_and_empty_network() as (_, host, master):
            host.enable()
            self.with_scripted_master(host, master, "OTHER_SDO", "0x100",
                                      options=["--major-sdo-id", "1"])

    def test_other_delay_mechanism(self):
        with host_and_empty_network() as (_, host, master):
            host.enable()
            peers.Ptp4l(master, log_announce=0, delay_mechanism="P2P")
            self.assert_reason(host, "OTHER_DELAY_MECHANISM", "peer delay", "end to end")

    def test_a_master_that_is_not_qualified_yet(self):
        with host_and_empty_network() as (_, host, master):
            host.enable()
            # One Announce, and the next after 16 s.
            self.with_scripted_master(host, master, "NOT_QUALIFIED", "Announce",
                                      options=["--log-announce", "4"])

    def test_a_master_that_is_lost(self):
        with host_and_empty_network() as (_, host, master):
            host.enable()
            self.with_scripted_master(host, master, "NONE")
            self.assert_reason(host, "MASTER_LOST", "0200c0fffe000001")

    def test_a_master_whose_clock_class_is_not_acceptable(self):
        with host_and_empty_network() as (_, host, master):
            host.enable("--maximum-clock-class", "135")
            self.with_scripted_master(host, master, "CLOCK_CLASS_UNACCEPTABLE", "187", "135",
                                      options=["--clock-class", "187"])

    def test_a_master_that_is_not_on_the_list(self):
        with host_and_empty_network() as (_, host, master):
            host.enable("--acceptable-master", "0200c0fffe000099")
            self.with_scripted_master(host, master, "MASTER_UNACCEPTABLE", "0200c0fffe000001")

    def test_a_master_that_sends_only_half_of_it(self):
        for missing, reason, word in (("sync", "NO_SYNC", "Sync"),
                                      ("follow-up", "NO_FOLLOW_UP", "Follow_Up"),
                                      ("answers", "NO_DELAY_RESP", "Delay_Req")):
            with self.subTest(missing), host_and_empty_network() as (_, host, master):
                host.enable()
                self.with_scripted_master(host, master, reason, word,
                                          options=["--without", missing])

    def test_nobody_answers_the_peer_delay_request(self):
        with host_and_empty_network() as (_, host, master):
            host.enable("--delay-mechanism", "P2P")
            self.with_scripted_master(host, master, "NO_PDELAY_RESP", "Pdelay_Req",
                                      options=["--without", "answers"])

    def test_a_link_that_is_not_as_capable(self):
        # A bridge keeps such messages to itself: what is behind it is no neighbour.
        with host_and_empty_network() as (_, host, master):
            peers.Ptp4l(master, log_announce=0, network_transport="L2", delay_mechanism="P2P",
                        transportSpecific="0x1", ptp_dst_mac="01:80:C2:00:00:0E")
            host.enable("--profile", "gptp")
            self.assert_reason(host, "NOT_AS_CAPABLE", "asCapable", "Pdelay_Req")
            self.assertEqual(host.port_state(), "DISABLED")

    def test_an_interface_that_is_down(self):
        with host_and_empty_network() as (_, host, _):
            host.enable()
            scenes.set_link(host.namespace.full_name, "eth0", "down")
            self.assert_reason(host, "INTERFACE_DOWN", "eth0 is down")
            self.assertEqual(host.port_state(), "FAULTY")


if __name__ == "__main__":
    runner.main()
