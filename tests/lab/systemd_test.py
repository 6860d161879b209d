"""hostd and a real systemd: the `systemd --user` of Debian with a bus of its own, which hostd
takes for the system's. Skipped where systemd cannot run like that (no writable control groups).
"""
import os
import signal
import subprocess
import unittest

import runner
from host import Host
from world import DeadlineExceeded, Program, World, wait_until

SYSTEMD = "/lib/systemd/systemd"
CHRONYD = "/usr/sbin/chronyd"
# A /run of its own, that says that systemd runs the host; then the program.
BOOTED = ["unshare", "--mount", "sh", "-c",
          'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$0" "$@"']
# -x, and no right to do it: it never touches the clock.
CHRONY_SERVICE = """[Service]
ExecStart={chronyd} -x -d -u root -f {config}
Restart=always
RestartSec=100ms
"""


class BootedHost:
    """A host that systemd runs, with Debian's chronyd as the unit chrony.service."""

    def __init__(self, world):
        folder = world.folder / "systemd"
        for name in (".", "units", "runtime"):
            (folder / name).mkdir(mode=0o700)
        self.namespace = world.namespace("host", "192.0.2.2/24")
        self.address = f"unix:path={folder}/runtime/bus"
        (folder / "chrony.conf").write_text(
            f"server 192.0.2.1\npidfile {folder}/chronyd.pid\nport 0\ncmdport 0\n"
            "bindcmdaddress /\n")
        (folder / "units" / "default.target").write_text(
            "[Unit]\nDescription=The bus, and nothing else\nWants=dbus.socket\n")
        (folder / "units" / "chrony.service").write_text(
            CHRONY_SERVICE.format(chronyd=CHRONYD, config=folder / "chrony.conf"))
        self.systemd = self.start_systemd(world, folder)
        try:
            wait_until(lambda: self.busctl("get-property", "", "Manager", "Version"), 20,
                       "systemd answers")
        except DeadlineExceeded as late:
            raise unittest.SkipTest(f"systemd does not run here: {self.systemd.output()} {late}")
        self.host = Host(self.namespace, prefix=[
            "env", f"DBUS_SYSTEM_BUS_ADDRESS={self.address}", *BOOTED]).start()

    def start_systemd(self, world, folder):
        """In the namespace, but not as `ip netns exec` does it, which hides the control groups."""
        log = world.folder / "systemd.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                ["setpriv", "--bounding-set=-sys_time", "--pdeathsig", "KILL",
                 "nsenter", f"--net=/run/netns/{self.namespace.full_name}",
                 "env", "-u", "DBUS_SESSION_BUS_ADDRESS", f"XDG_RUNTIME_DIR={folder}/runtime",
                 f"SYSTEMD_UNIT_PATH={folder}/units:/usr/lib/systemd/user",
                 *BOOTED, SYSTEMD, "--user", "--log-target=console"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        program = Program("systemd", popen, log)
        world.programs.append(program)
        return program

    def busctl(self, command, path, interface, *arguments):
        """Asks systemd, without hostd; empty when it does not answer."""
        return self.namespace.run(
            ["busctl", f"--address={self.address}", command, "org.freedesktop.systemd1",
             f"/org/freedesktop/systemd1{path}", f"org.freedesktop.systemd1.{interface}",
             *arguments], check=False).stdout

    def chronyd(self):
        return self.host.json("system", "service", "list", "--service", "chronyd")[0]

    def act(self, action, *options):
        return self.host.hostctl("system", "service", action, "--service", "chronyd", *options)


@unittest.skipUnless(all(map(os.path.exists, (SYSTEMD, CHRONYD))),
                     "systemd or chrony is not installed")
class SystemdTest(unittest.TestCase):
    def test_hostd_asks_systemd_to_run_chronyd(self):
        with World() as world:
            booted = BootedHost(world)
            fresh = booted.chronyd()
            self.assertEqual((fresh["manager"], fresh["installed"], fresh["running"]),
                             ("systemd", True, False))

            booted.act("start")
            first = booted.chronyd()
            self.assertIs(first["running"], True)
            self.assertEqual(booted.busctl("get-property", "/unit/chrony_2eservice", "Service",
                                           "MainPID"), f"u {first['pid']}\n")
            self.assertTrue(first["since"])

            # systemd starts it again, and hostd tells so.
            os.kill(first["pid"], signal.SIGKILL)
            second = wait_until(
                lambda: (s := booted.chronyd())["running"] and s["pid"] != first["pid"] and s,
                10, "chronyd is back")
            self.assertEqual(second["restarts"], 1)

            booted.act("stop")
            self.assertIs(booted.chronyd()["running"], False)
            wait_until(lambda: not os.path.exists(f"/proc/{second['pid']}"), 5, "it is gone")

            # With the policy `on` it is hostd that wants it, whoever stops it.
            booted.act("set", "--policy", "on")
            third = booted.chronyd()
            self.assertIs(third["running"], True)
            booted.busctl("call", "", "Manager", "StopUnit", "ss", "chrony.service", "replace")
            wait_until(lambda: booted.chronyd()["pid"] not in (0, third["pid"]), 8,
                       "hostd has it started again")


if __name__ == "__main__":
    runner.main()
