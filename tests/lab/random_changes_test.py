"""Settings changed at random by 16 clients at once; then what the clients were told, the API, the
stored file, the kernel and the engine agree, by value.

Each client owns a setting, so that the last change that it was told had worked is the one that
must hold. All of them fight for one more, which must be what one of them set last. Every eighth
change is one that must be refused. HOSTCTL_RANDOM_CHANGES says how many (2000).
"""
import concurrent.futures
import dataclasses
import json
import os
import random
import subprocess
import time
import typing
import unittest

import runner
import scenes
from engine import ControlSocket
from host import Host, program
from world import World

CHANGES = int(os.environ.get("HOSTCTL_RANDOM_CHANGES", "2000"))
SEED = int(os.environ.get("HOSTCTL_RANDOM_SEED", "1"))
RULESETS = ("chronyd", "hostd", "ntpClient", "prometheus")


@dataclasses.dataclass
class Setting:
    """What one client changes: how it is asked for, and where the value is found again."""
    name: str
    values: list
    command: typing.Callable[[object], tuple]  # value -> arguments of hostctl
    bad: tuple                                 # arguments that are refused
    # Where each of them has it: view -> value.
    views: dict


def ptp(option, field, values, bad, engine=None):
    def command(value):
        return ("system", "ptp", "set", f"--{option}={str(value).lower()}")
    views = {"api": lambda v: v["ptp"][field], "file": lambda v: v["ptp"][field],
             "engine": lambda v: getattr(v, engine or field)}
    return Setting(f"ptp.{field}", values, command, command(bad), views)


def ruleset(name):
    """The only address that may use a ruleset."""
    def command(value):
        return ("network", "firewall", "ruleset", "allowedip", "add", "-r", name, "-i", value)
    number = RULESETS.index(name)
    return Setting(
        f"ruleset.{name}", [f"198.51.{number}.{last}" for last in range(1, 200)], command,
        command("198.51.100.300"),
        {"api": lambda v: set(v["allowed"][name]),
         "file": lambda v: set(v["firewall"]["rulesets"][name]["allowed_ips"]),
         "kernel": lambda v: {a for a in v["addresses"] if a.startswith(f"198.51.{number}.")}})


def mtu(name, device):
    def command(value):
        return ("network", "ip", "interface", "set", "-i", name, f"--mtu={value}")
    return Setting(
        f"mtu.{name}", list(range(1300, 1500)), command, command(1),
        {"api": lambda v: v["interfaces"][name]["mtu"],
         "file": lambda v: v["interfaces"][name]["mtu"],
         "kernel": lambda v: v["mtu"][device]})


SETTINGS = [
    ptp("domain", "domain_number", list(range(120)), 300),
    ptp("delay-asymmetry", "delay_asymmetry_ns", list(range(-500, 500)), 10**12),
    ptp("ingress-latency", "ingress_latency_ns", list(range(500)), 10**12),
    ptp("egress-latency", "egress_latency_ns", list(range(500)), 10**12),
    ptp("read-only", "read_only", [True, False], "perhaps"),
    ptp("servo", "servo", ["adaptive", "pi", "linreg"], "guess"),
    mtu("vmk1", "eth1"),
    mtu("vmk2", "eth2"),
    *map(ruleset, RULESETS),
]
# What all clients change.
SHARED = ptp("holdover-limit", "holdover_limit_s", list(range(1, 10000)), -1)
SHARED.views["api"] = lambda v: v["ptp"]["holdover_limit"]["seconds"]
CLIENTS = 16


