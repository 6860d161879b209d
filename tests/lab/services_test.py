"""Services: ESXi's flow of PTP started by hand, and Debian's chronyd under hostd's supervisor.

chronyd is always told to leave the clock alone (-x), and has not the right to touch it.
"""
import os
import shutil
import signal
import unittest

import runner
import scenes
from host import Host
from world import World, wait_until

CHRONYD = "/usr/sbin/chronyd"


def service(host, key):
    """One row of `system service list`."""
    return host.json("system", "service", "list", "--service", key)[0]


def ptp_port_open(host):
    """Whether our own table lets PTP through; asked of the kernel."""
    ports = host.namespace.run(["nft", "list", "set", "inet", "hostctl", "in-udp-dst/open"],
                               check=False)
    return "319" in ports.stdout


def reboot(host):
    """As when the machine starts again: no process, no rules, an empty runtime folder."""
    pids = [pid for pid in (service(host, key)["pid"] for key in ("ptpd", "chronyd")) if pid]
    host.hostd.stop()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: not os.path.exists(f"/proc/{pid}"), 5, f"{pid} has ended")
    host.namespace.run(["nft", "flush", "ruleset"])
    shutil.rmtree(host.run_folder)
    host.start()


class EsxiFlowTest(unittest.TestCase):
    def test_ptp_is_enabled_and_its_service_started_by_hand(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.hostctl("system", "service", "set", "--service", "ptpd", "--policy", "off")
            enabled = host.enable()
            self.assertIn("Do: hostctl system service start --service ptpd", enabled.stderr)
            self.assert_waits_for_a_hand(host)

            host.hostctl("system", "service", "start", "--service", "ptpd")
            host.wait_for_state("SLAVE")
            running = service(host, "ptpd")
            self.assertEqual((running["running"], running["policy"]), (True, "OFF"))
            self.assertTrue(ptp_port_open(host))

            # hostd starts again: nothing is disturbed.
            host.hostd.stop()
            host.start()
            after = service(host, "ptpd")
            self.assertEqual((after["pid"], after["since"][:19]),
                             (running["pid"], running["since"][:19]))
            self.assertTrue(ptp_port_open(host))

            # The host starts again: PTP is still enabled, and waits for a hand.
            reboot(host)
            self.assert_waits_for_a_hand(host)

            host.hostctl("system", "service", "set", "--service", "ptpd", "--policy", "on")
            host.wait_for_state("SLAVE")
            reboot(host)
            host.wait_for_state("SLAVE")

    def assert_waits_for_a_hand(self, host):
        ptp = host.ptp()
        self.assertIs(ptp["config"]["enabled"], True)
        self.assertEqual(ptp["runtime"]["service_state"], "STOPPED")
        self.assertEqual([(c["code"], c["remedy"]) for c in ptp["runtime"]["conditions"]],
                         [("SERVICE_NOT_STARTED", "hostctl system service start --service ptpd")])
        stopped = service(host, "ptpd")
        self.assertEqual((stopped["running"], stopped["pid"], stopped["since"]), (False, 0, None))
        self.assertFalse(ptp_port_open(host))

    def test_stopped_by_hand_it_stays_stopped_until_the_host_starts_again(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.enable()
            host.wait_for_state("SLAVE")
            host.hostctl("system", "service", "stop", "--service", "ptpd")
            host.hostd.stop()
            host.start()
            self.assertIs(service(host, "ptpd")["running"], False)
            self.assertEqual(service(host, "ptpd")["reason"], "it was stopped by hand")
            self.assertFalse(ptp_port_open(host))
            reboot(host)
            host.wait_for_state("SLAVE")


@unittest.skipUnless(os.path.exists(CHRONYD), "chrony is not installed")
class ChronydTest(unittest.TestCase):
    def host_with_chronyd(self, world, configuration):
        config = world.folder / "chrony.conf"
        config.write_text(configuration)
        # One of the network's own: nothing of the machine's is used.
        command = f"{CHRONYD} -x -d -u root -f {config}"
        namespace = world.namespace("host", "192.0.2.2/24")
        return Host(namespace, options=["--chronyd", command]).start()

    def usable(self, world):
        return (f"server 192.0.2.1\npidfile {world.folder}/chronyd.pid\n"
                "port 0\ncmdport 0\nbindcmdaddress /\n")

    def test_killed_it_is_back_and_counted(self):
        with World() as world:
            host = self.host_with_chronyd(world, self.usable(world))
            fresh = service(host, "chronyd")
            self.assertEqual((fresh["running"], fresh["policy"], fresh["installed"]),
                             (False, "OFF", True))
            host.hostctl("system", "service", "start", "--service", "chronyd")
            first = service(host, "chronyd")
            self.assertIs(first["running"], True)
            self.assertIn("Disabled control of system clock", "\n".join(first["recent_log"]))

            os.kill(first["pid"], signal.SIGKILL)
            second = wait_until(
                lambda: (s := service(host, "chronyd"))["pid"] not in (0, first["pid"]) and s,
                10, "chronyd is back")
            self.assertEqual(second["restarts"], 1)
            self.assertEqual(second["last_exit"], "was ended by signal 9 (Killed)")

            # It outlives hostd, which finds it again.
            host.kill()
            host.start()
            self.assertEqual(service(host, "chronyd")["pid"], second["pid"])

            host.hostctl("system", "service", "stop", "--service", "chronyd")
            self.assertIs(service(host, "chronyd")["running"], False)
            wait_until(lambda: not os.path.exists(f"/proc/{second['pid']}"), 5, "it is gone")

    def test_policy_on_starts_it_with_the_host(self):
        with World() as world:
            host = self.host_with_chronyd(world, self.usable(world))
            host.hostctl("system", "service", "set", "--service", "chronyd", "--policy", "on")
            reboot(host)
            self.assertIs(service(host, "chronyd")["running"], True)

    def test_a_configuration_that_does_not_work_is_answered_with_its_own_words(self):
        with World() as world:
            host = self.host_with_chronyd(world, "no such directive\n")
            refused = host.hostctl("system", "service", "start", "--service", "chronyd",
                                   check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("the service chronyd could not be started", refused.stderr)
            self.assertIn("Fatal error", refused.stderr)
            self.assertIs(service(host, "chronyd")["running"], False)


if __name__ == "__main__":
    runner.main()
