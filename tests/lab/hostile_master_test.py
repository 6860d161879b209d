"""Valid messages with absurd content, from the master itself and from thieves of identities:
counted by reason, and the clock unharmed."""
import sys
import time
import unittest

import hostile_packets
import peers
import runner
import scenes
from world import wait_until

MILLISECOND = 1_000_000


class HostileMasterTest(unittest.TestCase):
    def assert_counted_and_unharmed(self, host, before, expected):
        """The counters came to `expected` since `before`, and the clock stays right for 3 s."""
        def counted():
            faults = host.stats()["faults"]
            return {counter: faults[counter] - before["faults"][counter] for counter in expected}
        wait_until(lambda: counted() == expected, 30, f"counted as {expected}, not {counted()}")
        worst, end = 0, time.monotonic() + 3
        while time.monotonic() < end:
            worst = max(worst, abs(host.true_offset_ns()))
        self.assertLess(worst, MILLISECOND)
        self.assertEqual(counted(), expected)
        after = host.stats()
        self.assertEqual(after["port_state"], "SLAVE")
        for kept in ("engine_pid", "clock_steps", "state_transitions"):
            self.assertEqual(after[kept], before[kept], kept)
        self.assertEqual(after["parent"]["parent_port_identity"],
                         before["parent"]["parent_port_identity"])
        scenes.figure("true error under hostile messages", f"{worst / 1e3:.1f} us", "below 1 ms")

    def test_a_master_that_sends_what_cannot_be_true(self):
        def master(namespace):
            return peers.ScriptedMaster(namespace, "--utc-offset", "37", "--log-sync", "-3",
                                        "--absurd-after", "160")
        with scenes.grandmaster_and_host(master) as scene:
            before = scene.enable_and_lock()
            expected = hostile_packets.counts(hostile_packets.absurd_syncs(0, 0))
            # The host was locked before the twentieth second, or this proves nothing.
            self.assertEqual([before["faults"][counter] for counter in expected],
                             [0] * len(expected))
            self.assert_counted_and_unharmed(scene.host, before, expected)

    def test_thieves_of_identities(self):
        def master(namespace):
            return peers.ScriptedMaster(namespace, "--log-sync", "-3")
        with scenes.grandmaster_and_host(master) as scene:
            before = scene.enable_and_lock()
            victim = before["port_identity"]["clock_identity"]
            thief = scene.world.namespace("thief", "192.0.2.66/24")
            thief.run([sys.executable, hostile_packets.__file__, "--thefts", victim])
            expected = hostile_packets.counts(
                hostile_packets.thefts(bytes.fromhex(victim) + b"\0\1"))
            self.assert_counted_and_unharmed(scene.host, before, expected)


if __name__ == "__main__":
    runner.main()
