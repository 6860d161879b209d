"""Who may do what: the two sockets, the roles over TCP, the audit trail."""
import json
import os
import pathlib
import signal
import subprocess
import unittest

import runner
import scenes
from host import Host, program
from world import World, wait_until

REFUSED, NOT_REACHABLE = 5, 3
MAKE_TEST_CA = pathlib.Path(__file__).resolve().parents[2] / "service/packaging/make-test-ca"


def as_nobody(host, socket, *arguments):
    """hostctl as a user without any right, through `socket`."""
    return host.namespace.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                               program("hostctl"), "--socket", socket, *arguments], check=False)


def trail(host):
    return [json.loads(line) for line in (host.state / "audit.log").read_text().splitlines()]


class AccessTest(unittest.TestCase):
    def test_everybody_reads_and_only_administrators_change(self):
        with World() as world:
            host = Host(world.namespace("host")).start()
            read_only = host.folder / "hostd-read-only.sock"
            self.assertEqual(as_nobody(host, read_only, "system", "ptp", "get").returncode, 0)
            refused = as_nobody(host, read_only, "system", "ptp", "set", "--domain", "7")
            self.assertEqual(refused.returncode, REFUSED, refused.stderr)
            self.assertIn("UpdatePtp is for administrators of this host; nobody (uid 65534) came "
                          "through the read-only socket", refused.stderr)
            self.assertIn("sudo usermod -aG hostctl USER", refused.stderr)
            shut = as_nobody(host, host.socket, "system", "ptp", "get")
            self.assertEqual(shut.returncode, REFUSED, shut.stderr)
            self.assertEqual(host.ptp()["config"]["domain_number"], 0)

            host.hostctl("system", "ptp", "set", "--domain", "9")
            host.kill()
            refused, changed = trail(host)
            self.assertEqual((refused["who"], refused["result"]),
                             ("nobody (uid 65534)", "PERMISSION_DENIED"))
            self.assertEqual((changed["uid"], changed["from"], changed["result"]),
                             (0, "admin socket", "OK"))
            self.assertGreater(changed["pid"], 1)
            self.assertEqual(changed["changes"],
                             [{"what": "ptp.domain_number", "before": "0", "after": "9"}])
            self.assertEqual((host.state / "audit.log").stat().st_mode & 0o777, 0o600)

            host.start()
            host.hostctl("system", "ptp", "set", "--domain", "10")
            self.assertEqual(len(trail(host)), 3, "the trail goes on after a hostd that was killed")

    def test_over_tcp_each_role_may_what_the_policy_says(self):
        with World() as world:
            folder = world.folder / "ca"
            subprocess.run([MAKE_TEST_CA, folder], check=True, capture_output=True)
            namespace = world.namespace("host")
            namespace.ip("link", "set", "lo", "up")
            host = Host(namespace, options=[
                "--listen", "127.0.0.1:7319", "--tls-certificate", folder / "server.crt",
                "--tls-key", folder / "server.key", "--tls-ca", folder / "ca.crt",
                "--access-policy", folder / "access.json"]).start()

            def remote(name, *arguments):
                return namespace.run([
                    program("hostctl"), "--server", "127.0.0.1",
                    "--tls-certificate", folder / f"{name}.crt",
                    "--tls-key", folder / f"{name}.key", "--tls-ca", folder / "ca.crt",
                    *arguments], check=False)

            self.assertEqual(remote("viewer", "system", "ptp", "get").returncode, 0)
            refused = remote("viewer", "system", "ptp", "set", "--domain", "7")
            self.assertEqual(refused.returncode, REFUSED, refused.stderr)
            self.assertIn("CN=hostctl test viewer has the role viewer", refused.stderr)
            done = remote("operator", "system", "ptp", "set", "--domain", "7")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(remote("operator", "network", "firewall", "unload").returncode,
                             REFUSED)
            self.assertEqual(remote("client", "system", "ptp", "get").returncode, REFUSED)
            for name in ("expired", "self-signed"):
                self.assertEqual(remote(name, "system", "ptp", "get").returncode, NOT_REACHABLE)
            self.assertEqual(trail(host)[1]["certificate"],
                             "CN=hostctl test operator,OU=operator")

            (folder / "access.json").write_text('{"default_role": "none"}')
            wait_until(lambda: remote("viewer", "system", "ptp", "get").returncode == REFUSED, 20,
                       "who lost the role is refused")


if __name__ == "__main__":
    runner.main()
