"""The device under PTP is renamed, given another MAC address, unplugged and plugged in again:
the engine follows the same master again, and meanwhile hostd says what is wrong."""
import time
import unittest

import runner
import scenes
from world import wait_until

MILLISECOND = 1_000_000
OTHER_MAC = "02:00:00:00:02:99"


class DeviceChangeTest(unittest.TestCase):
    def follows_again(self, scene, master, since, what, deadline_s=40):
        """Waits until the host is locked to `master` and hears it, and prints how long it took."""
        host = scene.host
        heard = host.stats()["messages"]["sync_received"]

        def locked_and_hears_it():
            stats = host.locked()
            if not stats:
                return None
            nonlocal heard
            heard = min(heard, stats["messages"]["sync_received"])  # a new start counts anew
            return stats if stats["messages"]["sync_received"] >= heard + 5 else None
        stats = wait_until(locked_and_hears_it, deadline_s, f"the host follows again after {what}")
        scenes.figure(f"locked again after {what}", f"{time.monotonic() - since:.1f} s",
                      f"within {deadline_s} s")
        self.assertEqual(stats["parent"]["grandmaster_identity"], master)
        self.assertLess(abs(host.true_offset_ns()), MILLISECOND)
        return stats

    def conditions(self, scene):
        return [c["code"] for c in scene.host.ptp()["runtime"]["conditions"]]

    def test_renamed(self):
        with scenes.grandmaster_and_host() as scene:
            master = scene.enable_and_lock()["parent"]["grandmaster_identity"]
            renamed = time.monotonic()
            scene.host.namespace.ip("link", "set", "eth0", "name", "lan0")
            wait_until(lambda: scene.host.ptp()["runtime"]["device"] == "lan0", 10,
                       "hostd knows the new name")
            stats = self.follows_again(scene, master, renamed, "a rename")
            self.assertEqual(stats["interface"], "vmk0")
            self.assertNotIn("INTERFACE_MISSING", self.conditions(scene))

    def test_given_another_mac_address(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            master = scene.enable_and_lock()["parent"]["grandmaster_identity"]
            changed = time.monotonic()
            host.namespace.ip("link", "set", "eth0", "address", OTHER_MAC)
            self.follows_again(scene, master, changed, "another MAC address")
            listed = host.json("network", "ip", "interface", "list")
            self.assertEqual([i["name"] for i in listed], ["vmk0"])
            self.assertEqual(listed[0]["mac_address"], OTHER_MAC)
            # It is remembered by the new one.
            host.hostd.stop()
            host.start()
            self.assertEqual(host.ptp()["runtime"]["device"], "eth0")

    def unplugged(self, scene, mac, what):
        host = scene.host
        master = scene.enable_and_lock()["parent"]["grandmaster_identity"]
        host.namespace.ip("link", "del", "eth0")
        wait_until(lambda: "INTERFACE_MISSING" in self.conditions(scene), 10,
                   "the missing interface is reported")
        listed = host.json("network", "ip", "interface", "list")[0]
        self.assertEqual((listed["name"], listed["present"]), ("vmk0", False))
        plugged_in = time.monotonic()
        host.namespace.plug_in(f"{scenes.HOST_IP}/24", mac)
        self.follows_again(scene, master, plugged_in, what)
        self.assertNotIn("INTERFACE_MISSING", self.conditions(scene))

    def test_unplugged_and_plugged_in_again(self):
        with scenes.grandmaster_and_host() as scene:
            self.unplugged(scene, scenes.HOST_MAC, "unplug and replug")

    def test_replaced_by_one_with_another_mac_address(self):
        with scenes.grandmaster_and_host() as scene:
            self.unplugged(scene, OTHER_MAC, "a replacement")

    def test_the_cable_is_pulled(self):
        with scenes.grandmaster_and_host() as scene:
            master = scene.enable_and_lock()["parent"]["grandmaster_identity"]
            bridge = scene.world.bridge
            scenes.set_link(bridge, "to-host", "down")
            wait_until(lambda: "INTERFACE_NO_LINK" in self.conditions(scene), 10,
                       "the missing link is reported")
            plugged_in = time.monotonic()
            scenes.set_link(bridge, "to-host", "up")
            self.follows_again(scene, master, plugged_in, "a pulled cable")

    def test_a_macvlan_that_hostd_made_is_deleted_by_somebody(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.hostctl("network", "ip", "interface", "add", "-i", "vmk3", "--device", "eth0",
                         "--macvlan")
            host.namespace.ip("addr", "add", "192.0.2.33/24", "dev", "vmk3")
            host.enable(interface="vmk3")
            stats = host.wait_for_lock()
            master = stats["parent"]["grandmaster_identity"]
            mac = host.json("network", "ip", "interface", "list", "-i", "vmk3")[0]["mac_address"]
            host.namespace.ip("link", "del", "vmk3")
            wait_until(lambda: "INTERFACE_NO_ADDRESS" in self.conditions(scene), 10,
                       "the device is made again, without its address")
            addressed = time.monotonic()
            host.namespace.ip("addr", "add", "192.0.2.33/24", "dev", "vmk3")
            self.follows_again(scene, master, addressed, "a deleted macvlan")
            listed = host.json("network", "ip", "interface", "list", "-i", "vmk3")[0]
            self.assertEqual(listed["mac_address"], mac)
            self.assertEqual(listed["used_by"], ["ptpd"])


if __name__ == "__main__":
    runner.main()
