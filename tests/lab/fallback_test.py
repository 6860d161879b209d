"""Fallback: NTP takes over while PTP fails, and gives back; real ptp4l, real chronyd.

The engine has a virtual clock and chronyd leaves its clock alone (-x), so what is looked at
is who may steer: which processes run, and what the engine works with, many times a second.
"""
import os
import pathlib
import signal
import threading
import time
import unittest

import peers
import runner
import scenes
from engine import ControlSocket
from host import Host
from world import World, wait_until

CHRONYD = "/usr/sbin/chronyd"
NTP_IP = "192.0.2.3"


def chronyd_pids(namespace):
    """Every chronyd in the namespace, whoever started it; asked of the kernel."""
    pids = set()
    for pid in namespace.pids():
        try:
            if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "chronyd":
                pids.add(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return pids


class Watch(threading.Thread):
    """Looks all the time whether two may steer at once."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self.namespace = host.namespace
        self.engine = ControlSocket(host.run_folder / "ptpd.sock", None)
        self.looks = 0
        self.both = []  # what was seen when two did
        self.ending = threading.Event()
        self.start()

    def may_steer(self):
        try:
            hello = self.engine.ask({"hello": {}}).hello
        except (OSError, ValueError):
            return False  # nobody answers
        config = hello.config
        return hello.HasField("config") and not config.read_only and not config.clock_lent

    def run(self):
        while not self.ending.is_set():
            before = chronyd_pids(self.namespace)
            steers = self.may_steer()
            # Only one that ran all the while counts: looks take time.
            ran = before & chronyd_pids(self.namespace)
            if ran and steers:
                self.both.append((time.monotonic(), ran))
            self.looks += 1

    def stop(self):
        self.ending.set()
        self.join()


class FallbackScene:
    """A grandmaster that can be stopped and started, an NTP server, and the host under test."""

    def __init__(self, world):
        self.gm = world.namespace("gm", f"{scenes.MASTER_IP}/24")
        server = world.namespace("ntp", f"{NTP_IP}/24")
        config = world.folder / "server.conf"
        config.write_text(f"local stratum 3\nallow\ncmdport 0\nbindcmdaddress /\n"
                          f"pidfile {world.folder}/server.pid\n")
        server.start("chronyd", [CHRONYD, "-x", "-d", "-u", "root", "-f", config])
        namespace = world.namespace("host", f"{scenes.HOST_IP}/24", scenes.HOST_MAC)
        self.host = Host(namespace, options=["--chronyd", f"{CHRONYD} -x -d -u root"])
        self.host.start()
        self.start_master()
        self.watch = None

    def start_master(self):
        self.master = peers.grandmaster(self.gm, log_announce=0, log_sync=-2, log_delay=-2)

    def stop_master(self):
        self.master.program.stop()

    def enable(self, after=3, return_after=2):
        self.host.hostctl("system", "ntp", "set", "--server", f"{NTP_IP} minpoll -2 maxpoll 0")
        # Locked first: a start counts as not synchronized, too.
        self.host.enable()
        self.host.wait_for_lock()
        self.host.hostctl("system", "ptp", "set", "--fallback", "ntp", "--fallback-after", after,
                          "--fallback-return-after", return_after)
        self.watch = Watch(self.host)

    def fallback(self):
        return self.host.ptp()["runtime"]["fallback"]

    def chronyd(self):
        return chronyd_pids(self.host.namespace)

    def wait_for_fallback(self):
        wait_until(lambda: self.fallback()["in_fallback"] and self.chronyd(), 40,
                   "NTP has taken over")
        self.assert_lent(True)

    def wait_for_return(self):
        wait_until(lambda: not self.fallback()["in_fallback"] and not self.chronyd(), 60,
                   "PTP has the clock again")
        self.assert_lent(False)

    def assert_lent(self, lent):
        wait_until(lambda: self.watch.may_steer() is not lent, 10, f"the engine is lent: {lent}")


@unittest.skipUnless(os.path.exists(CHRONYD), "chrony is not installed")
class FallbackTest(unittest.TestCase):
    def check(self, scene):
        scene.watch.stop()
        self.assertGreater(scene.watch.looks, 20)
        self.assertEqual(scene.watch.both, [], "chronyd ran while the engine might steer")

    def test_ntp_takes_over_and_gives_back_without_a_step(self):
        with World() as world:
            scene = FallbackScene(world)
            scene.enable()
            host = scene.host
            before = host.stats()
            self.assertEqual(scene.chronyd(), set())
            self.assertIn("   Fallback: ntp\n", host.hostctl("system", "ptp", "get").stdout)

            scene.stop_master()
            lost = time.monotonic()
            wait_until(lambda: scene.fallback()["changes_in"], 20, "it counts down")
            scene.wait_for_fallback()
            self.assertGreater(time.monotonic() - lost, 3)
            # Counted once chronyd has proved to run.
            wait_until(lambda: scene.fallback()["times"], 10, "it is counted")
            runtime = scene.fallback()
            self.assertEqual(runtime["times"], 1)
            self.assertIn("PTP", runtime["reason"])
            self.assertIsNotNone(runtime["since"])
            text = host.hostctl("system", "ptp", "get").stdout
            self.assertIn("   In Fallback: true\n", text)
            conf = (host.run_folder / "chrony.conf").read_text()
            self.assertNotIn("makestep", conf)
            self.assertNotIn("driftfile", conf)
            self.assertIn(NTP_IP, conf)
            held = host.stats()
            self.assertEqual(held["engine_pid"], before["engine_pid"])
            self.assertIs(held["clock_synchronized"], False)

            scene.start_master()
            scene.wait_for_return()
            wait_until(lambda: host.stats()["clock_synchronized"], 30, "PTP is synchronized")
            after = host.stats()
            self.assertEqual(after["clock_steps"], before["clock_steps"])
            self.assertEqual((after["engine_pid"], after["engine_resets"]),
                             (before["engine_pid"], before["engine_resets"]))
            self.check(scene)

    def test_whoever_is_killed_there_is_one_owner(self):
        with World() as world:
            scene = FallbackScene(world)
            scene.enable()
            host = scene.host
            scene.stop_master()
            scene.wait_for_fallback()

            # hostd: the next one goes on where it was.
            running = scene.chronyd()
            since = scene.fallback()["since"]
            host.kill()
            host.start()
            self.assertIs(scene.fallback()["in_fallback"], True)
            self.assertEqual(scene.fallback()["since"][:19], since[:19])
            self.assertEqual(scene.chronyd(), running)
            scene.assert_lent(True)

            # chronyd: it is started again.
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda: scene.chronyd() and scene.chronyd().isdisjoint(running), 20,
                       "chronyd is back")
            scene.assert_lent(True)

            # The engine: it comes back without the clock.
            engine = host.engine_pid()
            os.kill(engine, signal.SIGKILL)
            wait_until(lambda: host.engine_pid() != engine, 20, "the engine is back")
            scene.assert_lent(True)
            self.assertTrue(scene.chronyd())

            scene.start_master()
            scene.wait_for_return()
            self.assertEqual(host.stats()["clock_steps"], 0)
            self.check(scene)

    def test_hostd_is_killed_in_the_middle_of_hand_overs(self):
        with World() as world:
            scene = FallbackScene(world)
            scene.enable(after=1, return_after=1)
            for _ in range(2):
                scene.stop_master()
                wait_until(lambda: not scene.watch.may_steer(), 30,
                           "the engine has given the clock away", interval_s=0.001)
                scene.host.kill()
                scene.host.start()
                scene.wait_for_fallback()
                scene.start_master()
                wait_until(lambda: not scene.chronyd(), 60, "chronyd has ended",
                           interval_s=0.001)
                scene.host.kill()
                scene.host.start()
                scene.wait_for_return()
            self.check(scene)


if __name__ == "__main__":
    runner.main()
