"""hostd on a real kernel clock, under the real systemd: a virtual machine that is months wrong.

Takes minutes, so it is run by `tests/run.sh --vm` alone. Time in emulation is noisy: what can
be is asserted, the rest printed.
"""
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lab"))
os.environ.setdefault("HOSTCTL_LAB_DEADLINE_S", "1700")  # by hand

# pylint: disable=wrong-import-position
import clean_root
import machine
import peers
import runner
from scenes import figure
from world import World, wait_until

WRONG_DATE = "2026-06-01T00:00:00"
OFFSET_LIMIT_S = 0.010
SCALED_PPM = 65536
MASTER_IP = "192.0.2.1"
# Bits of /proc/PID/status, capabilities(7).
NET_BIND_SERVICE, NET_ADMIN, NET_RAW, SYS_TIME = 1 << 10, 1 << 12, 1 << 13, 1 << 25


class MachineTest(unittest.TestCase):
    def setUp(self):
        reason = clean_root.why_not()
        if reason:
            self.skipTest(reason)

    def test_the_story_on_a_real_clock(self):
        with World() as world:
            old = clean_root.make_packages(world.folder / "old")
            (world.folder / "new").mkdir()
            packages = {"old": old,
                        "new": clean_root.next_version(old, world.folder / "new", "99.0")}
            peers.grandmaster(world.namespace("gm", f"{MASTER_IP}/24"), log_announce=0,
                              log_sync=-2, log_delay=-2)
            self.guest = machine.Machine(world, packages, WRONG_DATE).start()
            for step in (self.install, self.enable, self.keep, self.privileges, self.real_time,
                         self.restart_hostd, self.upgrade, self.reboot, self.policies,
                         self.remove):
                print(f"--- {step.__name__}", flush=True)
                step()

    def frequency_ppm(self):
        """What the guest's kernel was told."""
        report = self.guest.shell("busybox adjtimex")
        return int(re.search(r"freq.adjust:\s+(-?\d+)", report).group(1)) / SCALED_PPM

    def engine(self):
        return self.guest.shell("pidof ptpd || true").strip()

    def main_pid(self, unit):
        return self.guest.shell(f"systemctl show --value -p MainPID {unit}").strip()

    def assert_right(self, when):
        offset, asking = self.guest.offset_s()
        figure(f"guest's clock against the grandmaster's, {when}",
               f"{offset * 1e3:.3f} ms (+- {asking * 1e3:.3f} ms of asking)",
               f"within {OFFSET_LIMIT_S * 1e3:.0f} ms")
        self.assertLess(abs(offset), OFFSET_LIMIT_S + asking)

    def install(self):
        offset, _ = self.guest.offset_s()
        figure("guest's clock after its first boot", f"{offset / 86400:.1f} days", "months")
        self.assertGreater(abs(offset), 60 * 86400)
        print(self.guest.shell("dpkg --install /root/old/*.deb", deadline_s=300))
        self.assertEqual(self.guest.shell("systemctl is-enabled hostd").strip(), "enabled")
        wait_until(lambda: "Enabled: false" in self.guest.hostctl("system", "ptp", "get",
                                                                  check=False),
                   60, "hostd answers, and PTP is off")
        self.assertEqual(self.engine(), "")
        # The group may talk to the admin socket, everyone to the read-only one.
        self.assertEqual(self.guest.shell("stat -c '%G %a' /run/hostctl/*.sock").split("\n")[:2],
                         ["hostctl 666", "hostctl 660"])

    def enable(self):
        print(self.guest.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0",
                                 "--wait-for-sync=180", deadline_s=240))
        self.assert_right("at first lock")
        table = self.guest.hostctl("system", "ptp", "stats", "get")
        print(table)
        self.assertRegex(table, rf"Best master IP +{re.escape(MASTER_IP)}")
        self.assertRegex(table, r"Clock status +calibrated, in control")
        self.assertRegex(table, r"Port state +PTP_SLAVE")
        # The step is told.
        self.assertIn("CLOCK_STEPPED", self.guest.hostctl("system", "event", "list"))
        lines = "grep -cE ', [SD], ' /var/log/hostctl/ptpd.stats"
        seen = int(self.guest.shell(lines))
        wait_until(lambda: int(self.guest.shell(lines)) > seen, 30, "the log grows")
        rules = self.guest.hostctl("network", "firewall", "ruleset", "list")
        self.assertRegex(rules, r"ptpd +true")

    def kernel_says_right(self):
        """What every program of the guest sees, without knowing of us."""
        return self.guest.shell("timedatectl show -p NTPSynchronized --value").strip() == "yes"

    def keep(self):
        wait_until(self.kernel_says_right, 10, "the kernel knows")
        for _ in range(6):
            self.guest.shell("sleep 5")
            self.assert_right("while it is kept")
        figure("frequency correction", f"{self.frequency_ppm():.3f} ppm",
               f"{-machine.CRYSTAL_ERROR_PPB / 1000:.0f}")

    def rights(self, pid):
        """Of /proc/PID/status, by name, as text; and its user."""
        status = dict(re.findall(r"(?m)^(\w+):\s+(\S+)",
                                 self.guest.shell(f"cat /proc/{pid}/status")))
        return {**status, "User": self.guest.shell(f"stat -c %U /proc/{pid}").strip()}

    def privileges(self):
        engine, hostd = self.rights(self.engine()), self.rights(self.main_pid("hostd"))
        self.assertEqual((engine["User"], hostd["User"]), ("hostctl-ptpd", "hostctl"))
        self.assertEqual(int(engine["CapEff"], 16) & ~(SYS_TIME | NET_BIND_SERVICE | NET_RAW), 0)
        self.assertTrue(int(engine["CapEff"], 16) & SYS_TIME)
        # The firewall, `network diag capture`, `system time set`.
        self.assertEqual(int(hostd["CapEff"], 16), NET_ADMIN | NET_RAW | SYS_TIME)
        for rights in (engine, hostd):
            self.assertEqual(int(rights["CapPrm"], 16), int(rights["CapEff"], 16))
            self.assertEqual(rights["NoNewPrivs"], "1")
            self.assertEqual(rights["Seccomp"], "2")  # filtered
        self.assertGreater(int(engine["VmLck"]), 0)  # kB

    def real_time(self):
        """As the packaging's README says: given when asked for."""
        policy = "chrt --pid $(pidof ptpd)"
        self.assertIn("SCHED_OTHER", self.guest.shell(policy))
        self.guest.shell("mkdir -p /etc/systemd/system/hostctl-ptpd.service.d && printf '%s\\n' "
                         "'[Service]' CPUSchedulingPolicy=fifo CPUSchedulingPriority=50 "
                         "> /etc/systemd/system/hostctl-ptpd.service.d/override.conf && "
                         "systemctl daemon-reload")
        self.guest.hostctl("system", "ptp", "set", "--disable")
        self.guest.hostctl("system", "ptp", "set", "--enable")
        wait_until(self.engine, 60, "the engine runs")
        told = self.guest.shell(policy)
        self.assertIn("SCHED_FIFO", told)
        self.assertRegex(told, r"priority: 50")
        self.wait_for_lock()

    def restart_hostd(self):
        hostd, engine = self.main_pid("hostd"), self.engine()
        self.guest.shell("systemctl restart hostd")
        self.assertNotEqual(self.main_pid("hostd"), hostd)
        self.assertEqual(self.engine(), engine)
        self.guest.shell("kill -KILL $(systemctl show --value -p MainPID hostd)")
        wait_until(lambda: self.main_pid("hostd") not in ("0", hostd), 60, "hostd is back")
        self.assertEqual(self.engine(), engine)
        self.assert_right("after hostd was restarted and killed")

    def upgrade(self):
        hostd, engine = self.main_pid("hostd"), self.engine()
        print(self.guest.shell("dpkg --install /root/new/*.deb", deadline_s=300))
        self.assertNotEqual(self.main_pid("hostd"), hostd)
        self.assertEqual(self.engine(), engine)
        self.assert_right("after the upgrade")

    def reboot(self):
        before = self.frequency_ppm()
        self.guest.reboot()
        wait_until(self.engine, 120, "the engine runs")
        told = wait_until(lambda: re.search(r"RECOVERED: frequency of (-?\d+)",
                                            self.guest.shell("journalctl -b -u hostctl-ptpd")),
                          60, "the engine recalls the frequency")
        recalled = int(told.group(1)) / 1000
        figure("frequency correction before the reboot, recalled after it",
               f"{before:.3f} ppm, {recalled:.3f} ppm", "equal but for the noise of emulation")
        self.assertLess(abs(recalled + machine.CRYSTAL_ERROR_PPB / 1000), 25)
        self.wait_for_lock()
        self.assert_right("after the reboot")
        wait_until(self.kernel_says_right, 10, "the kernel knows")
        # Shutting down is no failure of the engine.
        self.assertNotIn("ENGINE_RESTARTED", self.guest.hostctl("system", "event", "list"))

    def wait_for_lock(self):
        wait_until(lambda: re.search(r"Clock state +LOCKED", self.guest.hostctl(
            "system", "ptp", "stats", "get", check=False)), 180, "the clock is locked")

    def policies(self):
        self.guest.hostctl("system", "service", "set", "--service", "ptpd", "--policy", "off")
        self.guest.reboot()
        listed = wait_until(lambda: re.search("(?m)^ptpd .*", self.guest.hostctl(
            "system", "service", "list", check=False)), 120, "hostd answers").group()
        print(listed)
        self.assertRegex(listed, r"^ptpd +PTP Daemon +false +off ")
        self.assertEqual(self.engine(), "")
        # For ptpd the same as `on`: it opens its ruleset itself.
        self.guest.hostctl("system", "service", "set", "--service", "ptpd", "--policy",
                           "automatic")
        wait_until(self.engine, 60, "the engine runs")
        self.guest.hostctl("system", "ptp", "set", "--disable")
        wait_until(lambda: self.engine() == "", 60, "the engine has ended")

    def remove(self):
        self.guest.hostctl("system", "ptp", "set", "--enable")
        wait_until(self.engine, 60, "the engine runs")
        self.guest.shell("dpkg --purge hostctl-libvirt-hook hostd hostctl", deadline_s=300)
        self.assertEqual(self.engine(), "")
        self.assertEqual(self.guest.shell("nft list tables").strip(), "")


if __name__ == "__main__":
    runner.main()
