"""hostd and a real systemd: the `systemd --user` of Debian with a bus of its own, which hostd
takes for the system's. Skipped where systemd cannot run like that (no writable control groups).
"""
import os
import signal
import subprocess
import unittest

import runner
from host import Host, program
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
# As Debian's unit: the configuration is the one that chronyd looks for by itself.
PLAIN_CHRONY_SERVICE = """[Service]
ExecStart={chronyd} -x -d -u root
BindPaths={lib}:/var/lib/chrony
"""
# As hostctl-ptpd.service, but for its user and its walls, which `systemd --user` cannot build.
ENGINE_UNIT = "hostctl-ptpd.service"
ENGINE_SERVICE = """[Unit]
StartLimitIntervalSec=0
[Service]
Type=exec
ExecStart={ptpd} --control {socket}
TimeoutStopSec=3
"""


class BootedHost:
    """A host that systemd runs, with Debian's chronyd as the unit chrony.service."""

    def __init__(self, world, options=()):
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
        self.run_folder = world.folder / f"{self.namespace.name}-hostd" / "run"
        (folder / "units" / ENGINE_UNIT).write_text(ENGINE_SERVICE.format(
            ptpd=program("ptpd"), socket=self.run_folder / "ptpd.sock"))
        self.systemd = self.start_systemd(world, folder)
        try:
            wait_until(lambda: self.busctl("get-property", "", "Manager", "Version"), 20,
                       "systemd answers")
        except DeadlineExceeded as late:
            raise unittest.SkipTest(f"systemd does not run here: {self.systemd.output()} {late}")
        # The folder of drop-ins that hostd writes is one that this systemd reads.
        booted = [*BOOTED[:-1], BOOTED[-1].replace(
            "&& exec", f"&& mount --bind {folder}/units /run/systemd/system && exec")]
        self.host = Host(self.namespace, prefix=[
            "env", f"DBUS_SYSTEM_BUS_ADDRESS={self.address}", *booted], options=options).start()

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

    def use_plain_unit(self, world):
        """chrony.service as Debian has it, in folders of its own."""
        lib = world.folder / "chrony-lib"
        lib.mkdir()
        (world.folder / "systemd" / "units" / "chrony.service").write_text(
            PLAIN_CHRONY_SERVICE.format(chronyd=CHRONYD, lib=lib))
        self.busctl("call", "", "Manager", "Reload")

    def busctl(self, command, path, interface, *arguments):
        """Asks systemd, without hostd; empty when it does not answer."""
        return self.namespace.run(
            ["busctl", f"--address={self.address}", command, "org.freedesktop.systemd1",
             f"/org/freedesktop/systemd1{path}", f"org.freedesktop.systemd1.{interface}",
             *arguments], check=False).stdout

    def engine_unit(self):
        """State and main process of the engine's unit, as systemd tells them."""
        path = "/unit/hostctl_2dptpd_2eservice"
        state = self.busctl("get-property", path, "Unit", "ActiveState")
        pid = self.busctl("get-property", path, "Service", "MainPID")
        return state.split('"')[1], int(pid.split()[1])

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

    def test_ntp_has_the_unit_run_with_the_configuration_of_hostd(self):
        with World() as world:
            booted = BootedHost(world)
            booted.use_plain_unit(world)
            host = booted.host
            server = world.namespace("server", "192.0.2.1/24")
            config = world.folder / "server.conf"
            config.write_text("local stratum 3\nallow\ncmdport 0\nbindcmdaddress /\n"
                              f"pidfile {world.folder}/server.pid\n")
            server.start("chronyd", [CHRONYD, "-x", "-d", "-u", "root", "-f", config])
            host.hostctl("system", "ntp", "set", "--enable", "--server",
                         "192.0.2.1 minpoll -2 maxpoll 0")
            running = booted.chronyd()
            self.assertEqual((running["running"], running["manager"]), (True, "systemd"))

            def synchronized():
                stats = host.json("system", "ntp", "stats", "get")
                return stats["synchronized"] and stats
            stats = wait_until(synchronized, 30, "the unit's chronyd is synchronized")
            self.assertEqual(stats["reference"], "192.0.2.1")

            drop_in = world.folder / "systemd" / "units" / "chrony.service.d"
            self.assertTrue(drop_in.exists())
            host.hostctl("system", "ntp", "set", "--disable")
            self.assertFalse(booted.chronyd()["running"])
            self.assertFalse(drop_in.exists(), "the unit is the host's own again")

    def test_the_engine_is_a_unit_that_outlives_hostd(self):
        with World() as world:
            booted = BootedHost(world, options=["--ptpd-unit", ENGINE_UNIT])
            host = booted.host
            host.enable(interface="eth0")
            first = host.engine_pid()
            self.assertEqual(booted.engine_unit(), ("active", first))

            # hostd, and nobody else, has it started again.
            os.kill(first, signal.SIGKILL)
            second = wait_until(lambda: (s := booted.engine_unit()) != ("active", first) and
                                s[0] == "active" and s[1], 10, "the engine is back")
            wait_until(lambda: host.engine_pid() == second, 10, "hostd knows the new one")
            self.assertIn("was ended by signal 9 (Killed)", host.hostd.output())

            # One that is stopped, and so answers nobody, is replaced by the next hostd.
            host.kill()
            os.kill(second, signal.SIGSTOP)
            host.start()
            third = wait_until(lambda: (s := booted.engine_unit()) != ("active", second) and
                               s[0] == "active" and s[1], 20, "the engine is replaced")

            host.kill()
            host.start()
            self.assertEqual(booted.engine_unit(), ("active", third), "it was not disturbed")
            wait_until(lambda: host.engine_pid() == third, 10, "hostd has taken it over")

            host.hostctl("system", "ptp", "set", "--disable")
            self.assertEqual(booted.engine_unit(), ("inactive", 0))


if __name__ == "__main__":
    runner.main()
