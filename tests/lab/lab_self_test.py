"""The lab itself: peers find each other over its bridge, and it leaves nothing behind."""
import os
import signal
import subprocess
import sys
import unittest

import peers
import runner
from world import PREFIX, World, wait_until


def _namespaces_of(pid):
    listing = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return [line for line in listing.stdout.splitlines() if line.startswith(f"{PREFIX}-{pid}-")]


class LabSelfTest(unittest.TestCase):
    def test_ptp4l_client_follows_ptp4l_grandmaster(self):
        for querier in (False, True):
            with self.subTest(querier=querier), World(querier=querier) as world:
                master = peers.grandmaster(world.namespace("gm", "192.0.2.1/24"), log_announce=0)
                client = peers.Ptp4l(world.namespace("host", "192.0.2.2/24"), client=True,
                                     log_announce=0)
                wait_until(client.measures, 30, "the client measures")
                parent = client.get("PARENT_DATA_SET")["grandmasterIdentity"].replace(".", "")
                self.assertEqual(parent, master.clock_identity())

    def test_programs_cannot_set_the_clock(self):
        with World() as world:
            status = world.namespace("host").run(["cat", "/proc/self/status"]).stdout
        capabilities = int(status.split("CapEff:")[1].split()[0], 16)
        cap_sys_time = 1 << 25
        self.assertEqual(capabilities & cap_sys_time, 0)

    def test_leaves_nothing_behind(self):
        with World() as world:
            sleeper = world.namespace("host").start("sleep", ["sleep", "1000"])
            folder = world.folder
            self.assertTrue(_namespaces_of(os.getpid()))
        self.assertFalse(sleeper.running())
        self.assertEqual(_namespaces_of(os.getpid()), [])
        self.assertFalse(folder.exists())

    def test_leaves_nothing_behind_when_terminated(self):
        # The runner makes SIGTERM an exception, as every test of the lab runs under it.
        code = ("import runner, time, world; runner.end_cleanly_on_signals()\n"
                "with world.World() as w: w.namespace('host'); time.sleep(1000)")
        child = subprocess.Popen([sys.executable, "-c", code], cwd=os.path.dirname(__file__),
                                 stderr=subprocess.DEVNULL)
        wait_until(lambda: len(_namespaces_of(child.pid)) == 2, 10, "its namespaces are there")
        child.send_signal(signal.SIGTERM)
        self.assertNotEqual(child.wait(20), 0)
        self.assertEqual(_namespaces_of(child.pid), [])


if __name__ == "__main__":
    runner.main()
