"""automation.py: the two commands from Python with generated stubs."""
import json
import pathlib
import sys
import unittest

import runner
import scenes
from world import wait_until

SCRIPT = pathlib.Path(__file__).with_name("automation.py")


class AutomationTest(unittest.TestCase):
    def run_script(self, host, *options, check=True):
        return host.namespace.run([sys.executable, SCRIPT, "--socket", host.socket, *options],
                                  check=check, timeout_s=60)

    def test_two_calls_do_what_the_two_commands_do(self):
        with scenes.grandmaster_and_host() as scene:
            told = json.loads(self.run_script(scene.host, "--interface", "vmk0", "--dry-run").stdout)
            self.assertIn("ptp.enabled", [change["subject"] for change in told["changes"]])
            self.assertIs(scene.host.ptp()["config"]["enabled"], False)

            report = json.loads(self.run_script(scene.host, "--interface", "vmk0").stdout)
            self.assertEqual(report["interface"], "vmk0")

            def slave():
                again = json.loads(self.run_script(scene.host, "--interface", "vmk0").stdout)
                return again if again["port_state"] == "PORT_STATE_SLAVE" else None
            report = wait_until(slave, 40, "the script sees SLAVE")
            self.assertEqual(report["parent"]["parent_address"], scenes.MASTER_IP)
            self.assertEqual(report["engine_pid"], scene.host.engine_pid())

    def test_a_refusal_carries_a_stable_reason(self):
        with scenes.grandmaster_and_host() as scene:
            done = self.run_script(scene.host, "--interface", "vmk9", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("NOT_FOUND", done.stderr)
            self.assertIn("['INTERFACE_NOT_FOUND']", done.stderr)


if __name__ == "__main__":
    runner.main()
