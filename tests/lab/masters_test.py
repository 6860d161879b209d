"""Several masters, and none: take-over without a step, the liar is named, holdover."""
import contextlib
import unittest

import peers
import runner
import scenes
from host import Host
from world import World, wait_until


@contextlib.contextmanager
def host_with_masters(*start_masters):
    """A host whose eth0, eth1, ... each lead to a master of their own; yields (host, masters).

    Each of `start_masters` gets the namespace of one master and returns what it started.
    """
    with World() as world:
        namespace = world.namespace("host", plugged=False)
        masters = []
        for number, start in enumerate(start_masters):
            master = world.namespace(f"gm{number}", plugged=False)
            namespace.connect(f"eth{number}", master, "eth0")
            for side, device, address in ((namespace, f"eth{number}", 2), (master, "eth0", 1)):
                side.ip("addr", "add", f"198.51.{100 + number}.{address}/24", "dev", device)
            masters.append(start(master))
        yield Host(namespace).start(), masters


def truthful(priority1):
    return lambda namespace: peers.grandmaster(namespace, priority1=priority1, log_announce=0,
                                               log_sync=-2, log_delay=-2)


def liar(error_ns):
    """Better than all others by its own words."""
    return lambda namespace: peers.ScriptedMaster(
        namespace, "--error-ns", str(error_ns), "--priority1", "1")


def standings(host):
    return {master["interface"]: master["standing"] for master in host.stats()["masters"]}


class MastersTest(unittest.TestCase):
    def test_the_next_master_takes_over_without_a_step(self):
        with host_with_masters(truthful(100), truthful(110)) as (host, masters):
            host.enable("--watch-interface", "vmk1")
            locked = host.wait_for_lock()
            wait_until(lambda: standings(host) == {"vmk0": "FOLLOWED", "vmk1": "BACKUP"}, 30,
                       "vmk1 is measured")
            masters[0].program.stop()
            wait_until(lambda: standings(host).get("vmk1") == "FOLLOWED", 15, "vmk1 is followed")
            after = host.wait_for_lock()
            self.assertEqual(after["clock_steps"], locked["clock_steps"])
            self.assertEqual(after["engine_pid"], locked["engine_pid"])
            error_ns = host.true_offset_ns()
            self.assertLess(abs(error_ns), 1_000_000)
            scenes.figure("true error after another master took over", f"{error_ns / 1e3:.1f} us",
                          "below 1 ms")

    def test_a_liar_is_named_and_left(self):
        with host_with_masters(truthful(100), liar(5_000_000), truthful(110)) as (host, _):
            host.enable("--watch-interface", "vmk1", "--watch-interface", "vmk2")
            wait_until(lambda: standings(host).get("vmk1") == "DISTRUSTED", 60, "the liar is named")
            events = [e["text"] for e in host.stats()["events"] if e["kind"] == "MASTER_DISTRUSTED"]
            self.assertIn("on vmk1", events[0])
            self.assertEqual(standings(host)["vmk0"], "FOLLOWED")
            wait_until(lambda: abs(host.true_offset_ns()) < 1_000_000, 60, "back within 1 ms")
            host.wait_for_lock()

    def test_the_clock_is_held_over_and_comes_back_without_a_step(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable("--holdover-limit", "3600")
            locked = scene.host.wait_for_lock()
            scene.master.program.stop()
            scene.host.wait_for_state("LISTENING")
            held = wait_until(lambda: scene.host.stats(), 5, "a status report")
            self.assertEqual(held["clock_state"], "HOLDOVER")
            self.assertTrue(held["clock_synchronized"])
            self.assertGreaterEqual(held["holdover_s"], 0)
            bound_ns = held["uncertainty"]["bound_95_ns"]
            wait_until(lambda: scene.host.stats()["holdover_s"] > 10, 20, "10 s of holdover")
            later = scene.host.stats()
            self.assertGreater(later["uncertainty"]["bound_95_ns"], bound_ns)
            self.assertLess(abs(scene.host.true_offset_ns()), 1_000_000)
            peers.grandmaster(scene.master.namespace, name="again", log_announce=0, log_sync=-2,
                              log_delay=-2)
            wait_until(lambda: scene.host.stats()["clock_state"] == "LOCKED", 60, "locked again")
            self.assertEqual(scene.host.stats()["clock_steps"], locked["clock_steps"])


if __name__ == "__main__":
    runner.main()
