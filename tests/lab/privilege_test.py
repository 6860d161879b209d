"""A hostd that may not do what it is asked: refused with the reason, nothing half done."""
import unittest

import runner
import scenes

FAILED, REFUSED = 1, 5


class PrivilegeTest(unittest.TestCase):
    def test_without_the_right_to_the_firewall_ptp_is_refused(self):
        with scenes.grandmaster_and_host(host={"drop": ("net_admin",)}) as scene:
            host = scene.host
            before = host.ptp()
            done = host.hostctl("system", "ptp", "set", "--enable", "--interface", "eth0",
                                check=False)
            self.assertEqual(done.returncode, REFUSED, done.stderr)
            self.assertIn("CAP_NET_ADMIN", done.stderr)
            after = host.ptp()
            self.assertEqual(after["config"], before["config"])
            self.assertEqual(after["etag"], before["etag"])
            self.assertEqual(after["runtime"]["service_state"], "STOPPED")
            self.assertEqual(host.namespace.pids(), [host.hostd.pid])
            tables = host.namespace.run(["nft", "list", "tables"]).stdout
            self.assertNotIn("hostctl", tables)

    def test_without_the_right_to_the_clock_ptp_is_refused(self):
        # No program of the lab has CAP_SYS_TIME, so the system clock is out of reach.
        with scenes.grandmaster_and_host(host={"clock": "system"}) as scene:
            host = scene.host
            before = host.ptp()
            done = host.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0",
                                check=False)
            self.assertEqual(done.returncode, FAILED, done.stderr)
            self.assertIn("CAP_SYS_TIME", done.stderr)
            after = host.ptp()
            self.assertEqual(after["config"], before["config"])
            self.assertIs(after["runtime"]["ruleset_enabled"], False)

    def test_read_only_needs_no_right_to_the_clock(self):
        with scenes.grandmaster_and_host(host={"clock": "system"}) as scene:
            host = scene.host
            host.enable("--read-only=true")
            host.wait_for_state("SLAVE", 40)
            rows = dict(scenes.table_rows(host.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertTrue(rows["Clock status"].endswith("read-only"), rows["Clock status"])


if __name__ == "__main__":
    runner.main()
