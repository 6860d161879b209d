"""Faults that are injected one at a time into a host that works, and what `system ptp test` must
name first for each: the words of the README of service/diagnose.

    run(FAULTS)                         # all, several at once; prints a line for each

Every fault has a network of its own, so that several run at once: what takes time is
waiting.
"""
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import time
import typing

import firewalld
import peers
import scenes
from host import Host, program
from world import Program, World, wait_until

# What takes time is waiting, but two processors must not be late for a Sync.
AT_ONCE = int(os.environ.get("HOSTCTL_FAULTS_AT_ONCE", "5"))
WORKS, DOES_NOT = 0, 4
FAST = {"log_announce": 0, "log_sync": -2, "log_delay": -2}


@dataclasses.dataclass
class Scene:
    """A host that follows a master; `gm` and `namespace` are where they run."""
    world: World
    gm: object
    namespace: object
    host: Host = None
    master: object = None

    def set(self, *options):
        self.host.hostctl("system", "ptp", "set", *options)

    def scripted(self, *options):
        """The scripted master, in the place of the master there is."""
        if self.master:
            self.master.program.stop()
        self.master = peers.ScriptedMaster(self.gm, "--log-announce", "0", *options)

    def nft(self, rules):
        self.namespace.run(["nft", rules])


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    code: str  # of the first finding; where two say the same: `ONE or OTHER`
    inject: typing.Callable[[Scene], None]
    # How the scene begins; the host follows its master before the fault.
    scripted: bool = False  # its master is scripted_master.py, else ptp4l
    world: dict = dataclasses.field(default_factory=dict)
    host: typing.Callable[[World, object], dict] = lambda world, namespace: {}
    interface: str = "eth0"
    prepare: typing.Callable[[Scene], None] = lambda scene: None  # before PTP is enabled


# --- the way of a packet -------------------------------------------------------------

def close_ruleset(scene):
    scene.host.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ptpd",
                       "--allowed-all", "false")


def admit_another(scene):
    close_ruleset(scene)
    scene.host.hostctl("network", "firewall", "ruleset", "allowedip", "add", "--ruleset-id",
                       "ptpd", "--ip-address", "192.0.2.77")


def drop(hook, ports="319, 320"):
    return lambda scene: scene.nft(f"""table inet somebody {{
        chain {hook} {{
            type filter hook {hook} priority 0
            udp dport {{ {ports} }} counter drop
        }}
    }}""")


def drop_igmp(scene):
    """The host wants the group and may not say so; the bridge asks, and forgets."""
    scene.nft("""table inet somebody {
        chain output {
            type filter hook output priority 0
            meta l4proto igmp counter drop
        }
    }""")
    forget_member(scene)


def ask_once(scene):
    """The bridge asks for memberships now and then for long not again: what it forgets stays
    forgotten."""
    def bridge(*options):
        subprocess.run(["ip", "-n", scene.world.bridge, "link", "set", "br0", "type", "bridge",
                        *options], check=True)

    # In 1/100 s.
    bridge("mcast_query_interval", "100000", "mcast_startup_query_interval", "100000")
    bridge("mcast_querier", "0")
    bridge("mcast_querier", "1")


def forget_member(scene):
    """The bridge with a querier no longer knows that the host wants PTP.

    Until it stays so: a host reports a second time within 10 s of joining (RFC 2236 8.10), and a
    bridge that has only just begun to ask floods for a while.
    """
    wait_until(lambda: wants_ptp(scene), 30, "the bridge knows the member")
    seen = {"count": -1, "since": 0}

    def forgotten():
        if wants_ptp(scene):
            switch(scene, "mdb", "del", "dev", "br0", "port", "to-host", "grp", "224.0.1.129")
            seen["count"] = -1
        count = scene.host.stats()["messages"]["sync_received"]
        if count != seen["count"]:
            seen.update(count=count, since=time.monotonic())
        return time.monotonic() - seen["since"] > 10

    wait_until(forgotten, 40, "no Sync comes any more")


def switch(scene, *arguments):
    """bridge(8) on the bridge that joins the hosts."""
    subprocess.run(["bridge", "-n", scene.world.bridge, *arguments], check=True,
                   capture_output=True, text=True)


def wants_ptp(scene):
    return any("to-host" in line and "224.0.1.129" in line
               for line in scene.world.multicast_members().splitlines())


