"""The live view, as a person at a terminal sees it: tmux is the terminal.

Plays against the sandbox: no network is needed, and the clock is a virtual one.
"""
import os
import re
import subprocess
import tempfile
import unittest

import runner
from host import program
from sandbox_test import Sandbox
from world import wait_until

WIDTH = 90
HEIGHT = 30
DISABLED = "PTP is not enabled"


class Terminal:
    """A terminal of WIDTH x HEIGHT in which one command runs, then a prompt that says `ended`."""

    def __init__(self, command, locale="C.UTF-8"):
        self.folder = tempfile.TemporaryDirectory(prefix="hostctl-tmux.")
        self.socket = os.path.join(self.folder.name, "tmux")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT),
                  f"env LC_ALL={locale} TERM=screen {command}; echo ended $?; stty -a; "
                  "read -r forever")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            print(f"the screen was:\n{self.screen()}")
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        self.tmux("kill-server")
        wait_until(lambda: not os.path.exists(f"/proc/{shell}"), 30, "the terminal has ended")
        self.folder.cleanup()

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], check=True,
                              capture_output=True, text=True, timeout=30).stdout

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def colours(self):
        """The screen with its escape sequences."""
        return self.tmux("capture-pane", "-p", "-e")

    def press(self, key):
        self.tmux("send-keys", key)

    def wait_for(self, pattern, deadline_s=30):
        wait_until(lambda: re.search(pattern, self.screen()), deadline_s,
                   f"the screen shows {pattern}")


def watching(sandbox, **options):
    return Terminal(f"{program('hostctl')} --socket {sandbox.folder / 'hostd.sock'} "
                    "system ptp stats watch", **options)


class LiveViewTest(unittest.TestCase):
    def test_shows_the_clock_settle_and_obeys_its_keys(self):
        with Sandbox() as sandbox, watching(sandbox) as terminal:
            # Started before PTP is on: it says so, and what to do.
            terminal.wait_for(DISABLED)
            terminal.wait_for("Do: hostctl system ptp set --enable")
            done = sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            self.assertEqual(done.returncode, 0, done.stderr)

            terminal.wait_for(r"State +PTP_SLAVE, LOCKED, in control", 60)
            terminal.wait_for(r"Offset +-?[\d.]+ (ns|us)  +mean")
            terminal.wait_for(r"Frequency +-(49|50|51)\.\d+ ppm")
            terminal.wait_for("Offset from master, last 5 min")
            terminal.wait_for("CLOCK_STATE_CHANGED +ACQUIRING to LOCKED")
            terminal.wait_for("[⠁-⣿]")  # the chart has dots
            lines = terminal.screen().splitlines()
            self.assertEqual(lines[-1], " q quit   tab next value   + - time span")
            self.assertIn("\x1b[32mPTP_SLAVE, LOCKED, in control", terminal.colours())

            terminal.press("Tab")
            terminal.wait_for("Mean path delay, last 5 min")
            terminal.press("+")
            terminal.wait_for("Mean path delay, last 15 min")
            terminal.press("-")
            terminal.press("-")
            terminal.wait_for("Mean path delay, last 1 min")

            # The terminal grows: the view fills it.
            terminal.tmux("resize-window", "-x", "120", "-y", "40")
            wait_until(lambda: len(terminal.screen().rstrip("\n").splitlines()) == 40 and
                       terminal.screen().rstrip("\n").endswith("time span"), 30,
                       "the view fills the larger terminal")

            terminal.press("q")
            terminal.wait_for("ended 0")
            # The terminal is as it was: its own screen, lines, echo.
            self.assertNotIn("Mean path delay", terminal.screen())
            terminal.wait_for(r"(?<!-)icanon")
            terminal.wait_for(r"(?<!-)echo\b")

    def test_waits_for_a_hostd_that_is_restarted(self):
        with Sandbox() as sandbox, watching(sandbox) as terminal:
            terminal.wait_for(DISABLED)
            sandbox.hostd.terminate()
            sandbox.hostd.wait(10)
            terminal.wait_for("hostd")
            wait_until(lambda: DISABLED not in terminal.screen(), 30,
                       "the view tells that hostd has gone")
            sandbox.start()
            terminal.wait_for(DISABLED)

    def test_ctrl_c_leaves_the_terminal_in_order(self):
        with Sandbox() as sandbox, watching(sandbox) as terminal:
            terminal.wait_for(DISABLED)
            terminal.press("C-c")
            terminal.wait_for("ended 0")
            terminal.wait_for(r"(?<!-)icanon")

    def test_without_unicode_it_draws_in_ascii(self):
        with Sandbox() as sandbox, watching(sandbox, locale="C") as terminal:
            sandbox.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0")
            terminal.wait_for("LOCKED", 60)
            terminal.wait_for(r"\*")
            self.assertTrue(terminal.screen().isascii(), terminal.screen())

    def test_without_hostd_it_fails_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([program("hostctl"), "--socket", f"{folder}/none", "system",
                                   "ptp", "stats", "watch"], capture_output=True, text=True,
                                  timeout=30, check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn("Error: ", done.stderr)


if __name__ == "__main__":
    runner.main(needs_root=False)
