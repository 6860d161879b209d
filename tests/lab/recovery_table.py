"""Faults from which the host must recover by itself, or as soon as the fault is over: each is
named here once, with how long that may take.

    FAULTS        are injected here, one after another, into hosts that follow a master
    ELSEWHERE     have a test of their own, which prints its time itself

The host has recovered when it is locked again, hears its master, is right within a millisecond,
and hostd answers and has nothing to complain of. `stuck`: the service manager's part, played here.
"""
import dataclasses
import os
import pathlib
import resource
import select
import signal
import socket
import subprocess
import time
import typing

import host as hosts
import peers
import scenes
from world import wait_until

MILLISECOND = 1_000_000
FAST = {"log_announce": 0, "log_sync": -2, "log_delay": -2}
# A laptop sleeps longer: HOSTCTL_SUSPEND_S=60 is the long form.
SUSPEND_S = float(os.environ.get("HOSTCTL_SUSPEND_S", "12"))
WATCHDOG_S = 3


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    within_s: float
    # Injects it, and ends it if it does not end by itself; returns when it was over.
    inject: typing.Callable[["Scene"], float]
    same_engine: bool = False  # the engine must live through it


class Manager:
    """A service manager's watchdog: who does not feed it in time is ended and started again."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.environment = ["env", f"NOTIFY_SOCKET={self.path}",
                            f"WATCHDOG_USEC={WATCHDOG_S * 1_000_000}"]

    def _empty(self):
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(4096)

    def wait_until_fed(self):
        self._empty()
        if not select.select([self.socket], [], [], 5 * WATCHDOG_S)[0]:
            raise AssertionError("hostd does not feed its watchdog")

    def wait_until_hungry(self):
        """Until nothing came for the time-out."""
        self._empty()
        while select.select([self.socket], [], [], WATCHDOG_S)[0]:
            self.socket.recv(4096)


class Scene:
    """A host under a manager; `master` is its grandmaster, in the namespace `gm`."""

    def __init__(self, world):
        self.world = world
        self.gm = world.namespace("gm", f"{scenes.MASTER_IP}/24")
        self.master = peers.grandmaster(self.gm, **FAST)
        self.manager = Manager(world.folder)
        namespace = world.namespace("host", f"{scenes.HOST_IP}/24", scenes.HOST_MAC)
        self.host = hosts.Host(namespace, prefix=self.manager.environment).start()
        self.host.enable()
        self.host.wait_for_lock(90)

    def new_master(self, namespace, name):
        self.master = peers.Ptp4l(namespace, name=name, **FAST)

    @property
    def hostd(self):
        return self.host.hostd.pid

    @property
    def engine(self):
        return self.host.engine_pid()

    def restart_hostd(self):
        """As its unit says: Restart=on-failure."""
        self.host.kill()
        self.host.start()

    def filters(self):
        """Whether the kernel has the firewall's rules."""
        return self.host.namespace.run(["nft", "list", "chain", "inet", "hostctl", "input"],
                                       check=False).returncode == 0

    def recovered(self, heard):
        stats = self.host.locked()
        if not stats or stats["clock_state"] != "LOCKED":
            return None
        count = stats["messages"]["sync_received"]
        heard[0] = min(heard[0], count)  # a new engine counts anew
        right = abs(self.host.true_offset_ns()) < MILLISECOND
        runtime = self.host.ptp()["runtime"]
        clean = not runtime["conditions"] and self.filters()
        return stats if count >= heard[0] + 3 and right and clean else None


# --- hostd -----------------------------------------------------------------------------

def kill_hostd(scene):
    scene.restart_hostd()
    return time.monotonic()


def stop_hostd(scene):
    """Hung as if for ever: the watchdog ends it."""
    scene.manager.wait_until_fed()
    os.kill(scene.hostd, signal.SIGSTOP)
    stopped = time.monotonic()
    scene.manager.wait_until_hungry()
    scene.restart_hostd()
    return stopped


def limit(pid, kind, soft):
    """Sets a soft limit of a running process; returns what it was."""
    old = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (soft, old[1]))
    return old


def hostd_without_descriptors(scene):
    pid = scene.hostd
    old = limit(pid, resource.RLIMIT_NOFILE, 3)  # none beyond those it has
    done = scene.host.namespace.run(
        ["timeout", "3", hosts.program("hostctl"), "--socket", scene.host.socket, "system", "ptp",
         "get"], check=False)
    assert done.returncode != 0, "hostd had a descriptor left for this"
    assert scene.host.hostd.running(), scene.host.hostd.output()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, old)
    return time.monotonic()


