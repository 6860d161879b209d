"""Other people's programs, as peers in the lab: linuxptp, ptpd and chrony.

All of them measure and none touches a clock: ptp4l runs with free_running 1,
ptpd with clock:no_adjust, chronyd with -x.
"""
import os
import pathlib
import re
import sys

import ptp_packet
from world import wait_until


class Ptp4l:
    """Debian's ptp4l, grandmaster or client, with software timestamps."""

    def __init__(self, namespace, name="ptp4l", client=False, domain=0, priority1=128,
                 clock_class=None, log_sync=0, log_announce=1, log_delay=0, summary_interval=4,
                 devices=("eth0",), sections="", **settings):
        """`settings`: further options of ptp4l.conf's [global], by their names there; `sections`:
        text behind it."""
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
clockClass {clock_class or (255 if client else 248)}
logSyncInterval {log_sync}
logAnnounceInterval {log_announce}
logMinDelayReqInterval {log_delay}
tx_timestamp_timeout 50
summary_interval {summary_interval}
uds_address {self.socket}
""" + "".join(f"{name} {value}\n" for name, value in settings.items()) + sections)
        self.domain = domain
        self.transport_specific = settings.get("transportSpecific", "0")
        interfaces = [word for device in devices for word in ("-i", device)]
        self.program = namespace.start(name, ["ptp4l", "-f", config, *interfaces, "-m", "-q"])

    def get(self, management_id):
        """Asks it over its socket, with pmc; returns the fields as text."""
        answer = self.namespace.run(self.pmc_command(management_id)).stdout
        return dict(re.findall(r"^\t+(\S+) +(.+?) *$", answer, re.MULTILINE))

    def pmc_command(self, management_id):
        return ["pmc", "-u", "-b", "0", "-d", self.domain, "-t", self.transport_specific,
                "-s", self.socket, "-i", f"{self.socket}.pmc{os.getpid()}",
                f"GET {management_id}"]

    def port_state(self):
        return self.get("PORT_DATA_SET").get("portState")

    def clock_identity(self):
        """As 16 hexadecimal digits."""
        return self.get("DEFAULT_DATA_SET")["clockIdentity"].replace(".", "")

    def parent_identity(self):
        """clockIdentity of whom it follows."""
        return self.get("PARENT_DATA_SET")["parentPortIdentity"].split("-")[0].replace(".", "")

    def grandmaster_identity(self):
        return self.get("PARENT_DATA_SET")["grandmasterIdentity"].replace(".", "")

    def offset_ns(self):
        """Its clock minus its master's, as it measures it."""
        return float(self.get("CURRENT_DATA_SET")["offsetFromMaster"])

    def measures(self):
        """Whether it, as a client, has measured the path to its master. That is as far as a
        free-running client gets: it follows a master but never calls itself SLAVE."""
        port, current = self.get("PORT_DATA_SET"), self.get("CURRENT_DATA_SET")
        # With peer delay it tells the link's, and not that of the path; and may know it before
        # the first Sync came.
        return (port["portState"] == "UNCALIBRATED" and float(current["offsetFromMaster"]) != 0
                and (float(current["meanPathDelay"]) != 0
                     or float(port["peerMeanPathDelay"]) != 0))

    def wait_for(self, state, deadline_s=30):
        wait_until(lambda: self.port_state() == state, deadline_s, f"ptp4l is {state}")
        return self


def grandmaster(namespace, **options):
    """A ptp4l that is MASTER when this returns."""
    # With Announce every 2 s it waits 6 to 8 s for a better master first.
    return Ptp4l(namespace, **options).wait_for("MASTER")


class Ptpd:
    """Debian's ptpd, master or client."""

    def __init__(self, namespace, client=False, domain=0, log_sync=0, log_delay=0):
        folder = namespace.world.folder
        self._status = folder / f"{namespace.name}-ptpd.status"
        self.program = namespace.start("ptpd", [
            "ptpd", "--interface", "eth0", "--slaveonly" if client else "--masteronly",
            "--domain", domain, "--noadjust", "--foreground", "--ignore-lock",
            f"--global:lock_directory={folder}", f"--global:status_file={self._status}",
            "--global:log_status=y", "--global:status_update_interval=1", "--clock:no_reset=y",
            "--ptpengine:log_announce_interval=0", f"--ptpengine:log_sync_interval={log_sync}",
            f"--ptpengine:log_delayreq_interval={log_delay}",
        ])

    def status(self):
        """Its status file, by the names in it."""
        lines = (line.split(":", 1) for line in self._status.read_text().splitlines())
        return {line[0].strip(): line[1].strip() for line in lines if len(line) == 2}

    def clock_identity(self):
        return self.status()["Local port ID"][:16]

    def parent_identity(self):
        return self.status()["Best master ID"][:16]

    # It knows masters that are grandmasters only, here.
    grandmaster_identity = parent_identity

    def offset_ns(self):
        """Its clock minus its master's, as it measures it."""
        return float(self.status()["Offset from Master"].split()[0]) * 1e9

    def measures(self):
        status = self.status()
        return status["Port state"] == "PTP_SLAVE" and "Mean Path Delay" in status

    def wait_for(self, state, deadline_s=30):
        wait_until(lambda: self.status()["Port state"] == state, deadline_s, f"ptpd is {state}")
        return self


def ptpd_grandmaster(namespace, domain=0):
    """A ptpd that is master when this returns."""
    return Ptpd(namespace, domain=domain).wait_for("PTP_MASTER")


class ScriptedMaster:
    """Our own scripted_master.py, for what those above cannot send."""

    def __init__(self, namespace, *options):
        script = pathlib.Path(__file__).with_name("scripted_master.py")
        self.program = namespace.start("scripted-master", [sys.executable, script, *options])

    @staticmethod
    def clock_identity():
        return ptp_packet.IDENTITY[:8].hex()


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
