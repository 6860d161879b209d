"""Unicast negotiation on absurd terms: refused, counted, and nothing comes of it."""
import sys
import unittest

import hostile_packets
import runner
from engine import Engine, reason_name, state_name
from world import World, wait_until

OTHER_IP, OUR_IP = "192.0.2.1", "192.0.2.2"


class HostileUnicastTest(unittest.TestCase):
    def start(self, world, role, **config):
        """Returns (the other's namespace, our engine)."""
        other = world.namespace("other", f"{OTHER_IP}/24")
        ours = world.namespace("ours", f"{OUR_IP}/24")
        return other, Engine(ours, "eth0", protocol={"role": role, "unicast_negotiation": True},
                             **config)

    def test_a_server_that_grants_absurdly_is_not_followed(self):
        with World() as world:
            other, engine = self.start(world, "CLOCK_ROLE_CLIENT", unicast_masters=[OTHER_IP])
            server = other.start("grants", [sys.executable, hostile_packets.__file__,
                                            "--grants-to", OUR_IP])
            def status():
                return engine.status().ports[0]
            wait_until(lambda: status().faults.invalid_grants >= 2 * len(
                hostile_packets.ABSURD_TERMS), 30, "two requests were granted absurdly")
            self.assertEqual(state_name(status()), "LISTENING")
            self.assertIn(reason_name(status()), ("UNICAST_DENIED", "UNICAST_UNANSWERED"))
            self.assertIn("Announce", status().unicast_masters[0].trouble)
            server.stop()
            # Each of them was counted, and nothing else.
            granted = server.output().count("granted")
            wait_until(lambda: status().faults.invalid_grants == granted, 5,
                       f"{granted} absurd grants are counted")

    def test_requests_for_the_impossible_are_denied(self):
        with World() as world:
            other, engine = self.start(world, "CLOCK_ROLE_SERVER")
            def status():
                return engine.status().ports[0]
            wait_until(lambda: state_name(status()) == "MASTER", 30, "our server is MASTER")
            other.run([sys.executable, hostile_packets.__file__, "--requests-to", OUR_IP])
            expected = hostile_packets.counts(hostile_packets.absurd_requests())

            def counted():
                faults = status().faults
                return {counter: getattr(faults, counter) for counter in expected}
            wait_until(lambda: counted() == expected, 10, f"counted as {expected}, not {counted()}")
            self.assertEqual(status().unicast_clients, 0)
            messages = status().messages
            self.assertEqual((messages.announce_sent, messages.sync_sent), (0, 0))
            self.assertEqual(messages.signaling_sent, len(hostile_packets.absurd_requests()))


if __name__ == "__main__":
    runner.main()