class Client:
    """Changes its own setting and the shared one; the further clients the shared one alone."""

    def __init__(self, host, number):
        self.host = host
        self.setting = SETTINGS[number] if number < len(SETTINGS) else SHARED
        self.random = random.Random(SEED * 1000 + number)
        self.last = {}  # name of a setting -> what was set last, or all that was (of a list)
        self.done, self.refused, self.wrong = 0, 0, []

    def hostctl(self, arguments):
        return subprocess.run([program("hostctl"), "--socket", self.host.socket, *arguments],
                              capture_output=True, text=True, check=False, timeout=60)

    def change(self):
        setting = SHARED if self.random.random() < 0.15 else self.setting
        if self.random.random() < 1 / 8:
            refused = self.hostctl(setting.bad)
            self.refused += 1
            if refused.returncode == 0:
                self.wrong.append(f"{setting.bad} was not refused")
            return
        value = self.random.choice(setting.values)
        done = self.hostctl(setting.command(value))
        self.done += 1
        if done.returncode != 0:
            self.wrong.append(f"{setting.command(value)}: {done.stderr}")
        elif setting.name.startswith("ruleset."):
            self.last.setdefault(setting.name, set()).add(value)
        else:
            self.last[setting.name] = value


class RandomChangesTest(unittest.TestCase):
    def views(self, host):
        """The values as the API, the file, the kernel and the engine have them."""
        listed = host.json("network", "ip", "interface", "list")
        allowed = {name: [] for name in RULESETS}
        for row in host.json("network", "firewall", "ruleset", "allowedip", "list"):
            if row["ruleset_id"] in allowed:
                allowed[row["ruleset_id"]] = row["allowed_ips"]
        nft = json.loads(host.namespace.run(["nft", "-j", "list", "table", "inet",
                                             "hostctl"]).stdout)
        devices = json.loads(host.namespace.ip("-j", "link", "show"))
        control = ControlSocket(host.run_folder / "ptpd.sock", host.run_folder / "virtual-clock")
        return {
            "api": {"ptp": host.ptp()["config"], "allowed": allowed,
                    "interfaces": {row["name"]: row for row in listed}},
            "file": json.loads((host.state / "state.json").read_text()),
            "kernel": {"addresses": set(strings(nft)),
                       "mtu": {device["ifname"]: device["mtu"] for device in devices}},
            "engine": control.ask({"hello": {}}).hello.config,
        }

    def test_model_api_file_kernel_and_engine_agree(self):
        with World() as world:
            namespace = world.namespace("host", f"{scenes.HOST_IP}/24")
            for device in ("eth1", "eth2"):
                namespace.ip("link", "add", device, "type", "veth", "peer", "name", f"{device}p")
                namespace.ip("link", "set", device, "up")
            host = Host(namespace).start()
            for name, device in (("vmk1", "eth1"), ("vmk2", "eth2")):
                if name not in [i["name"] for i in host.json("network", "ip", "interface",
                                                             "list")]:
                    host.hostctl("network", "ip", "interface", "add", "-i", name, "--device",
                                 device)
            for name in RULESETS:
                host.hostctl("network", "firewall", "ruleset", "set", "-r", name, "--enabled",
                             "true", "--allowed-all", "false")
            host.enable()

            clients = [Client(host, number) for number in range(CLIENTS)]
            begun = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
                for client in clients:
                    pool.submit(lambda c=client: [c.change() for _ in range(CHANGES // CLIENTS)])
            seconds = time.monotonic() - begun
            self.assertEqual([wrong for client in clients for wrong in client.wrong], [])
            done = sum(client.done for client in clients)
            refused = sum(client.refused for client in clients)
            self.assertEqual(done + refused, CHANGES // CLIENTS * CLIENTS)
            scenes.figure("changes at random by 16 clients at once",
                          f"{done} made, {refused} refused in {seconds:.1f} s", "all agree")

            views = self.views(host)
            for client in clients[:len(SETTINGS)]:
                setting = client.setting
                if setting.name not in client.last:
                    continue
                for view, value in setting.views.items():
                    self.assertEqual(value(views[view]), client.last[setting.name],
                                     f"{setting.name} of the {view}")
            last = {client.last[SHARED.name] for client in clients if SHARED.name in client.last}
            found = {view: value(views[view]) for view, value in SHARED.views.items()}
            self.assertEqual(len(set(found.values())), 1, found)
            self.assertIn(found["api"], last)

            # The next hostd finds the same.
            host.kill()
            host.start()
            self.assertEqual(self.views(host)["api"]["ptp"], views["api"]["ptp"])
            self.assertEqual(self.views(host)["kernel"], views["kernel"])


def strings(value):
    """All strings in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


if __name__ == "__main__":
    runner.main()
