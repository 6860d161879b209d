"""The scene most tests play in: a grandmaster and a host under test on one bridge."""
import contextlib
import dataclasses
import re
import subprocess

import peers
from host import Host
from world import World

MASTER_IP = "192.0.2.1"
HOST_IP = "192.0.2.2"
HOST_MAC = "02:00:00:00:02:02"


@dataclasses.dataclass
class Scene:
    world: World
    master: object
    host: Host

    def enable_and_lock(self):
        """PTP on and the clock in control; returns the status report."""
        self.host.enable()
        return self.host.wait_for_lock()


@contextlib.contextmanager
def grandmaster_and_host(start_master=peers.grandmaster, world=None, master=None, host=None):
    """Yields a Scene with a running hostd; `world`, `master` and `host` are options for those.

    The grandmaster announces once and syncs four times a second, so that tests are short.
    """
    with World(**(world or {})) as made:
        gm = made.namespace("gm", f"{MASTER_IP}/24")
        namespace = made.namespace("host", f"{HOST_IP}/24", HOST_MAC)
        if start_master is peers.grandmaster:
            master = {"log_announce": 0, "log_sync": -2, "log_delay": -2, **(master or {})}
        started = start_master(gm, **(master or {}))
        yield Scene(made, started, Host(namespace, **(host or {})).start())


def set_link(full_name, device, state):
    """Brings a device of a namespace `up` or `down`."""
    subprocess.run(["ip", "-n", full_name, "link", "set", device, state], check=True)


def table_rows(text):
    """The rows of a table with two columns, as (left, right)."""
    rows = [re.split(r"  +", line, maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(row[0], row[1] if len(row) > 1 else "") for row in rows[2:]]


def figure(what, value, aim):
    """Prints a measured value so that tests/run.sh shows it after the run."""
    print(f"\nfigure: {what}: {value} (aim: {aim})", flush=True)
