"""hostctl system ptp test: nothing to find where all is well, and the cause where not."""
import json
import unittest

import runner
import scenes
from host import program
from world import wait_until


def run_test(host, *options):
    """The document of a test and its exit status."""
    done = host.hostctl("--formatter=json", "system", "ptp", "test", *options, check=False)
    return json.loads(done.stdout), done.returncode


def outcomes(document):
    """The steps' outcomes, by code."""
    return {step["code"]: step["outcome"] for step in document["steps"]}


class DiagnoseTest(unittest.TestCase):
    def assert_cause(self, host, code, remedy):
        """The first finding is `code`, its remedy holds `remedy`."""
        document, status = run_test(host)
        self.assertTrue(document["findings"], document["message"])
        first = document["findings"][0]
        print(f"{first['code']}: {first['message']}", flush=True)
        self.assertEqual(first["code"], code, first)
        self.assertIn(remedy, first["remedy"])
        self.assertIs(document["working_normally"], False)
        self.assertEqual(status, 4)

    def assert_no_table_is_left(self, host):
        tables = host.namespace.run(["nft", "list", "tables"]).stdout
        self.assertNotIn("hostctl-trace", tables)

    def test_a_host_that_works(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable()
            # At once, while the clock settles, and when it has.
            for _ in range(2):
                document, status = run_test(scene.host)
                self.assertEqual(document["findings"], [])
                self.assertIs(document["working_normally"], True)
                self.assertEqual(status, 0)
                self.assertEqual(set(outcomes(document).values()), {"PASSED"})
            self.assertIn("192.0.2.1", document["message"])
            self.assert_no_table_is_left(scene.host)
            # What a person sees.
            text = scene.host.hostctl("system", "ptp", "test").stdout
            self.assertIn("[ ok ] PTP arrives at vmk0 (eth0)  ", text)
            self.assertIn("PTP works: vmk0 (eth0) follows ", text.splitlines()[-1])

    def test_ptp_that_is_not_enabled(self):
        with scenes.grandmaster_and_host() as scene:
            self.assert_cause(scene.host, "PTP_DISABLED", "hostctl system ptp set --enable")

    def test_a_wrong_domain(self):
        with scenes.grandmaster_and_host(master={"domain": 5}) as scene:
            scene.host.enable()
            self.assert_cause(scene.host, "WRONG_DOMAIN", "hostctl system ptp set --domain 5")

    def test_a_ruleset_that_leaves_the_master_out(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable()
            rulesets = ("network", "firewall", "ruleset")
            scene.host.hostctl(*rulesets, "set", "--ruleset-id", "ptpd", "--allowed-all", "false")
            scene.host.hostctl(*rulesets, "allowedip", "add", "--ruleset-id", "ptpd",
                               "--ip-address", "198.51.100.0/24")
            self.assert_cause(scene.host, "MASTER_NOT_ALLOWED", "--ip-address 192.0.2.1")
            self.assert_no_table_is_left(scene.host)

    def test_one_at_a_time(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable()
            first = scene.host.namespace.start("test", [
                program("hostctl"), "--socket", scene.host.socket, "system", "ptp", "test",
                "--observe", "60"])
            # Only then it is the first.
            wait_until(lambda: "[ ok ]" in first.output(), 20, "the first test has begun")

            def refused():
                done = scene.host.hostctl("system", "ptp", "test", "--observe", "1", check=False)
                return done.returncode == 1 and "one at a time" in done.stderr
            wait_until(refused, 20, "the second test is refused")
            first.stop()
            # The first client has gone, and its test with it.
            wait_until(lambda: run_test(scene.host)[1] == 0, 60, "another test may run")
            self.assert_no_table_is_left(scene.host)


if __name__ == "__main__":
    runner.main()
