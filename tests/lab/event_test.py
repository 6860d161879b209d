"""Everything that matters to the host's time is an event, in the order in which it happened, and
none is lost or told twice when hostd dies."""
import json
import os
import signal
import unittest

import peers
import runner
import scenes
from host import program
from world import wait_until


def events(host, *options):
    return host.json("system", "event", "list", *options)


def wait_for(host, code, after=0, deadline_s=30, **wanted):
    """The first event of `code` with a number above `after`, and with these values."""
    def find():
        for event in events(host, "--code", code):
            if event["sequence"] > after and all(event[k] == v for k, v in wanted.items()):
                return event
        return None
    return wait_until(find, deadline_s, f"the event {code} {wanted}")


def newest(host):
    return events(host, "--limit", "1")[0]["sequence"]


class Watcher:
    """`system event list --watch` as a program sees it."""

    def __init__(self, host):
        self.program = host.namespace.start("watch", [
            program("hostctl"), "--socket", host.socket, "--formatter=json", "system", "event",
            "list", "--watch"])

    def sequences(self):
        lines = [line for line in self.program.output().splitlines() if line.startswith("{")]
        return [json.loads(line)["sequence"] for line in lines]


class EventTest(unittest.TestCase):
    def test_what_happens_to_the_time_of_a_host_is_told(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            scene.enable_and_lock()
            enabled = wait_for(host, "CONFIGURATION_CHANGED", subject="ptp.enabled")
            self.assertEqual(enabled["actor"], "root (uid 0)")
            self.assertEqual((enabled["old_value"], enabled["new_value"]), ("false", "true"))
            master = scene.master.clock_identity() + "/1"
            followed = wait_for(host, "MASTER_CHANGED", subject="ptp")
            self.assertEqual(followed["new_value"], master)
            established = wait_for(host, "SYNC_ESTABLISHED", subject="time")
            self.assertEqual(established["new_value"], "SYNCHRONIZED")
            step = wait_for(host, "CLOCK_STEPPED")
            self.assertRegex(step["new_value"], r"^-0\.\d{9} s$")
            self.assertLess(followed["sequence"], established["sequence"])

            # Somebody flushes the firewall.
            before = newest(host)
            host.namespace.run(["nft", "flush", "ruleset"])
            wait_for(host, "FIREWALL_REPAIRED", before)

            # The link goes, and comes back.
            scenes.set_link(host.namespace.full_name, "eth0", "down")
            lost = wait_for(host, "INTERFACE_LOST", before)
            self.assertEqual((lost["subject"], lost["new_value"]), ("interface vmk0", "down"))
            scenes.set_link(host.namespace.full_name, "eth0", "up")
            back = wait_for(host, "INTERFACE_BACK", lost["sequence"])
            self.assertEqual((back["old_value"], back["new_value"]), ("down", "up"))
            host.wait_for_lock()

            # The engine dies.
            before = newest(host)
            os.kill(host.engine_pid(), signal.SIGKILL)
            restarted = wait_for(host, "ENGINE_RESTARTED", before)
            self.assertIn("signal 9", restarted["new_value"])
            host.wait_for_lock()

            # The master goes: holdover. Another one comes.
            before = newest(host)
            scene.master.program.stop()
            wait_for(host, "HOLDOVER_ENTERED", before, deadline_s=40)
            other = scene.world.namespace("gm2", "192.0.2.9/24")
            second = peers.grandmaster(other, log_announce=0, log_sync=-2, log_delay=-2)
            changed = wait_for(host, "MASTER_CHANGED", before, deadline_s=40)
            self.assertEqual(changed["old_value"], master)
            self.assertEqual(changed["new_value"], second.clock_identity() + "/1")
            wait_for(host, "HOLDOVER_LEFT", before, deadline_s=60)

            # One number for each, upwards.
            numbers = [event["sequence"] for event in events(host)]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_a_killed_hostd_loses_no_event_and_its_watchers_miss_none(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            scene.enable_and_lock()
            wait_for(host, "SYNC_ESTABLISHED")
            watcher = Watcher(host)
            host.hostctl("system", "ptp", "set", "--servo", "pi")
            wait_for(host, "CONFIGURATION_CHANGED", subject="ptp.servo")
            for servo in ("adaptive", "pi", "adaptive"):
                before = events(host)
                host.kill()
                host.start()
                host.hostctl("system", "ptp", "set", "--servo", servo)
                wait_for(host, "CONFIGURATION_CHANGED", before[-1]["sequence"],
                         subject="ptp.servo", new_value=servo)
                after = events(host)
                self.assertEqual(after[:len(before)], before)
                started = [e for e in after[len(before):] if e["code"] == "HOSTD_STARTED"]
                self.assertEqual(len(started), 1)
                self.assertIn("ended without notice", started[0]["message"])
            last = newest(host)
            wait_until(lambda: watcher.sequences()[-1] >= last, 20, "the watcher has them all")
            seen = watcher.sequences()
            self.assertEqual(seen, list(range(1, seen[-1] + 1)))
            # The engine went on all the time: what was so before is not told again.
            codes = [e["code"] for e in events(host)]
            self.assertEqual(codes.count("MASTER_CHANGED"), 1)
            # Ctrl-C is a good end.
            self.assertEqual(watcher.program.stop(signal.SIGINT), 0)

    def test_an_end_that_was_asked_for_is_told(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.hostd.stop()
            host.start()
            codes = [event["code"] for event in events(host)]
            self.assertEqual(codes, ["HOSTD_STARTED", "HOSTD_STOPPED", "HOSTD_STARTED"])
            self.assertNotIn("without notice", events(host)[-1]["message"])


if __name__ == "__main__":
    runner.main()