def stop_flooding(scene):
    switch(scene, "link", "set", "dev", "to-host", "mcast_flood", "off")


def behind_own_bridge(scene):
    """The interface is `br0` of the host itself, with `eth0` as a port."""
    scene.namespace.ip("addr", "flush", "dev", "eth0")
    scene.namespace.ip("link", "add", "name", "vswitch0", "type", "bridge", "mcast_snooping", "0")
    scene.namespace.ip("link", "set", "eth0", "master", "vswitch0")
    scene.namespace.connect("vmnic", scene.namespace, "vmport")
    scene.namespace.ip("link", "set", "vmport", "master", "vswitch0")
    scene.namespace.ip("link", "set", "vswitch0", "up")
    scene.namespace.ip("addr", "add", f"{scenes.HOST_IP}/24", "dev", "vmnic")


def stop_flooding_own(scene):
    scene.namespace.run(["bridge", "link", "set", "dev", "vmport", "mcast_flood", "off"])


def firewalld_without_us(world, namespace):
    """hostd looks for the bus elsewhere, and cannot tell firewalld what to let in."""
    return {"prefix": ["env", f"DBUS_SYSTEM_BUS_ADDRESS=unix:path={world.folder}/no-bus"]}


def start_firewalld(scene):
    firewalld.Firewalld(scene.namespace).start()


# --- the interface -------------------------------------------------------------------

def link_down(scene):
    scenes.set_link(scene.world.bridge, "to-host", "down")


def second_interface(scene):
    """`eth1`, with an address, on a wire where nobody speaks PTP."""
    other = scene.world.namespace("other", plugged=False)
    scene.namespace.connect("eth1", other, "eth0")
    scene.namespace.ip("addr", "add", "198.51.100.2/24", "dev", "eth1")


# --- the master ----------------------------------------------------------------------

def scripted(*options):
    return lambda scene: scene.scripted(*options)


def another_master(scene):
    second = scene.world.namespace("second", "192.0.2.3/24")
    peers.ScriptedMaster(second, "--log-announce", "0", "--priority1", "200", "--error-ns",
                         str(10**9))


def stop_master(scene):
    scene.master.program.stop()


def ptp4l_with(**settings):
    def inject(scene):
        scene.master.program.stop()
        scene.master = peers.grandmaster(scene.gm, name="ptp4l-2", **{**FAST, **settings})
    return inject


# --- the host's own programs ---------------------------------------------------------

SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
/* Transmit timestamps come by the error queue: while the file is there, none does. */
ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  ssize_t (*real)(int, struct msghdr*, int) = dlsym(RTLD_NEXT, "recvmsg");
  ssize_t size = real(fd, message, flags);
  if (size >= 0 && (flags & MSG_ERRQUEUE) != 0 && access(FLAG_FILE, F_OK) == 0) {
    errno = EAGAIN;
    return -1;
  }
  return size;
}
"""


def engine_with_shim(world, namespace):
    """An engine whose transmit timestamps get lost once the file `lose` is there."""
    source, shim = world.folder / "shim.c", world.folder / "shim.so"
    source.write_text(SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", f'-DFLAG_FILE="{world.folder}/lose"', "-o", shim,
                    source, "-ldl"], check=True)
    return wrapped_engine(world, f'LD_PRELOAD={shim} exec {program("ptpd")} "$@"')


def engine_that_may_fail(world, namespace):
    """An engine that starts no more once the file `lose` is there."""
    return wrapped_engine(world, f'[ -e {world.folder}/lose ] && exit 1\n'
                                 f'exec {program("ptpd")} "$@"')


def wrapped_engine(world, script):
    wrapper = world.folder / "wrapped-ptpd"
    wrapper.write_text(f"#!/bin/sh\n{script}\n")
    wrapper.chmod(0o755)
    return {"options": ["--ptpd", wrapper]}


def lose(scene):
    (scene.world.folder / "lose").touch()


def kill_engine_for_good(scene):
    lose(scene)
    os.kill(scene.host.engine_pid(), 9)


def spoil_state(scene):
    scene.host.hostd.stop()
    for name in ("state.json", "state.json.good"):
        (scene.host.state / name).write_text("{ this was the configuration")
    scene.host.start()


def chronyd_beside(scene):
    """A program called chronyd that may set the clock, and does nothing but sleep."""
    stand_in = scene.world.folder / "chronyd"
    shutil.copy(shutil.which("sleep"), stand_in)
    # Not by Namespace.start(), which takes the right to set the clock away.
    popen = subprocess.Popen(["ip", "netns", "exec", scene.namespace.full_name, stand_in, "600"])
    scene.world.programs.append(Program("chronyd", popen, scene.world.folder / "chronyd.log"))


def lose_the_clock(scene):
    """hostd is to steer the system clock, and may not: no program of the lab has CAP_SYS_TIME."""
    os.kill(scene.host.engine_pid(), 9)
    scene.host.hostd.stop()
    scene.host.options[:2] = ["--clock", "system"]
    scene.host.start()


FAULTS = [
    Fault("the ruleset is closed", "RULESET_CLOSED", close_ruleset),
    Fault("the allowed addresses exclude the master", "MASTER_NOT_ALLOWED", admit_another),
    Fault("somebody drops PTP on its way in", "FOREIGN_DROP_INPUT", drop("input")),
    Fault("somebody drops the event messages alone on their way in", "FOREIGN_DROP_INPUT",
          drop("input", ports="319")),
    Fault("somebody drops PTP on its way out", "FOREIGN_DROP_OUTPUT", drop("output")),
    Fault("firewalld without the service", "FIREWALLD_DROPS", start_firewalld,
          host=firewalld_without_us),
    Fault("the switch port has no multicast flooding", "MULTICAST_FILTERED", stop_flooding),
    Fault("the host's own bridge port has none", "MULTICAST_NOT_FLOODED", stop_flooding_own,
          prepare=behind_own_bridge, interface="vmnic"),
    Fault("IGMP snooping has forgotten the member", "MEMBERSHIP_LOST", forget_member,
          world={"querier": True}, prepare=ask_once),
    Fault("the host's membership reports are dropped", "MEMBERSHIP_REPORT_DROPPED", drop_igmp,
          world={"querier": True}, prepare=ask_once),
    Fault("the interface is down", "INTERFACE_DOWN",
          lambda s: s.namespace.ip("link", "set", "eth0", "down")),
    Fault("no link", "INTERFACE_NO_LINK", link_down),
    Fault("no address", "INTERFACE_NO_ADDRESS",
          lambda s: s.namespace.ip("addr", "flush", "dev", "eth0", "scope", "global")),
    Fault("the interface is gone", "INTERFACE_MISSING",
          lambda s: s.namespace.ip("link", "del", "eth0")),
    Fault("the wrong interface", "WRONG_INTERFACE", lambda s: s.set("--interface", "eth1"),
          prepare=second_interface),
    Fault("the wrong domain", "WRONG_DOMAIN", lambda s: s.set("--domain", "5")),
    Fault("the master over Ethernet, the host over UDP", "WRONG_TRANSPORT",
          ptp4l_with(network_transport="L2")),
    Fault("the master over IPv6, the host over IPv4", "WRONG_TRANSPORT",
          ptp4l_with(network_transport="UDPv6")),
    Fault("the master over IPv4, the host over Ethernet", "WRONG_TRANSPORT",
          lambda s: s.set("--transport", "ethernet")),
    Fault("the master P2P, the host E2E", "WRONG_DELAY_MECHANISM",
          ptp4l_with(delay_mechanism="P2P")),
    # Until the engine has overheard a Delay_Resp it cannot know why nobody answers.
    Fault("the master E2E, the host P2P", "WRONG_DELAY_MECHANISM or NO_PDELAY_RESP",
          lambda s: s.set("--delay-mechanism", "p2p")),
    Fault("another sdoId", "WRONG_SDO_ID", scripted("--major-sdo-id", "1"), scripted=True),
    Fault("no master at all", "NO_MASTER", stop_master),
    Fault("Announce, but no Sync", "NO_SYNC", scripted("--without", "sync"), scripted=True),
    Fault("Sync, but no Follow_Up", "NO_FOLLOW_UP", scripted("--without", "follow-up"),
          scripted=True),
    Fault("no Delay_Resp", "NO_DELAY_RESP", scripted("--without", "answers"), scripted=True),
    Fault("a master of a bad class", "MASTER_CLASS_UNACCEPTABLE",
          lambda s: s.set("--maximum-clock-class", "100")),
    Fault("a master that is not on the list", "MASTER_NOT_ON_LIST",
          lambda s: s.set("--acceptable-master", "0011223344556677")),
    Fault("two masters that disagree", "MASTERS_DISAGREE", another_master),
    Fault("37 s between UTC and what the master sends", "UTC_OFFSET_WRONG",
          scripted("--error-ns", str(37 * 10**9)), scripted=True),
    Fault("the time source jumps", "TIME_SOURCE_JUMPS",
          scripted("--jump-ns", str(200 * 10**6)), scripted=True),
    Fault("transmit timestamps get lost", "TRANSMIT_TIMESTAMPS_LOST", lose,
          host=engine_with_shim),
    Fault("chronyd beside PTP", "CLOCK_HAS_ANOTHER_OWNER", chronyd_beside),
    Fault("the engine ends and does not start again", "ENGINE_NOT_RUNNING", kill_engine_for_good,
          host=engine_that_may_fail),
    Fault("the service was stopped", "SERVICE_NOT_STARTED",
          lambda s: s.host.hostctl("system", "service", "stop", "--service", "ptpd")),
    Fault("the state file cannot be read", "STATE_FILE_UNREADABLE", spoil_state),
    Fault("the clock cannot be adjusted", "CLOCK_NOT_ADJUSTABLE", lose_the_clock),
    Fault("PTP is disabled", "PTP_DISABLED", lambda s: s.set("--disable")),
    Fault("no unicast master answers", "UNICAST_UNANSWERED",
          lambda s: s.set("--profile", "g8275.2", "--domain", "44", "--unicast-master",
                          "192.0.2.99")),
]

NOTHING = Fault("nothing", "", lambda scene: None)


@contextlib.contextmanager
def working_host(fault):
    """The scene of a fault before it: the host follows its master."""
    with World(**fault.world) as world:
        gm = world.namespace("gm", f"{scenes.MASTER_IP}/24")
        namespace = world.namespace("host", f"{scenes.HOST_IP}/24", scenes.HOST_MAC)
        scene = Scene(world, gm, namespace)
        if fault.scripted:
            scene.scripted()
        else:
            scene.master = peers.Ptp4l(gm, **FAST)
        fault.prepare(scene)
        scene.host = Host(namespace, **fault.host(world, namespace)).start()
        scene.host.enable(interface=fault.interface)
        scene.host.wait_for_lock(90)
        yield scene


def test_ptp(host):
    """`system ptp test` for programs: its exit code and its verdict, findings and steps."""
    done = host.namespace.run([program("hostctl"), "--socket", host.socket, "--formatter=json",
                               "system", "ptp", "test"], check=False, timeout_s=120)
    if done.returncode not in (WORKS, DOES_NOT):
        raise AssertionError(f"exit code {done.returncode}: {done.stderr}")
    return done.returncode, json.loads(done.stdout)


@dataclasses.dataclass
class Result:
    fault: Fault
    first: str = ""  # code of the first finding; empty without one
    message: str = ""
    exit_code: int = -1
    seconds: float = 0
    problem: str = ""  # why there is no result
    report: dict = dataclasses.field(default_factory=dict)

    @property
    def right(self):
        return (not self.problem and self.first in self.fault.code.split(" or ")
                and self.exit_code == DOES_NOT)

    def line(self):
        mark = "ok   " if self.right else "WRONG"
        found = self.problem or self.first or "nothing"
        if not self.right:
            found += f" instead of {self.fault.code}"
        return f"{mark}  {self.fault.name:<52}  {found:<28}  {self.seconds:5.1f} s"


def inject_and_test(fault):
    """One row of the table. Never raises: what went wrong is in the result."""
    result = Result(fault)
    try:
        with working_host(fault) as scene:
            fault.inject(scene)
            begun = time.monotonic()
            result.exit_code, result.report = test_ptp(scene.host)
            result.seconds = time.monotonic() - begun
            findings = result.report["findings"]
            if findings:
                result.first, result.message = findings[0]["code"], findings[0]["message"]
    except Exception as error:  # a row that fails must not cost the others
        result.problem = f"{type(error).__name__}: {error}".splitlines()[0]
    return result


def run(faults):
    """The results of all, in their order; several at once."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = []
        for result in pool.map(inject_and_test, faults):
            print(result.line(), flush=True)
            results.append(result)
    return results
