"""A minute of tests/bench/soak: a thousand streams and 500 calls a second cost neither memory nor
descriptors. HOSTCTL_SOAK says how long (1h: the long form)."""
import os
import pathlib
import subprocess
import sys
import unittest

import host
import runner

SOAK = pathlib.Path(__file__).resolve().parents[1] / "bench" / "soak"
DURATION = os.environ.get("HOSTCTL_SOAK", "45s")


class SoakTest(unittest.TestCase):
    def test_nothing_grows_under_load(self):
        done = subprocess.run([sys.executable, SOAK, "--build", host.BUILD, "--duration",
                               DURATION], capture_output=True, text=True, check=False)
        print(f"\n{done.stdout}", flush=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    runner.main()
