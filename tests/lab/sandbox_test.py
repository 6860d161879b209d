"""The sandbox: the whole product without privilege, network or anything of this machine.

Runs as any user; as root it becomes nobody first.
"""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

import runner
import scenes
from host import program
from world import wait_until


def unprivileged():
    """How to start a program without any right."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--pdeathsig", "KILL"]


class Sandbox:
    """hostd --sandbox in a folder of its own, until the with statement ends."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="hostctl-sandbox.")
        self.folder = pathlib.Path(self.temporary.name)
        self.folder.chmod(0o777)
        self.log = (self.folder / "hostd.log").open("w+")
        self.hostd = None
        self.start()
        return self

    def start(self):
        self.hostd = subprocess.Popen(
            [*unprivileged(), program("hostd"), "--sandbox", "--sandbox-dir", self.folder / "box",
             "--socket", self.folder / "hostd.sock"], stdout=self.log, stderr=self.log)
        wait_until(self.answers, 10, "the sandbox answers")

    def answers(self):
        if self.hostd.poll() is not None:
            raise AssertionError(f"hostd ended with {self.hostd.returncode}")
        return self.hostctl("system", "ptp", "get").returncode == 0

    def hostctl(self, *arguments):
        return subprocess.run([*unprivileged(), program("hostctl"), "--socket",
                               self.folder / "hostd.sock", *arguments],
                              capture_output=True, text=True, timeout=30)

    def stats(self):
        done = self.hostctl("--formatter=json", "system", "ptp", "stats", "get")
        if done.returncode != 0:
            raise ValueError(done.stderr)
        return json.loads(done.stdout)

    def wait_for(self, state):
        wait_until(lambda: self.stats()["port_state"] == state, 30, f"the port is {state}")

    def processes(self):
        """Every process that was started with a path of this sandbox, by its command line."""
        found = {}
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
            if str(self.folder) in command:
                found[int(entry.parent.name)] = command
        return found

    def __exit__(self, kind, error, trace):
        self.hostd.terminate()
        try:
            self.hostd.wait(10)
        except subprocess.TimeoutExpired:
            self.hostd.kill()
            self.hostd.wait()
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if kind is not None or left:
            self.log.seek(0)
            print(self.log.read())
        self.log.close()
        self.temporary.cleanup()
        if kind is None and left:
            raise AssertionError(f"a sandbox that has ended left behind: {left}")


class SandboxTest(unittest.TestCase):
    def test_two_commands_give_a_clock_in_control(self):
        with Sandbox() as sandbox:
            done = sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            wait_until(lambda: sandbox.stats()["clock_calibrated"], 60, "calibrated")
            rows = dict(scenes.table_rows(
                sandbox.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertEqual(rows["Port state"], "PTP_SLAVE")
            self.assertEqual(rows["Clock status"], "calibrated, in control")
            self.assertEqual(rows["Interface"], "vmk0")

    def test_its_firewall_stops_its_packets(self):
        with Sandbox() as sandbox:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk1")
            sandbox.wait_for("SLAVE")
            toggle = ("network", "firewall", "ruleset", "set", "--ruleset-id", "ptpd",
                      "--allowed-all")
            self.assertEqual(sandbox.hostctl(*toggle, "false").returncode, 0)
            sandbox.wait_for("LISTENING")
            self.assertEqual(sandbox.hostctl(*toggle, "true").returncode, 0)
            sandbox.wait_for("SLAVE")

    def test_the_test_of_ptp_finds_nothing_and_then_the_shut_firewall(self):
        with Sandbox() as sandbox:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            wait_until(lambda: sandbox.stats()["clock_calibrated"], 60, "calibrated")
            done = sandbox.hostctl("--formatter=json", "system", "ptp", "test")
            self.assertEqual((done.returncode, json.loads(done.stdout)["findings"]), (0, []),
                             done.stdout)
            sandbox.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ptpd",
                            "--allowed-all", "false")
            sandbox.wait_for("LISTENING")
            done = sandbox.hostctl("--formatter=json", "system", "ptp", "test")
            self.assertEqual(done.returncode, 4, done.stdout)
            codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
            self.assertEqual(codes, ["RULESET_CLOSED"], done.stdout)

    def test_it_shows_both_services_and_starts_none_of_the_host(self):
        with Sandbox() as sandbox:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            listed = json.loads(sandbox.hostctl("--formatter=json", "system", "service",
                                                "list").stdout)
            chronyd, ptpd = listed
            self.assertEqual((chronyd["key"], chronyd["running"], chronyd["installed"]),
                             ("chronyd", False, False))
            self.assertEqual((ptpd["key"], ptpd["running"]), ("ptpd", True))
            refused = sandbox.hostctl("system", "service", "start", "--service", "chronyd")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("a sandbox has no chronyd", refused.stderr)

    def test_it_leaves_nothing_running(self):
        with Sandbox() as sandbox:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            sandbox.wait_for("SLAVE")
            pid = sandbox.stats()["engine_pid"]
            self.assertTrue(os.path.exists(f"/proc/{pid}"))
            sandbox.hostd.send_signal(signal.SIGTERM)
            self.assertEqual(sandbox.hostd.wait(10), 0)
            wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 5, "its engine has ended")

    def test_it_remembers_what_was_set(self):
        with Sandbox() as sandbox:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            sandbox.wait_for("SLAVE")
            sandbox.hostd.terminate()
            sandbox.hostd.wait(10)
            sandbox.start()
            sandbox.wait_for("SLAVE")


if __name__ == "__main__":
    runner.main(needs_root=False)
