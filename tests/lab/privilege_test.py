"""Whose processes hostd and its engine are, and what they may do; and a hostd that may not do
what it is asked: refused with the reason, nothing half done."""
import os
import pwd
import signal
import subprocess
import unittest

import peers
import runner
import scenes
from host import Host, program
from world import World, wait_until

FAILED, REFUSED = 1, 5
NOBODY = pwd.getpwnam("nobody")
# capabilities(7)
NET_BIND_SERVICE, NET_ADMIN, NET_RAW, IPC_LOCK, SYS_NICE = (1 << n for n in (10, 12, 13, 14, 23))
SECCOMP_FILTERED = "2"


def status_of(pid):
    """/proc/PID/status: the words after each name."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return {name: words.split() for name, words in (line.split(":", 1) for line in file)}


def rights_of(pid):
    status = status_of(pid)
    return {**{name: int(status[name][0], 16)
               for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
            **{name: status[name][0] for name in ("NoNewPrivs", "Seccomp")}}


def skip_unless_nobody_can_run(path):
    """The build folder may lie where only its owner can look."""
    done = subprocess.run(["setpriv", f"--reuid={NOBODY.pw_uid}", "--clear-groups", "test", "-x",
                           path], check=False)
    if done.returncode != 0:
        raise unittest.SkipTest(f"the user nobody cannot run {path}")


class OwnUsersTest(unittest.TestCase):
    # No program of the lab has CAP_SYS_TIME; the clock here is virtual.

    def assert_realtime(self, host, pid, priority):
        """It has the priority, or says why not where nobody can have one (a container)."""
        if subprocess.run(["chrt", "-f", str(priority), "true"], stderr=subprocess.DEVNULL,
                          check=False).returncode != 0:
            self.assertIn(f"no real-time priority {priority}", host.hostd.output())
            return
        self.assertEqual(os.sched_getscheduler(pid), os.SCHED_FIFO)
        self.assertEqual(os.sched_getparam(pid).sched_priority, priority)

    def test_the_engine_gives_up_what_it_has_no_use_for(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.enable()
            hostd, engine = rights_of(host.hostd.pid), rights_of(host.engine_pid())
            used = NET_BIND_SERVICE | NET_ADMIN | NET_RAW | IPC_LOCK | SYS_NICE
            self.assertEqual(hostd["CapEff"] & used, used, "the lab's hostd is root")
            self.assertEqual(engine, {
                "CapInh": 0, "CapPrm": used, "CapEff": used, "CapBnd": used, "CapAmb": 0,
                "NoNewPrivs": "1", "Seccomp": SECCOMP_FILTERED})
            self.assertGreater(int(status_of(host.engine_pid())["VmLck"][0]), 0)

    def test_the_engine_as_a_user_of_its_own(self):
        with World() as world:
            peers.grandmaster(world.namespace("gm", "192.0.2.1/24"), log_announce=0, log_sync=-2,
                              log_delay=-2)
            host = Host(world.namespace("host", "192.0.2.2/24"), options=[
                "--ptpd-user", "nobody", "--ptpd-realtime-priority", 7])
            host.stats_log = host.folder / "log" / "ptpd.stats"
            host.start()
            host.enable(interface="eth0")
            first = host.engine_pid()
            used = NET_BIND_SERVICE | NET_RAW | IPC_LOCK
            self.assertEqual(rights_of(first), {
                "CapInh": 0, "CapPrm": used, "CapEff": used, "CapBnd": used, "CapAmb": 0,
                "NoNewPrivs": "1", "Seccomp": SECCOMP_FILTERED})
            status = status_of(first)
            self.assertEqual(status["Uid"], [str(NOBODY.pw_uid)] * 4)
            self.assertEqual(status["Gid"], [str(NOBODY.pw_gid)] * 4)
            self.assertEqual(status["Groups"], [])
            self.assert_realtime(host, first, 7)
            self.assertEqual(status_of(host.hostd.pid)["Uid"], ["0"] * 4)
            host.wait_for_state("SLAVE", 40)
            wait_until(lambda: host.stats_log.read_text().count("\n") > 2, 20, "it writes its log")
            self.assertEqual(host.stats_log.stat().st_uid, NOBODY.pw_uid)

            # The next hostd takes it over, and can end what is another user's.
            host.kill()
            host.start()
            self.assertEqual(host.engine_pid(), first)
            os.kill(first, signal.SIGKILL)
            second = wait_until(lambda: (p := host.engine_pid()) != first and p, 20, "it is back")
            self.assertEqual(status_of(second)["Uid"], [str(NOBODY.pw_uid)] * 4)
            host.hostctl("system", "ptp", "set", "--disable")
            wait_until(lambda: not os.path.exists(f"/proc/{second}"), 5, "it has ended")

    def test_a_hostd_with_the_rights_of_its_unit_and_no_more(self):
        # As hostd.service has it, but for CAP_SYS_TIME, and with the engine's ports.
        skip_unless_nobody_can_run(program("hostd"))
        with World() as world:
            used = ("net_admin", "net_raw", "net_bind_service")
            given = "-all," + ",".join(f"+{name}" for name in used)
            host = Host(world.namespace("host", "192.0.2.2/24"), prefix=[
                "setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups",
                f"--inh-caps={given}", f"--ambient-caps={given}", f"--bounding-set={given}",
                "--no-new-privs"])
            os.chown(host.folder, NOBODY.pw_uid, NOBODY.pw_gid)
            host.start()
            mask = NET_ADMIN | NET_RAW | NET_BIND_SERVICE
            self.assertEqual(rights_of(host.hostd.pid), {
                "CapInh": mask, "CapPrm": mask, "CapEff": mask, "CapBnd": mask, "CapAmb": mask,
                "NoNewPrivs": "1", "Seccomp": "0"})
            self.assertEqual(status_of(host.hostd.pid)["Uid"], [str(NOBODY.pw_uid)] * 4)
            host.hostctl("network", "ip", "interface", "add", "-i", "vmk1", "--device", "eth0",
                         "--macvlan")
            host.enable()
            self.assertIn("hostctl", host.namespace.run(["nft", "list", "tables"]).stdout)
            self.assertIs(host.ptp()["runtime"]["ruleset_enabled"], True)
            self.assertEqual(status_of(host.engine_pid())["Uid"], [str(NOBODY.pw_uid)] * 4)
            for point in ("wire", "ip"):
                host.hostctl("network", "diag", "capture", "-i", "vmk0", "-d", "1", "-p", point)
            host.hostctl("system", "ptp", "set", "--disable")


class PrivilegeTest(unittest.TestCase):
    def test_without_the_right_to_the_firewall_ptp_is_refused(self):
        with scenes.grandmaster_and_host(host={"drop": ("net_admin",)}) as scene:
            host = scene.host
            before = host.ptp()
            done = host.hostctl("system", "ptp", "set", "--enable", "--interface", "eth0",
                                check=False)
            self.assertEqual(done.returncode, REFUSED, done.stderr)
            self.assertIn("CAP_NET_ADMIN", done.stderr)
            after = host.ptp()
            self.assertEqual(after["config"], before["config"])
            self.assertEqual(after["etag"], before["etag"])
            self.assertEqual(after["runtime"]["service_state"], "STOPPED")
            self.assertEqual(host.namespace.pids(), [host.hostd.pid])
            tables = host.namespace.run(["nft", "list", "tables"]).stdout
            self.assertNotIn("hostctl", tables)

    def test_without_the_right_to_the_clock_ptp_is_refused(self):
        # No program of the lab has CAP_SYS_TIME, so the system clock is out of reach.
        with scenes.grandmaster_and_host(host={"clock": "system"}) as scene:
            host = scene.host
            before = host.ptp()
            done = host.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0",
                                check=False)
            self.assertEqual(done.returncode, FAILED, done.stderr)
            self.assertIn("CAP_SYS_TIME", done.stderr)
            after = host.ptp()
            self.assertEqual(after["config"], before["config"])
            self.assertIs(after["runtime"]["ruleset_enabled"], False)

    def test_read_only_needs_no_right_to_the_clock(self):
        with scenes.grandmaster_and_host(host={"clock": "system"}) as scene:
            host = scene.host
            host.enable("--read-only=true")
            host.wait_for_state("SLAVE", 40)
            rows = dict(scenes.table_rows(host.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertTrue(rows["Clock status"].endswith("read-only"), rows["Clock status"])


if __name__ == "__main__":
    runner.main()
