"""VMkernel names: adopted once, remembered by MAC address, found again."""
import json
import unittest

import runner
import scenes
from host import Host
from world import World, wait_until


def devices(namespace):
    """Device by each of its names, alternative names included."""
    found = {}
    for link in json.loads(namespace.ip("-j", "link", "show")):
        for name in [link["ifname"], *link.get("altnames", [])]:
            found[name] = link
    return found


class InterfaceTest(unittest.TestCase):
    def test_the_only_device_becomes_vmk0(self):
        with scenes.grandmaster_and_host() as scene:
            shown = scene.host.namespace.ip("link", "show", "vmk0")
            self.assertIn("eth0", shown)
            listed = scene.host.json("network", "ip", "interface", "list")
            self.assertEqual([i["name"] for i in listed], ["vmk0"])
            self.assertEqual(listed[0]["device"], "eth0")
            self.assertEqual(listed[0]["mac_address"], scenes.HOST_MAC)
            self.assertEqual(listed[0]["kind"], "veth")
            self.assertEqual(listed[0]["ipv4_addresses"],
                             [{"address": scenes.HOST_IP, "prefix_length": 24, "broadcast": "",
                               "origin": "STATIC"}])

    def test_the_device_of_the_default_route_becomes_vmk0(self):
        with World() as world:
            namespace = world.namespace("host", "192.0.2.2/24")
            for number in (1, 2):
                namespace.ip("link", "add", "name", f"br{number}", "type", "bridge")
                namespace.ip("addr", "add", f"198.51.10{number}.1/24", "dev", f"br{number}")
                namespace.ip("link", "set", f"br{number}", "up")
            namespace.ip("route", "add", "default", "via", "198.51.102.9")
            host = Host(namespace).start()
            names = {i["device"]: i["name"] for i in host.json("network", "ip", "interface", "list")}
            self.assertEqual(names["br2"], "vmk0")
            self.assertEqual(sorted(names.values()), ["vmk0", "vmk1", "vmk2"])

    def test_a_device_name_is_accepted(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable(interface="eth0")
            self.assertEqual(scene.host.wait_for_lock()["device"], "eth0")

    def test_a_binding_is_restored_at_start(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            namespace = host.namespace
            host.hostd.stop()
            namespace.ip("link", "property", "del", "dev", "eth0", "altname", "vmk0")
            namespace.ip("link", "set", "eth0", "down")
            namespace.ip("link", "set", "eth0", "name", "renamed0")
            namespace.ip("link", "set", "renamed0", "up")
            host.start()
            self.assertEqual(devices(namespace)["vmk0"]["ifname"], "renamed0")

    def test_a_device_that_comes_back_under_another_index_is_found_again(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            namespace = host.namespace
            scene.enable_and_lock()
            old_index = devices(namespace)["vmk0"]["ifindex"]
            namespace.ip("link", "del", "eth0")

            def condition_codes():
                return [c["code"] for c in host.ptp()["runtime"]["conditions"]]
            wait_until(lambda: "INTERFACE_MISSING" in condition_codes(), 10,
                       "the missing interface is reported")
            namespace.ip("link", "add", "name", "br1", "type", "bridge")  # takes an index
            namespace.plug_in(f"{scenes.HOST_IP}/24", scenes.HOST_MAC)
            wait_until(lambda: "vmk0" in devices(namespace), 10, "vmk0 is back")
            self.assertNotEqual(devices(namespace)["vmk0"]["ifindex"], old_index)
            synced = host.stats()["messages"]["sync_received"]
            wait_until(lambda: host.locked() and
                       host.stats()["messages"]["sync_received"] > synced + 5, 40,
                       "the host follows its master again")

    def test_a_device_that_is_down_is_accepted_and_said(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.namespace.ip("link", "set", "eth0", "down")
            done = host.enable()
            self.assertEqual(done.returncode, 0)
            codes = [c["code"] for c in host.ptp()["runtime"]["conditions"]]
            self.assertIn("INTERFACE_DOWN", codes)
            host.namespace.ip("link", "set", "eth0", "up")
            host.wait_for_lock()

    def test_a_device_without_an_address_is_accepted_and_said(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.namespace.ip("addr", "flush", "dev", "eth0")
            host.enable()
            codes = [c["code"] for c in host.ptp()["runtime"]["conditions"]]
            self.assertIn("INTERFACE_NO_ADDRESS", codes)
            host.namespace.ip("addr", "add", f"{scenes.HOST_IP}/24", "dev", "eth0")
            host.wait_for_lock()


if __name__ == "__main__":
    runner.main()
