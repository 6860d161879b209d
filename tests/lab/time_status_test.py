"""`system time status` as a host goes from nobody's time to PTP's, and loses it again."""
import json
import time
import unittest

import runner
import scenes
from world import wait_until


class TimeStatusTest(unittest.TestCase):
    def setUp(self):
        scene = scenes.grandmaster_and_host()
        self.scene = scene.__enter__()
        self.addCleanup(scene.__exit__, None, None, None)
        self.host = self.scene.host

    def status(self):
        """The status and the exit code it comes with."""
        done = self.host.hostctl("--formatter=json", "system", "time", "status", check=False)
        return json.loads(done.stdout), done.returncode

    def wait_for_health(self, health, deadline_s=60):
        return wait_until(lambda: self.status()[0]["health"] == health and self.status(),
                          deadline_s, f"time is {health}")

    def assert_bounded(self, status):
        """The clock's true error is within what the status says, at most."""
        error_ns = abs(self.host.true_offset_ns())
        self.assertLessEqual(error_ns, status["maximum_error_ns"])
        self.assertLess(status["bound_95_ns"], status["maximum_error_ns"])
        return error_ns

    def test_health_follows_the_story_of_the_host(self):
        host, master = self.host, self.scene.master
        status, code = self.status()
        self.assertEqual((status["health"], code), ("DISABLED", 4))
        self.assertEqual(status["reason"], "neither PTP nor NTP is enabled")

        host.enable()
        status, code = self.status()
        self.assertEqual((status["health"], code), ("UNSYNCHRONIZED", 4))
        self.assertIsNone(status["maximum_error_ns"])
        self.assertEqual(status["conditions"][0]["code"], "PTP_NOT_SYNCHRONIZED")

        status, code = self.wait_for_health("SYNCHRONIZED")
        self.assertEqual(code, 0)
        self.assertEqual((status["protocol"], status["source"], status["clock"]),
                         ("PTP", master.clock_identity(), "virtual"))
        self.assertEqual(status["conditions"], [])
        self.assertEqual(status["takes_over"], "holdover for 1 h, then nothing")
        since = status["since"]
        errors = []
        for _ in range(10):
            looked = self.status()[0]
            self.assertEqual((looked["health"], looked["since"]), ("SYNCHRONIZED", since))
            errors.append((self.assert_bounded(looked), looked["maximum_error_ns"]))
        worst = max(errors)
        scenes.figure("worst true error, and the greatest error stated then",
                      f"{worst[0] / 1e3:.1f} us, {worst[1] / 1e3:.1f} us", "every look within")
        shown = host.hostctl("system", "time", "status").stdout
        self.assertRegex(shown, r"Health: SYNCHRONIZED\n")
        self.assertRegex(shown, r"Error Bound: \+-[\d.]+ [um]s \(95 %\), \+-[\d.]+ [um]s at most\n")
        print(shown)

        master.program.stop()
        status, code = self.wait_for_health("HOLDOVER")
        self.assertEqual(code, 0)
        self.assertEqual(status["source"], "")
        self.assertGreater(status["since"], since)
        self.assertIsNone(status["offset_ns"])
        self.assertEqual(status["conditions"][0]["remedy"], "hostctl system ptp test")
        first = status["bound_95_ns"]
        grown = wait_until(lambda: self.status()[0]["bound_95_ns"] > first and self.status()[0], 30,
                           "the bound grows in holdover")
        self.assert_bounded(grown)
        print(host.hostctl("system", "time", "status").stdout)

        host.hostctl("system", "ptp", "set", "--disable")
        self.assertEqual(self.status()[0]["health"], "DISABLED")

    def test_the_hosts_own_clocks_are_left_alone(self):
        before = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
        for command in (("system", "time", "set", "--time", "2001-01-01T00:00:00Z"),
                        ("system", "time", "set", "--time", "2001-01-01T00:00:00Z", "--force"),
                        ("hardware", "clock", "set", "--time", "2001-01-01T00:00:00Z", "--force"),
                        ("hardware", "clock", "set")):
            refused = self.host.hostctl(*command, check=False)
            self.assertEqual(refused.returncode, 1, command)
            self.assertIn("virtual clock", refused.stderr)
            self.assertIn("  Do: start hostd with --clock=system\n", refused.stderr)
        after = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
        self.assertLess(abs(after - before), 1_000_000_000)

    def test_the_time_zone_is_hostds_own(self):
        self.host.hostctl("system", "time", "zone", "set", "--zone", "Asia/Kathmandu")
        self.assertEqual((self.host.run_folder / "localtime").readlink().parts[-2:],
                         ("Asia", "Kathmandu"))
        current = self.host.json("system", "time", "zone", "list", "--current")
        self.assertEqual([(zone["name"], zone["utc_offset_s"]) for zone in current],
                         [("Asia/Kathmandu", 20700)])
        self.assertTrue(self.host.json("system", "time", "get")["local_time"].endswith("+05:45"))
        refused = self.host.hostctl("system", "time", "zone", "set", "--zone", "../localtime",
                                    check=False)
        self.assertIn("there is no time zone `../localtime`", refused.stderr)


if __name__ == "__main__":
    runner.main()
