"""A small network of its own for one test: namespaces joined by a bridge.

    with World() as world:
        gm = world.namespace("gm", "192.0.2.1/24")
        host = world.namespace("host", "192.0.2.2/24")
        daemon = host.start("ptp4l", ["ptp4l", "-f", config])
        host.run(["pmc", ...])

Nothing outside the namespaces is touched: names are unique to this process, every
file lies in a temporary folder, and every program runs without CAP_SYS_TIME, so
that none can set this machine's clock, whatever its configuration says.
"""
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PREFIX = "hostctl-lab"
_numbers = itertools.count(1)


class DeadlineExceeded(AssertionError):
    """A condition did not become true in time."""


def wait_until(condition, deadline_s, what, interval_s=0.05):
    """Polls `condition` until it returns something true, and returns that.

    Raises DeadlineExceeded after `deadline_s` seconds, naming `what` was waited
    for and what the condition last returned or raised.
    """
    end = time.monotonic() + deadline_s
    while True:
        try:
            last = condition()
        except (subprocess.SubprocessError, OSError, ValueError, LookupError) as error:
            last = None
            problem = repr(error)
        else:
            problem = f"last seen: {last!r}"
        if last:
            return last
        if time.monotonic() > end:
            raise DeadlineExceeded(f"not within {deadline_s} s: {what} ({problem})")
        time.sleep(interval_s)


def why_not():
    """Why the lab cannot run here; empty when it can."""
    if os.geteuid() != 0:
        return "needs root for network namespaces"
    for tool in ("ip", "setpriv", "ptp4l", "pmc", "nft"):
        if not shutil.which(tool):
            return f"{tool} is not installed (service/packaging/install-dependencies.sh --test)"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    return "" if probe.returncode == 0 else f"no network namespaces: {probe.stderr.strip()}"


def _ip(*arguments):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


class Program:
    """A running program. Its output goes to `log`; it ends with the World."""

    def __init__(self, name, popen, log):
        self.name = name
        self.popen = popen
        self.log = log

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def output(self):
        return self.log.read_text(errors="replace")

    def stop(self, how=signal.SIGTERM, deadline_s=5):
        """Ends it, kindly first, and returns its exit status."""
        if self.running():
            self.popen.send_signal(how)
            try:
                self.popen.wait(deadline_s)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        return self.popen.wait()


class Namespace:
    """One host of the network, whose device is `eth0`."""

    def __init__(self, world, name, full_name):
        self.world = world
        self.name = name
        self.full_name = full_name
        # Nobody listens there unless a test starts a bus: never this machine's own.
        self.bus_socket = world.folder / f"{name}-bus"
        self.bus_address = f"unix:path={self.bus_socket}"

    def command(self, argv, drop=("sys_time",)):
        """How to run `argv` here, without the capabilities in `drop`."""
        bounding = ",".join(f"-{capability}" for capability in {"sys_time", *drop})
        return ["ip", "netns", "exec", self.full_name,
                "env", f"DBUS_SYSTEM_BUS_ADDRESS={self.bus_address}",
                "setpriv", f"--bounding-set={bounding}", "--pdeathsig", "KILL",
                *map(str, argv)]

    def run(self, argv, check=True, timeout_s=30, **options):
        """Runs `argv` to its end; raises with its output if it fails and `check` is set."""
        done = subprocess.run(self.command(argv), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout_s, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, argv))} exited with {done.returncode}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def start(self, name, argv, drop=("sys_time",), **options):
        """Starts `argv` and returns its Program."""
        log = self.world.folder / f"{next(self.world.log_numbers):02d}-{self.name}-{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(self.command(argv, drop), stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=subprocess.STDOUT, **options)
        program = Program(name, popen, log)
        self.world.programs.append(program)
        return program

    def ip(self, *arguments):
        return _ip("-n", self.full_name, *arguments)

    def plug_in(self, address=None, mac=None):
        """Adds `eth0`, joined to the bridge; removing it removes both ends."""
        port = f"to-{self.name}"
        _ip("-n", self.full_name, "link", "add", "name", "eth0",
            *(["address", mac] if mac else []),
            "type", "veth", "peer", "name", port, "netns", self.world.bridge)
        _ip("-n", self.world.bridge, "link", "set", port, "master", "br0", "up")
        self._trust_ipv6_addresses("eth0")
        if address:
            self.ip("addr", "add", address, "dev", "eth0")
        self.ip("link", "set", "eth0", "up")

    def connect(self, device, other, other_device, mac=None):
        """Joins `device` here and `other_device` of another host by a wire of their own, both up.

        For what a bridge keeps to itself: peer delay messages over Ethernet.
        """
        self.ip("link", "add", "name", device, *(["address", mac] if mac else []),
                "type", "veth", "peer", "name", other_device, "netns", other.full_name)
        for side, name in ((self, device), (other, other_device)):
            side._trust_ipv6_addresses(name)
            side.ip("link", "set", name, "up")

    def _trust_ipv6_addresses(self, device):
        # One that is being checked for duplicates cannot be sent from.
        self.run(["sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/{device}/accept_dad"])

    def pids(self):
        return [int(pid) for pid in _ip("netns", "pids", self.full_name).split()]


