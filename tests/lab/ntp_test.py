"""NTP: Debian's chronyd as a server in one namespace, and as hostd's client in another.

Every chronyd is told to leave the clock alone (-x), and has not the right to touch it; a
client then keeps the corrected time for itself, and its figures are those of a real one.
"""
import os
import pathlib
import signal
import unittest

import runner
from host import Host
from world import World, wait_until

CHRONYD = "/usr/sbin/chronyd"
CHRONYC = "/usr/bin/chronyc"
SERVER = "192.0.2.1"


class NtpWorld:
    """A time server, and a host whose hostd runs its own chronyd."""

    def __init__(self, world, options=()):
        self.server = world.namespace("server", f"{SERVER}/24")
        config = world.folder / "server.conf"
        config.write_text(f"local stratum 3\nallow\ncmdport 0\nbindcmdaddress /\n"
                          f"pidfile {world.folder}/server.pid\n")
        self.chronyd = self.server.start("chronyd", [CHRONYD, "-x", "-d", "-u", "root",
                                                     "-f", config])
        namespace = world.namespace("host", "192.0.2.2/24")
        self.host = Host(namespace, options=["--chronyd", f"{CHRONYD} -x -d -u root",
                                             *options]).start()

    def set(self, *options, check=True):
        return self.host.hostctl("system", "ntp", "set", *options, check=check)

    def enable(self):
        return self.set("--enable", "--server", f"{SERVER} minpoll -2 maxpoll 0")

    def ntp(self):
        return self.host.json("system", "ntp", "get")

    def pid(self):
        return self.ntp()["runtime"]["pid"]

    def stats(self):
        """What chronyd measures; raises ValueError while it does not answer."""
        done = self.host.hostctl("--formatter=json", "system", "ntp", "stats", "get", check=False)
        if done.returncode != 0:
            raise ValueError(done.stderr.strip())
        return self.host.json("system", "ntp", "stats", "get")

    def wait_for_sync(self, deadline_s=30):
        def synchronized():
            stats = self.stats()
            return stats if stats["synchronized"] and stats["skew_ppb"] < 1e6 else None
        return wait_until(synchronized, deadline_s, "NTP is synchronized")

    def chronyc(self, *command):
        """The fields that chronyd itself gives."""
        socket = self.host.run_folder / "chrony" / "chronyd.sock"
        return self.host.namespace.run([CHRONYC, "-c", "-n", "-h", socket, *command]) \
            .stdout.strip().split(",")

    def command_line(self):
        return pathlib.Path(f"/proc/{self.pid()}/cmdline").read_text().split("\0")


