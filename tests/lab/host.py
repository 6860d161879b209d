"""hostd in a namespace of the lab, and hostctl to talk to it."""
import json
import os
import pathlib
import signal
import subprocess

from world import wait_until

BUILD = pathlib.Path(os.environ.get("HOSTCTL_BUILD", "build/dev")).resolve()
# How the virtual clock is born: half a second off and 50 ppm fast.
OFFSET_NS = 500_000_000
FREQUENCY_PPB = 50_000


def program(name):
    """Path of a program of ours in the build folder."""
    for folder in ("bin", "libexec/hostctl"):
        if (BUILD / folder / name).exists():
            return BUILD / folder / name
    raise FileNotFoundError(f"{name} is not in {BUILD}/bin: set HOSTCTL_BUILD")


def run_probe(clock_file):
    """What virtual_clock_probe tells of a virtual clock, by name, as text."""
    done = subprocess.run([program("virtual_clock_probe"), clock_file], capture_output=True,
                          text=True, check=True)
    return dict(line.split() for line in done.stdout.splitlines())


class Host:
    """A host under test. Its hostd runs from start() to stop(), kill() or the World's end."""

    def __init__(self, namespace, clock="virtual", drop=(), options=(), prefix=()):
        """`drop`: capabilities that hostd shall not have, like `net_admin`; `prefix`: a command
        that executes hostd."""
        self.namespace = namespace
        self.folder = namespace.world.folder / f"{namespace.name}-hostd"
        self.folder.mkdir()
        self.socket = self.folder / "hostd.sock"
        self.state = self.folder / "state"
        self.run_folder = self.folder / "run"
        self.stats_log = self.folder / "ptpd.stats"
        self.options = ["--clock", clock, *options]
        if clock == "virtual":
            self.options += ["--virtual-offset-ns", OFFSET_NS,
                             "--virtual-frequency-ppb", FREQUENCY_PPB]
        self.drop = drop
        self.prefix = prefix
        self.hostd = None

    def start(self):
        """Starts hostd and waits until it answers."""
        self.hostd = self.namespace.start("hostd", [
            *self.prefix, program("hostd"), "--socket", self.socket, "--state-dir", self.state,
            "--run-dir", self.run_folder, "--stats-log", self.stats_log, *self.options,
        ], drop=self.drop)
        wait_until(lambda: self._answers(), 10, "hostd answers")
        return self

    def _answers(self):
        if not self.hostd.running():
            raise AssertionError(f"hostd ended: {self.hostd.output()}")
        return self.hostctl("system", "ptp", "get", check=False).returncode == 0

    def kill(self):
        """Ends hostd without warning; its engine lives on."""
        self.hostd.stop(signal.SIGKILL)

    def hostctl(self, *arguments, check=True):
        return self.namespace.run([program("hostctl"), "--socket", self.socket, *arguments],
                                  check=check)

    def json(self, *arguments):
        return json.loads(self.hostctl("--formatter=json", *arguments).stdout)

    def enable(self, *options, interface="vmk0"):
        return self.hostctl("system", "ptp", "set", "--enable", "--interface", interface, *options)

    def ptp(self):
        """Configuration and running state."""
        return self.json("system", "ptp", "get")

    def stats(self):
        """The status report; raises ValueError while there is none."""
        done = self.hostctl("--formatter=json", "system", "ptp", "stats", "get", check=False)
        if done.returncode != 0:
            raise ValueError(done.stderr.strip())
        return json.loads(done.stdout)

    def port_state(self):
        return self.stats()["port_state"]

    def engine_pid(self):
        return self.stats()["engine_pid"]

    def locked(self):
        """Following a master, with the frequency known; returns the status report."""
        stats = self.stats()
        return stats if stats["port_state"] == "SLAVE" and stats["clock_calibrated"] else None

    def wait_for_lock(self, deadline_s=60):
        return wait_until(self.locked, deadline_s, "the host is SLAVE and calibrated")

    def wait_for_state(self, state, deadline_s=30):
        wait_until(lambda: self.port_state() == state, deadline_s, f"the port is {state}")

    def _probe(self, value):
        return run_probe(self.run_folder / "virtual-clock")[value]

    def true_offset_ns(self):
        """Error of the virtual clock against CLOCK_REALTIME, which is the grandmaster's clock:
        a free-running ptp4l with software timestamps distributes it as it is."""
        return int(self._probe("offset_from_realtime_ns"))

    def true_frequency_ppb(self):
        """What is left of the virtual clock's frequency error after its correction."""
        return float(self._probe("frequency_ppb"))
