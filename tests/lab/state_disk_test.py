"""Settings that cannot be stored are refused with what to do, and what runs runs on: the disk is
full, read-only, or not hostd's to write on."""
import os
import subprocess
import time
import unittest

import runner
import scenes
from host import Host
from world import World

# A small disk, in a mount namespace that only hostd is in; then hostd.
ON_A_SMALL_DISK = ["unshare", "--mount", "sh", "-c",
                   'mkdir -p {state} && mount -t tmpfs -o size=64k,mode=0755 tmpfs {state} '
                   '&& exec "$0" "$@"']


class StateDiskTest(unittest.TestCase):
    def set_domain(self, host, domain):
        return host.hostctl("system", "ptp", "set", "--domain", str(domain), check=False)

    def refused(self, host, what, remedy):
        """A set is refused with these words, and changes nothing, not even what runs."""
        before = host.ptp()["config"]
        pid = host.engine_pid()
        done = self.set_domain(host, 77)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{host.state}/state.json", done.stderr)
        self.assertIn(what, done.stderr)
        self.assertIn(f"Do: {remedy}", done.stderr)
        self.assertEqual(host.ptp()["config"], before)
        self.assertEqual(host.engine_pid(), pid)
        self.assertEqual(host.stats()["domain_number"], before["domain_number"])

    def healed(self, host, what, domain):
        """The next set works, and says so in the file."""
        over = time.monotonic()
        self.assertEqual(self.set_domain(host, domain).returncode, 0)
        scenes.figure(f"recovery: {what}", f"{time.monotonic() - over:.1f} s", "at once")
        self.assertEqual(host.ptp()["config"]["domain_number"], domain)
        stored = self.inside(host, ["cat", host.state / "state.json"])
        self.assertIn(f'"domain_number": {domain}', stored)

    def inside(self, host, argv):
        """Runs a command where hostd's disk is."""
        return subprocess.run(["nsenter", "--mount", f"--target={host.hostd.pid}", *argv],
                              check=True, capture_output=True, text=True).stdout

    def test_what_cannot_be_stored_is_refused(self):
        with World() as world:
            namespace = world.namespace("host", f"{scenes.HOST_IP}/24")
            state = namespace.world.folder / "host-hostd" / "state"
            prefix = [*ON_A_SMALL_DISK[:-1], ON_A_SMALL_DISK[-1].format(state=state)]
            # Root may write anywhere: here it is as other users are.
            host = Host(namespace, prefix=prefix, drop=("dac_override", "dac_read_search")).start()
            host.enable()
            self.assertEqual(self.set_domain(host, 1).returncode, 0)

            filler = state / "filler"
            self.inside(host, ["sh", "-c", f"cat /dev/zero > {filler} 2>/dev/null || true"])
            self.refused(host, "No space left on device", f"make room on the disk of {state}")
            self.inside(host, ["rm", filler])
            self.healed(host, "the disk full", 2)

            self.inside(host, ["mount", "-o", "remount,ro", state])
            self.refused(host, "Read-only file system", f"mount the disk of {state}")
            self.inside(host, ["mount", "-o", "remount,rw", state])
            self.healed(host, "the disk read-only", 3)

            self.inside(host, ["chown", "-R", "nobody", state])
            self.refused(host, "Permission denied", f"let hostd's user write to {state}")
            self.inside(host, ["chown", "-R", f"{os.getuid()}", state])
            self.healed(host, "the disk not hostd's", 4)


if __name__ == "__main__":
    runner.main()
