"""Runs tests of the lab: `python3 story_test.py [Class.method]`.

Exit status 0: passed, 1: failed, 77: skipped because the lab cannot run here.
Set HOSTCTL_BUILD to the build folder (ctest does).
"""
import os
import signal
import sys
import unittest

import world

SKIPPED = 77
# Below ctest's TIMEOUT, which would kill the test before it could clean up.
DEADLINE_S = int(os.environ.get("HOSTCTL_LAB_DEADLINE_S", "170"))


def end_cleanly_on_signals():
    """Makes signals exceptions, so that every World on the stack is closed."""
    def end(number, _frame):
        raise SystemExit(f"ended by {signal.Signals(number).name}")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def _arm_deadline():
    def expired(_number, _frame):
        raise TimeoutError(f"the test took longer than {DEADLINE_S} s")
    signal.signal(signal.SIGALRM, expired)
    signal.alarm(DEADLINE_S)


def main(needs_root=True):
    """Runs the tests of the calling script that the command line names, or all of them."""
    reason = world.why_not() if needs_root else ""
    if reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    end_cleanly_on_signals()
    _arm_deadline()
    program = unittest.main(module="__main__", verbosity=2, exit=False)
    sys.exit(0 if program.result.wasSuccessful() else 1)