class World:
    """The network, its programs and its temporary folder."""

    def __init__(self, querier=False):
        """`querier`: the bridge asks for multicast memberships, and forwards only to members."""
        self.querier = querier
        self.programs = []
        self.namespaces = []
        self.log_numbers = itertools.count(1)
        self.folder = None
        self.bridge = None

    def __enter__(self):
        sweep()
        # Readable by others: some tests run programs without privilege.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hostctl-lab."))
        self.folder.chmod(0o755)
        try:
            self.bridge = self._add_namespace("bridge")
            _ip("-n", self.bridge, "link", "add", "name", "br0", "type", "bridge",
                "mcast_snooping", "1", "mcast_querier", "1" if self.querier else "0",
                # In 1/100 s: how soon a querier relies on what it has heard.
                "mcast_query_response_interval", "100")
            _ip("-n", self.bridge, "link", "set", "br0", "up")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.print_logs()
        self.close()

    def _add_namespace(self, name):
        full_name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}-{name}"
        _ip("netns", "add", full_name)
        self.namespaces.append(full_name)
        _ip("-n", full_name, "link", "set", "lo", "up")
        return full_name

    def namespace(self, name, address=None, mac=None, plugged=True):
        """A new host on the bridge; `address` like `192.0.2.1/24`."""
        created = Namespace(self, name, self._add_namespace(name))
        if plugged:
            created.plug_in(address, mac)
        return created

    def multicast_members(self):
        """What the bridge knows of who wants which group."""
        done = subprocess.run(["bridge", "-n", self.bridge, "mdb", "show"],
                              capture_output=True, text=True, check=True)
        return done.stdout

    def packets_into(self, name):
        """How many packets the bridge has sent to a host."""
        port = json.loads(_ip("-n", self.bridge, "-j", "-s", "link", "show", f"to-{name}"))[0]
        return port["stats64"]["tx"]["packets"]

    def print_logs(self, lines=60):
        """Shows the end of what every program said."""
        for log in sorted(self.folder.glob("*.log")):
            print(f"--- {log.name}", file=sys.stderr)
            print("\n".join(log.read_text(errors="replace").splitlines()[-lines:]), file=sys.stderr)

    def close(self):
        for program in reversed(self.programs):
            program.stop(deadline_s=3)
        for full_name in self.namespaces:
            _remove_namespace(full_name)
        self.namespaces.clear()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def _remove_namespace(full_name):
    # What still runs there was started by a program of ours (an engine by its hostd).
    for pid in _ip("netns", "pids", full_name).split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    _ip("netns", "del", full_name)


def sweep():
    """Removes what runs of this lab that were killed outright left behind."""
    for line in _ip("netns", "list").splitlines():
        full_name = line.split()[0]
        parts = full_name.split("-")
        if full_name.startswith(PREFIX) and not os.path.exists(f"/proc/{parts[2]}"):
            try:
                _remove_namespace(full_name)
            except RuntimeError:
                pass  # another run sweeps at the same time
