"""VMkernel interfaces added, set and removed on the real kernel; multicast groups."""
import json
import unittest

import runner
from host import Host
from world import World, wait_until

INTERFACE = ("network", "ip", "interface")


def link(namespace, name):
    """What `ip` says of a device, by any of its names; None if there is none."""
    for found in json.loads(namespace.ip("-j", "-d", "link", "show")):
        if name in [found["ifname"], *found.get("altnames", [])]:
            return found
    return None


class InterfaceChangeTest(unittest.TestCase):
    def host_with_a_bridge(self, world, **options):
        """A host whose eth0 is vmk0; further it has the bridge br1, and eth2 without a name."""
        namespace = world.namespace("host", "192.0.2.2/24")
        namespace.ip("link", "add", "br1", "type", "bridge")
        namespace.ip("link", "set", "br1", "up")
        namespace.ip("link", "add", "eth2", "type", "veth", "peer", "name", "peer2")
        return Host(namespace, **options).start()

    def listed(self, host, name):
        return host.json(*INTERFACE, "list", "-i", name)[0]

    def test_a_port_of_a_bridge_from_its_making_to_its_removal(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--portgroup-name", "br1", "-m", "9000",
                         "-M", "02:00:00:00:00:33")
            shown = self.listed(host, "vmk3")
            self.assertEqual(shown["portset"], "br1")
            self.assertEqual(shown["mac_address"], "02:00:00:00:00:33")
            self.assertEqual(shown["mtu"], 9000)
            self.assertTrue(shown["enabled"] and shown["link_up"] and shown["created"])
            self.assertTrue(shown["timestamping"]["software_transmit"])
            self.assertEqual(shown["netstack_instance"], host.namespace.full_name)
            self.assertEqual(link(host.namespace, "vmk3-p")["master"], "br1")

            host.hostctl(*INTERFACE, "set", "-i", "vmk3", "--enabled=false", "--mtu", "1400")
            self.assertFalse(self.listed(host, "vmk3")["enabled"])
            self.assertEqual(link(host.namespace, "vmk3-p")["mtu"], 1400)

            host.hostctl(*INTERFACE, "remove", "-i", "vmk3")
            self.assertIsNone(link(host.namespace, "vmk3"))
            self.assertIsNone(link(host.namespace, "vmk3-p"))

    def test_what_was_made_is_there_again_after_a_reboot_with_its_mac(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--portgroup-name", "br1")
            host.hostctl(*INTERFACE, "add", "-i", "vmk4", "--device", "br1", "--macvlan")
            macs = [self.listed(host, name)["mac_address"] for name in ("vmk3", "vmk4")]
            host.hostd.stop()
            host.namespace.ip("link", "del", "vmk3")
            host.namespace.ip("link", "del", "vmk4")
            host.start()
            self.assertEqual(
                [self.listed(host, name)["mac_address"] for name in ("vmk3", "vmk4")], macs)

    def test_a_bridge_that_is_made_anew_gets_its_port_back(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--portgroup-name", "br1")
            host.namespace.ip("link", "del", "br1")
            host.namespace.ip("link", "add", "br1", "type", "bridge")
            wait_until(lambda: link(host.namespace, "vmk3-p").get("master") == "br1", 15,
                       "the port is in the bridge again")

    def test_a_setting_that_somebody_changes_is_put_back(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.hostctl(*INTERFACE, "set", "-i", "vmk0", "--mtu", "1400")
            host.namespace.ip("link", "set", "eth0", "mtu", "1500")
            wait_until(lambda: link(host.namespace, "eth0")["mtu"] == 1400, 15, "the MTU is back")

    def test_only_the_name_of_a_device_comes_and_goes(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--device", "eth2")
            self.assertEqual(link(host.namespace, "vmk3")["ifname"], "eth2")
            host.hostctl(*INTERFACE, "remove", "-i", "vmk3")
            self.assertIsNone(link(host.namespace, "vmk3"))
            self.assertIsNotNone(link(host.namespace, "eth2"))

    def test_in_use_it_stays_and_the_user_is_named(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.enable()
            refused = host.hostctl(*INTERFACE, "remove", "-i", "vmk0", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("interface vmk0 is in use by ptpd", refused.stderr)

    def test_the_kernels_refusals_come_in_plain_words_and_change_nothing(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            before = host.json(*INTERFACE, "list")
            state = (host.state / "state.json").read_text()
            refused = host.hostctl(*INTERFACE, "set", "-i", "vmk0", "--mtu", "65536", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("MTU of 65536 for vmk0 is not within 68 to 65535", refused.stderr)
            # A port of a bridge can carry no macvlan.
            host.namespace.ip("link", "set", "eth2", "master", "br1")
            refused = host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--device", "eth2",
                                   "--macvlan", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("could not make vmk3 as a macvlan on eth2", refused.stderr)
            self.assertEqual(host.json(*INTERFACE, "list"), before)
            self.assertEqual((host.state / "state.json").read_text(), state)

    def test_without_the_right_to_it_is_refused_with_what_to_do(self):
        with World() as world:
            host = self.host_with_a_bridge(world, drop=("net_admin",))
            refused = host.hostctl(*INTERFACE, "add", "-i", "vmk3", "--portgroup-name", "br1",
                                   check=False)
            self.assertEqual(refused.returncode, 5)
            self.assertIn("Do: run hostd as root", refused.stderr)

    def test_addresses_are_shown_with_where_they_come_from(self):
        with World() as world:
            host = self.host_with_a_bridge(world)
            host.namespace.ip("addr", "add", "198.51.100.7/26", "broadcast", "198.51.100.63",
                              "dev", "eth0", "valid_lft", "3600", "preferred_lft", "3600")
            host.namespace.ip("route", "add", "default", "via", "192.0.2.1")
            rows = host.hostctl(*INTERFACE, "ipv4", "get").stdout.splitlines()[2:]
            self.assertEqual([row.split() for row in rows], [
                ["vmk0", "192.0.2.2", "255.255.255.0", "STATIC", "192.0.2.1"],
                ["vmk0", "198.51.100.7", "255.255.255.192", "198.51.100.63", "DHCP", "192.0.2.1"]])

    def test_ptp_shows_among_the_multicast_groups(self):
        with World() as world:
            host = self.host_with_a_bridge(world)

            def groups():
                listed = host.json("network", "multicast", "group", "list", "-i", "vmk0")
                return {entry["group"]: entry["users"] for entry in listed}
            self.assertIn("224.0.0.1", groups())
            self.assertIn("ff02::1", groups())
            self.assertNotIn("224.0.1.129", groups())
            host.enable()
            # Two sockets: event and general messages.
            wait_until(lambda: groups().get("224.0.1.129") == 2, 10, "PTP has joined its group")


if __name__ == "__main__":
    runner.main()