def address_space(pid):
    pages = pathlib.Path(f"/proc/{pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def hostd_without_memory(scene):
    """Nothing more is given to it: it refuses what it is asked, or ends and is started again."""
    pid = scene.hostd
    old = limit(pid, resource.RLIMIT_AS, address_space(pid))
    for _ in range(20):
        scene.host.namespace.run(
            ["timeout", "2", hosts.program("hostctl"), "--socket", scene.host.socket, "system",
             "ptp", "stats", "get"], check=False)
    if scene.host.hostd.running():
        resource.prlimit(pid, resource.RLIMIT_AS, old)
    else:
        scene.restart_hostd()
    return time.monotonic()


def remove_socket(scene):
    scene.host.socket.unlink()
    return time.monotonic()


# --- ptpd ------------------------------------------------------------------------------

def kill_engine(scene):
    os.kill(scene.engine, signal.SIGKILL)
    return time.monotonic()


def stop_engine(scene):
    os.kill(scene.engine, signal.SIGSTOP)
    return time.monotonic()


def engine_without_descriptors(scene):
    pid = scene.engine
    limit(pid, resource.RLIMIT_NOFILE, 3)
    return time.monotonic()


def engine_without_memory(scene):
    pid = scene.engine
    limit(pid, resource.RLIMIT_AS, address_space(pid))
    # New ports take memory: it does without, or ends and is started again.
    scene.host.hostctl("system", "ptp", "set", "--delay-asymmetry", "1", check=False)
    scene.host.hostctl("system", "ptp", "set", "--delay-asymmetry", "0", check=False)
    return time.monotonic()


def remove_engine_socket(scene):
    (scene.host.run_folder / "ptpd.sock").unlink()
    return time.monotonic()


def suspend_both(scene):
    pids = [scene.engine, scene.hostd]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(SUSPEND_S)  # the fault itself
    for pid in reversed(pids):
        os.kill(pid, signal.SIGCONT)
    return time.monotonic()


def step_clock(scene):
    """Somebody else sets the clock, as `date` does."""
    file = scene.host.run_folder / "virtual-clock"
    probe = hosts.program("virtual_clock_probe")

    def stepped():
        subprocess.run([probe, file, str(5 * MILLISECOND)], check=True)
        return abs(scene.host.true_offset_ns()) > MILLISECOND
    wait_until(stepped, 5, "the step is in force")
    return time.monotonic()


# --- the network and the master --------------------------------------------------------

def flush_firewall(scene):
    scene.host.namespace.run(["nft", "flush", "ruleset"])
    return time.monotonic()


def restart_master(scene):
    scene.master.program.stop()
    scene.host.wait_for_state("LISTENING")
    scene.new_master(scene.gm, "again")
    return time.monotonic()


def replace_master(scene):
    """By one of another identity, which begins while the first still speaks."""
    other = scene.world.namespace("other", "192.0.2.3/24")
    old = scene.master
    scene.new_master(other, "other")
    scene.master.wait_for("LISTENING")
    old.program.stop()
    return time.monotonic()


def flapping_master(scene):
    for number in range(4):
        scene.master.program.stop()
        scene.new_master(scene.gm, f"flap{number}")
        wait_until(lambda: scene.master.port_state() == "MASTER", 20, "it is master again")
    return time.monotonic()


def reset_bridge(scene):
    """The bridge is deleted and made anew, with its ports."""
    def ip(*arguments):
        subprocess.run(["ip", "-n", scene.world.bridge, *arguments], check=True)

    ip("link", "del", "br0")
    wait_until(lambda: scene.host.port_state() != "SLAVE", 30, "the master is lost")
    ip("link", "add", "name", "br0", "type", "bridge", "mcast_snooping", "0")
    ip("link", "set", "br0", "up")
    for port in ("to-gm", "to-host"):
        ip("link", "set", port, "master", "br0", "up")
    return time.monotonic()


HOSTD = [
    Fault("hostd killed", 10, kill_hostd, same_engine=True),
    Fault("hostd stopped", 15 + WATCHDOG_S, stop_hostd, same_engine=True),
    Fault("hostd out of file descriptors", 10, hostd_without_descriptors, same_engine=True),
    Fault("hostd out of memory", 15, hostd_without_memory, same_engine=True),
    Fault("hostd's socket file deleted", 10, remove_socket, same_engine=True),
    Fault("the firewall flushed", 10, flush_firewall, same_engine=True),
    Fault("hostd and ptpd suspended and resumed", 30, suspend_both, same_engine=True),
]

ENGINE = [
    Fault("ptpd stopped", 45, stop_engine),
    Fault("ptpd out of file descriptors", 45, engine_without_descriptors),
    Fault("ptpd out of memory", 45, engine_without_memory),
    Fault("ptpd's socket file deleted", 45, remove_engine_socket),
]

NETWORK = [
    Fault("the clock stepped by somebody else", 60, step_clock, same_engine=True),
    Fault("the master restarted", 30, restart_master, same_engine=True),
    Fault("the master flapping", 30, flapping_master, same_engine=True),
    Fault("the bridge reset", 40, reset_bridge, same_engine=True),
    Fault("the master replaced", 30, replace_master, same_engine=True),
]

# Fault -> file and test that injects it and prints its time.
ELSEWHERE = {
    "ptpd killed": ("survival_test.py",
                    "test_a_killed_engine_is_back_with_the_frequency_it_had"),
    "the interface deleted and created again": ("device_change_test.py",
                                                "test_unplugged_and_plugged_in_again"),
    "the interface replaced": ("device_change_test.py",
                               "test_replaced_by_one_with_another_mac_address"),
    "the interface renamed": ("device_change_test.py", "test_renamed"),
    "the MAC address changed": ("device_change_test.py", "test_given_another_mac_address"),
    "the cable pulled": ("device_change_test.py", "test_the_cable_is_pulled"),
    "the next master takes over": ("masters_test.py",
                                   "test_the_next_master_takes_over_without_a_step"),
    "the disk full, read-only, not permitted": ("state_disk_test.py",
                                                "test_what_cannot_be_stored_is_refused"),
}


def recover(scene, fault):
    """Injects `fault` and waits until the host has recovered; prints and returns the seconds."""
    before = scene.engine
    over = fault.inject(scene)
    heard = [float("inf")]
    after = wait_until(lambda: scene.recovered(heard), fault.within_s + 30,
                       f"recovered from: {fault.name}")
    seconds = time.monotonic() - over
    scenes.figure(f"recovery: {fault.name}", f"{seconds:.1f} s", f"within {fault.within_s:g} s")
    if fault.same_engine and after["engine_pid"] != before:
        raise AssertionError(f"{fault.name}: the engine was replaced")
    return seconds
