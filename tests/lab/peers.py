"""Other people's programs, as peers in the lab: linuxptp, ptpd and chrony.

All of them measure and none touches a clock: ptp4l runs with free_running 1,
ptpd with clock:no_adjust, chronyd with -x.
"""
import os
import pathlib
import re
import sys

from world import wait_until


class Ptp4l:
    """Debian's ptp4l, grandmaster or client, with software timestamps."""

    def __init__(self, namespace, name="ptp4l", client=False, domain=0, priority1=128,
                 clock_class=248, log_sync=0, log_announce=1, log_delay=0, summary_interval=4):
        self.namespace = namespace
        self.folder = namespace.world.folder
        self.socket = self.folder / f"{namespace.name}-{name}.sock"
        config = self.folder / f"{namespace.name}-{name}.conf"
        config.write_text(f"""[global]
time_stamping software
free_running 1
slaveOnly {int(client)}
domainNumber {domain}
priority1 {priority1}
clockClass {255 if client else clock_class}
logSyncInterval {log_sync}
logAnnounceInterval {log_announce}
logMinDelayReqInterval {log_delay}
tx_timestamp_timeout 50
summary_interval {summary_interval}
uds_address {self.socket}
""")
        self.domain = domain
        self.program = namespace.start(name, ["ptp4l", "-f", config, "-i", "eth0", "-m", "-q"])

    def get(self, management_id):
        """Asks it over its socket, with pmc; returns the fields as text."""
        answer = self.namespace.run(self.pmc_command(management_id)).stdout
        return dict(re.findall(r"^\t+(\S+) +(.+?) *$", answer, re.MULTILINE))

    def pmc_command(self, management_id):
        return ["pmc", "-u", "-b", "0", "-d", self.domain, "-s", self.socket,
                "-i", f"{self.socket}.pmc{os.getpid()}", f"GET {management_id}"]

    def port_state(self):
        return self.get("PORT_DATA_SET").get("portState")

    def clock_identity(self):
        """As 16 hexadecimal digits."""
        return self.get("DEFAULT_DATA_SET")["clockIdentity"].replace(".", "")

    def measures(self):
        """Whether it, as a client, has measured the path to its master. That is as far as a
        free-running client gets: it follows a master but never calls itself SLAVE."""
        return (self.port_state() == "UNCALIBRATED"
                and float(self.get("CURRENT_DATA_SET")["meanPathDelay"]) != 0)

    def wait_for(self, state, deadline_s=30):
        wait_until(lambda: self.port_state() == state, deadline_s, f"ptp4l is {state}")
        return self


def grandmaster(namespace, **options):
    """A ptp4l that is MASTER when this returns."""
    # With Announce every 2 s it waits 6 to 8 s for a better master first.
    return Ptp4l(namespace, **options).wait_for("MASTER")


def ptpd_grandmaster(namespace, domain=0):
    """Debian's ptpd as the master."""
    folder = namespace.world.folder
    status = folder / f"{namespace.name}-ptpd.status"
    program = namespace.start("ptpd", [
        "ptpd", "--interface", "eth0", "--masteronly", "--domain", domain, "--noadjust",
        "--foreground", "--ignore-lock", f"--global:lock_directory={folder}",
        f"--global:status_file={status}", "--global:log_status=y",
        "--global:status_update_interval=1", "--clock:no_reset=y",
        "--ptpengine:log_announce_interval=0", "--ptpengine:log_sync_interval=0",
    ])
    wait_until(lambda: "PTP_MASTER" in status.read_text(), 30, "ptpd is PTP_MASTER")
    return program


def scripted_master(namespace, *options):
    """Our own scripted_master.py, for what those above cannot send."""
    script = pathlib.Path(__file__).with_name("scripted_master.py")
    return namespace.start("scripted-master", [sys.executable, script, *options])


def chronyd(namespace):
    """Debian's chronyd, which follows nothing and answers chronyc; returns its socket."""
    folder = namespace.world.folder
    socket = folder / f"{namespace.name}-chronyd" / "chronyd.sock"
    socket.parent.mkdir(mode=0o750)
    config = folder / f"{namespace.name}-chrony.conf"
    config.write_text(f"local stratum 10\ncmdport 0\nbindcmdaddress {socket}\n"
                      f"pidfile {folder}/{namespace.name}-chronyd.pid\n")
    namespace.start("chronyd", ["chronyd", "-x", "-d", "-u", "root", "-f", config])
    wait_until(socket.exists, 10, "chronyd answers")
    return socket
