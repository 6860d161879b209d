"""Precision clocks: what hostd says of its time, libvirt's hook with and without libvirt, and
the node labels for Kubernetes. The lab's hosts keep a virtual clock, which no guest sees.
"""
import datetime
import json
import signal
import unittest

import libvirt_host
import runner
import scenes
from host import Host
from libvirt_host import call_hook, domain, precision_clock
from world import World, wait_until

PTP = domain("vm1", precision_clock("protocol='ptp' maxError='10us'"))
PLAIN = domain("vm2")
# Every call that libvirt documents for QEMU guests.
OPERATIONS = [("prepare", "begin"), ("start", "begin"), ("started", "begin"), ("stopped", "end"),
              ("release", "end"), ("migrate", "begin"), ("restore", "begin"),
              ("reconnect", "begin"), ("attach", "begin")]
REFUSED = ("prepare", "migrate", "restore")


def check(host, *options):
    """The answer, and the exit code."""
    done = host.hostctl("--formatter=json", "vm", "precisionclock", "check", *options, check=False)
    return json.loads(done.stdout), done.returncode


class CheckTest(unittest.TestCase):
    def test_the_answer_follows_the_hosts_time(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            self.wait_for_reason(host, "DISABLED")
            scene.enable_and_lock()
            self.wait_for_reason(host, "NOT_THE_SYSTEM_CLOCK")
            answer, code = check(host, "--protocol", "ptp", "--max-error", "1s")
            self.assertEqual((answer["compatible"], answer["provided"], code), (False, "PTP", 4))
            self.assertIn("keeps a virtual clock, which guests do not see", answer["message"])
            self.assertEqual(check(host, "--protocol", "ntp")[0]["reason"], "OTHER_PROTOCOL")
            clocks = host.json("vm", "precisionclock", "list")
            self.assertEqual([clock["name"] for clock in clocks][:2], ["kvm-clock", "ptp_kvm"])
            self.assertEqual(clocks[1]["serves"], [])

    def wait_for_reason(self, host, reason):
        wait_until(lambda: check(host, "--protocol", "ptp")[0]["reason"] == reason, 10,
                   f"the reason is {reason}")


class HookTest(unittest.TestCase):
    def test_every_operation_of_libvirt(self):
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            for operation, suboperation in OPERATIONS:
                refused = call_hook(host, "vm1", operation, suboperation, PTP)
                self.assertEqual(refused.returncode, 1 if operation in REFUSED else 0, operation)
                self.assertEqual(refused.stdout, "", "the domain's XML stays as it is")
                if operation in REFUSED:
                    self.assertIn("hostctl: guest vm1 may not run here: Precision clock wants PTP "
                                  "within 10 us; host ", refused.stderr)
                else:
                    self.assertEqual(refused.stderr, "")
                passed = call_hook(host, "vm2", operation, suboperation, PLAIN)
                self.assertEqual((passed.returncode, passed.stdout, passed.stderr), (0, "", ""))

    def test_what_is_asked_must_be_understood(self):
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            for attributes, words in (
                    ("protocol='ptp' maxError='soon'", "a span of time like 10us, 1.5ms or 2s"),
                    ("protocol='gps'", "`gps`, which is none of ptp, ntp, any")):
                xml = domain("vm1", precision_clock(attributes))
                refused = call_hook(host, "vm1", "prepare", "begin", xml)
                self.assertEqual(refused.returncode, 1)
                self.assertIn(words, refused.stderr)
                self.assertEqual(refused.stderr.count("\n"), 1, "one line, without pages of help")

    def test_without_hostd_only_guests_that_ask_are_refused(self):
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            host.kill()
            refused = call_hook(host, "vm1", "prepare", "begin", PTP)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("hostd does not say whether this host serves one", refused.stderr)
            self.assertEqual(call_hook(host, "vm2", "prepare", "begin", PLAIN).returncode, 0)
            self.assertEqual(call_hook(host, "vm1", "reconnect", "begin", PTP).returncode, 0,
                             "a running guest is never ended")


@unittest.skipIf(libvirt_host.why_not(), libvirt_host.why_not())
class LibvirtTest(unittest.TestCase):
    def test_libvirt_starts_who_asks_for_nothing_and_shows_why_another_may_not(self):
        with scenes.grandmaster_and_host() as scene:
            daemon = libvirt_host.Libvirt(scene.host)
            try:
                daemon.create(PLAIN)
                self.assertEqual(daemon.running(), ["vm2"])
                self.assert_refused(daemon, "keeps time by no protocol (neither PTP nor NTP is")
                scene.enable_and_lock()
                wait_until(lambda: "a virtual clock" in daemon.create(PTP, check=False).stderr, 10,
                           "the hook knows that the host is synchronized")
                self.assert_refused(daemon, "keeps a virtual clock, which guests do not see")
                scene.host.kill()
                self.assert_refused(daemon, "hostd does not say whether this host serves one")
                self.assertEqual(daemon.running(), ["vm2"])

                saved = daemon.folder / "vm2.save"
                daemon.virsh("save", "vm2", saved)
                daemon.virsh("restore", saved)
                self.assertEqual(daemon.running(), ["vm2"], "restored as it was")
            finally:
                daemon.close()

    def assert_refused(self, daemon, words):
        refused = daemon.create(PTP, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("Hook script execution failed", refused.stderr)
        self.assertIn("hostctl: guest vm1 may not run here: ", refused.stderr)
        self.assertIn(words, refused.stderr)


class NodeLabelsTest(unittest.TestCase):
    def test_the_feature_file_is_there_while_hostd_runs(self):
        with World() as world:
            namespace = world.namespace("host", "192.0.2.2/24")
            folder = world.folder / "features.d"
            host = Host(namespace, options=["--nfd-dir", folder]).start()
            folder.mkdir()  # Node Feature Discovery comes later
            feature_file = folder / "hostctl"
            wait_until(feature_file.exists, 15, "the feature file is there")
            self.assertEqual(feature_file.stat().st_mode & 0o777, 0o644)
            lines = feature_file.read_text().splitlines()
            self.assertIn("hostctl.org/time-health=disabled", lines)
            self.assertIn("hostctl.org/time-protocol=none", lines)
            self.assertTrue(250 < self.seconds_left(lines) <= 300, lines)
            self.assertEqual([path.name for path in folder.iterdir()], ["hostctl"])

            host.hostd.stop()
            self.assertEqual(list(folder.iterdir()), [], "labels end with hostd")

            host.start()
            wait_until(feature_file.exists, 15, "the feature file is there again")
            host.hostd.stop(signal.SIGKILL)
            self.assertTrue(feature_file.exists(), "of a hostd that was killed they expire")

    def seconds_left(self, lines):
        (line,) = [line for line in lines if line.startswith("# +expiry-time=")]
        expires = datetime.datetime.fromisoformat(line.split("=")[1].replace("Z", "+00:00"))
        return (expires - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


if __name__ == "__main__":
    runner.main()