@unittest.skipUnless(os.path.exists(CHRONYD), "chrony is not installed")
class NtpTest(unittest.TestCase):
    def test_enabled_it_synchronizes_and_disabled_it_is_gone(self):
        with World() as world:
            ntp = NtpWorld(world)
            self.assertIs(ntp.ntp()["config"]["enabled"], False)
            ntp.host.hostctl("network", "firewall", "set", "--default-action", "DROP", "--force")
            ntp.enable()
            stats = ntp.wait_for_sync()
            self.assertEqual((stats["reference"], stats["stratum"]), (SERVER, 4))
            # One clock, two namespaces: what is left is the noise of the way.
            self.assertLess(abs(stats["offset_ns"]), 1e6)
            self.assertLess(abs(stats["offset_ns"]), stats["maximum_error_ns"])
            self.assertEqual([(s["address"], s["state"]) for s in stats["sources"]],
                             [(SERVER, "SELECTED")])
            runtime = ntp.ntp()["runtime"]
            self.assertEqual((runtime["service_state"], runtime["ruleset_enabled"],
                              runtime["in_control"]), ("RUNNING", True, True))
            self.assertEqual([c["code"] for c in runtime["conditions"]], ["CLOCK_ONLY_MEASURED"])

            # The same update of the clock, asked of chronyd itself before and after.
            def same():
                before, ours, after = ntp.chronyc("tracking"), ntp.stats(), ntp.chronyc("tracking")
                return (before, ours) if before[3] == after[3] else None
            fields, ours = wait_until(same, 20, "no update in between")
            self.assertAlmostEqual(ours["last_offset_ns"], float(fields[5]) * 1e9, places=3)
            self.assertAlmostEqual(ours["rms_offset_ns"], float(fields[6]) * 1e9, places=3)
            self.assertAlmostEqual(ours["frequency_ppb"], float(fields[7]) * 1e3, places=6)
            self.assertAlmostEqual(ours["skew_ppb"], float(fields[9]) * 1e3, places=6)
            self.assertAlmostEqual(ours["root_delay_ns"], float(fields[10]) * 1e9, places=3)

            pid = ntp.pid()
            ntp.set("--disable")
            wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 5, "chronyd has ended")
            runtime = ntp.ntp()["runtime"]
            self.assertEqual((runtime["service_state"], runtime["pid"],
                              runtime["ruleset_enabled"]), ("STOPPED", 0, False))
            refused = ntp.host.hostctl("system", "ntp", "stats", "get", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("NTP is not enabled", refused.stderr)

    def test_it_survives_the_end_of_chronyd_and_of_hostd(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.enable()
            ntp.wait_for_sync()
            first = ntp.pid()
            os.kill(first, signal.SIGKILL)
            second = wait_until(lambda: (pid := ntp.pid()) not in (0, first) and pid, 10,
                                "chronyd is back")
            ntp.wait_for_sync()

            ntp.host.kill()
            ntp.host.start()
            self.assertEqual(ntp.pid(), second, "the next hostd takes it over")
            self.assertEqual(ntp.stats()["reference"], SERVER)

    def test_a_changed_configuration_restarts_it_and_only_the_first_start_may_step(self):
        with World() as world:
            ntp = NtpWorld(world)
            given = ntp.host.run_folder / "chrony.conf"
            ntp.enable()
            first = ntp.pid()
            self.assertIn("makestep", ntp.host.hostctl("system", "ntp", "config", "get").stdout)
            self.assertNotIn("makestep", given.read_text(), "whoever starts it again")
            ntp.set("--loglevel", "warning", "--directive", "minsources 1")
            second = ntp.pid()
            self.assertNotEqual(first, second)
            self.assertEqual(ntp.command_line()[-5:-1], ["-L", "1", "-f", str(given)])
            self.assertIn("minsources 1\n", given.read_text())
            ntp.set("--loglevel", "warning")
            self.assertEqual(ntp.pid(), second, "what is so already disturbs nothing")
            ntp.wait_for_sync()

    def test_what_chronyd_does_not_take_changes_nothing(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.enable()
            before, pid = ntp.ntp(), ntp.pid()
            for line, said in (("nosuch 1", "chronyd does not take the line `nosuch 1`"),
                               ("maxdistance x", "maxdistance"),
                               ("driftfile /tmp/x", "hostd decides where")):
                refused = ntp.set("--directive", line, check=False)
                self.assertEqual(refused.returncode, 1)
                self.assertIn(said, refused.stderr)
                self.assertIn("Field: config.directives", refused.stderr)
            self.assertEqual(ntp.ntp(), before)
            self.assertEqual(ntp.pid(), pid)

    def test_ptp_and_ntp_are_not_sources_both(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.enable()
            refused = ntp.host.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0",
                                       check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("NTP is this host's source of time", refused.stderr)
            self.assertIn("hostctl system ntp set --disable", refused.stderr)
            ntp.host.enable("--read-only=true")  # who only measures disturbs nobody
            ntp.host.hostctl("system", "ptp", "set", "--disable")
            ntp.set("--disable")
            ntp.host.enable("--read-only=false")
            refused = ntp.set("--enable", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("hostctl system ptp set --disable", refused.stderr)

    def test_a_server_that_does_not_answer_is_no_source(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.set("--enable", "--server", "192.0.2.77", "--server", "nosuch.invalid")
            stats = wait_until(lambda: (s := ntp.stats())["sources"] and s, 10, "it answers")
            self.assertIs(stats["synchronized"], False)
            self.assertEqual([(s["address"], s["state"]) for s in stats["sources"]],
                             [("192.0.2.77", "UNUSABLE"), ("nosuch.invalid", "UNUSABLE")])


@unittest.skipUnless(os.path.exists(CHRONYD), "chrony is not installed")
class SandboxTest(unittest.TestCase):
    def test_a_sandbox_says_that_it_has_no_chronyd(self):
        with World() as world:
            namespace = world.namespace("host", "192.0.2.2/24")
            host = Host(namespace, options=["--sandbox"]).start()
            host.hostctl("system", "ntp", "set", "--server", SERVER)
            refused = host.hostctl("system", "ntp", "set", "--enable", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("a sandbox has no chronyd", refused.stderr)
            self.assertIs(host.json("system", "ntp", "get")["config"]["enabled"], False)


if __name__ == "__main__":
    runner.main()
