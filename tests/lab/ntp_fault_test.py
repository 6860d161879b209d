"""`system ntp test`: faults injected one at a time, and the finding that names each."""
import json
import os
import unittest

import runner
from ntp_test import CHRONYD, SERVER, NtpWorld
from world import World


@unittest.skipUnless(os.path.exists(CHRONYD), "chrony is not installed")
class NtpFaultTest(unittest.TestCase):
    def verdict(self, ntp):
        """Exit code, codes of the findings that FAILED, those of the warnings; by `system ntp
        test`."""
        done = ntp.host.hostctl("--formatter=json", "system", "ntp", "test",
                                check=False)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        verdict = json.loads(done.stdout)
        self.assertEqual(verdict["working_normally"], done.returncode == 0)
        codes = {severity: [f["code"] for f in verdict["findings"] if f["severity"] == severity]
                 for severity in ("FAILED", "WARNING")}
        return done.returncode, codes["FAILED"], codes["WARNING"]

    def test_where_ntp_works_nothing_failed(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.enable()
            for _ in range(3):
                self.assertEqual(self.verdict(ntp), (0, [], ["CLOCK_ONLY_MEASURED"]))
            shown = ntp.host.hostctl("system", "ntp", "test").stdout
            self.assertIn(f"peer {SERVER}, stratum 4", shown)
            self.assertIn("vmk0 (eth0), admin up, link up, address 192.0.2.2", shown)

    def test_what_this_host_lacks_is_named(self):
        with World() as world:
            ntp = NtpWorld(world)
            self.assertEqual(self.verdict(ntp)[:2], (4, ["NTP_DISABLED"]))
            ntp.enable()
            ntp.wait_for_sync()
            ntp.host.hostctl("system", "service", "stop", "--service", "chronyd")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["SERVICE_NOT_STARTED"]))
            ntp.host.hostctl("system", "service", "start", "--service", "chronyd")
            ntp.host.hostctl("network", "firewall", "set", "--default-action", "DROP", "--force")
            ntp.host.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ntpClient",
                             "--enabled", "false")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["RULESET_CLOSED"]))
            ntp.host.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ntpClient",
                             "--enabled", "true", "--allowed-all", "false")
            ntp.host.hostctl("network", "firewall", "ruleset", "allowedip", "add", "--ruleset-id",
                             "ntpClient", "--ip-address", "198.51.100.0/24")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["SERVER_NOT_ALLOWED"]))

    def test_what_the_way_or_the_servers_lack_is_named(self):
        with World() as world:
            ntp = NtpWorld(world)
            ntp.set("--enable", "--server", "192.0.2.77")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["SERVER_NOT_ANSWERING"]))
            ntp.set("--server", "203.0.113.1")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["NO_ROUTE"]))
            ntp.set("--server", "nosuch.invalid")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["NAME_NOT_RESOLVED"]))
            unsynchronized = world.namespace("lost", "192.0.2.3/24")
            config = world.folder / "unsynchronized.conf"
            config.write_text("allow\ncmdport 0\nbindcmdaddress /\n"
                              f"pidfile {world.folder}/unsynchronized.pid\n")
            unsynchronized.start("chronyd", [CHRONYD, "-x", "-d", "-u", "root", "-f", config])
            ntp.set("--server", "192.0.2.3")
            self.assertEqual(self.verdict(ntp)[:2], (4, ["SERVER_UNSYNCHRONIZED"]))
            ntp.set("--server", SERVER, "--server", "nosuch.invalid")
            code, failed, warned = self.verdict(ntp)
            self.assertEqual((code, failed), (0, []))
            self.assertIn("NAME_NOT_RESOLVED", warned)


if __name__ == "__main__":
    runner.main()
