"""A virtual machine on the lab's network, in software emulation: its kernel's clock is its own,
so an engine may discipline it for real."""
import base64
import re
import shlex
import socket
import time

import image
from world import Namespace, wait_until

ADDRESS = "192.0.2.9/24"
# How fast the kernel is told to count, the same in every boot: the error of a cheap crystal.
# The emulated clock source has none of its own.
CRYSTAL_ERROR_PPB = 40_000
BOOT_DEADLINE_S = 300


class Machine:
    """Runs from start() to the World's end. `date`: what its hardware clock says at first."""

    def __init__(self, world, packages, date):
        """`packages`: {name of a folder in the guest's /root: {package: path}}."""
        self.folder = world.folder / "machine"
        self.folder.mkdir()
        self.bridge = Namespace(world, "bridge", world.bridge)
        self.date = date
        self.kernel, modules = image.kernel()
        self.initramfs = image.initramfs(self.folder, modules)
        self.disk = image.disk(self.folder, modules, packages, ADDRESS)
        self.agent = None
        self.qemu = None
        self.received = b""

    def start(self):
        self.bridge.ip("tuntap", "add", "tap0", "mode", "tap")
        self.bridge.ip("link", "set", "tap0", "master", "br0", "up")
        path = self.folder / "agent"
        self.qemu = self.bridge.start("qemu", [
            "nice", "-n", "5", "qemu-system-x86_64", "-accel", "tcg", "-m", "768",
            "-display", "none", "-nodefaults", "-no-user-config",
            "-rtc", f"base={self.date}",
            "-kernel", self.kernel, "-initrd", self.initramfs,
            "-append", "root=/dev/vda rw console=ttyS0 quiet panic=-1 net.ifnames=0 "
            f"mitigations=off tsc=unstable clocksource=hpet ntp_tick_adj={CRYSTAL_ERROR_PPB}",
            "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
            "-chardev", f"socket,id=agent,path={path},server=on,wait=off",
            "-serial", "chardev:agent",
            "-netdev", "tap,id=net,ifname=tap0,script=no,downscript=no",
            "-device", "virtio-net-pci,netdev=net,mac=02:00:00:00:00:09",
            "-drive", f"file={self.disk},format=raw,if=virtio,cache=unsafe",
        ])
        wait_until(path.exists, 30, "qemu listens for the agent")
        self.agent = socket.socket(socket.AF_UNIX)
        self.agent.connect(str(path))
        self._line("@@ready", BOOT_DEADLINE_S)
        return self

    def _line(self, start, deadline_s):
        """Text up to the line that begins with `start`, and that line."""
        end = time.monotonic() + deadline_s
        while True:
            found = re.search(rb"(?:^|\n)(" + start.encode() + rb"[^\n]*)\n", self.received)
            if found:
                before = self.received[:found.start()].decode(errors="replace")
                self.received = self.received[found.end():]
                return before, found.group(1).decode()
            self.agent.settimeout(max(0.01, end - time.monotonic()))
            try:
                more = self.agent.recv(65536)
            except TimeoutError:
                more = b""
            if not more:
                raise AssertionError(f"no {start} within {deadline_s} s: {self.received!r}\n"
                                     f"{self.qemu.output()[-2000:]}")
            self.received += more.replace(b"\r", b"")

    def shell(self, command, check=True, deadline_s=120):
        """Runs shell commands in the machine; what they print."""
        line = base64.b64encode(command.encode()).decode()
        self.agent.sendall(f"run {line}\n".encode())
        output, end = self._line("@@exit", deadline_s)
        if check and end != "@@exit 0":
            raise AssertionError(f"{command}: {end.removeprefix('@@')}\n{output}")
        return output

    def hostctl(self, *arguments, check=True, deadline_s=120):
        # An emulated processor may take longer than the usual 10 s.
        words = ["hostctl", "--timeout=100", *map(str, arguments)]
        return self.shell(shlex.join(words), check, deadline_s)

    def reboot(self):
        self.agent.sendall(b"run " + base64.b64encode(b"systemctl --no-block reboot") + b"\n")
        self._line("@@ready", BOOT_DEADLINE_S)

    def offset_s(self, samples=10):
        """Its clock minus this machine's, and what the asking can hide: of the fastest answer."""
        best = None
        for _ in range(samples):
            before = time.time()
            self.agent.sendall(b"time\n")
            _, line = self._line("@@time", 30)
            after = time.time()
            half = (after - before) / 2
            if best is None or half < best[1]:
                best = (float(line.split()[1]) - (before + after) / 2, half)
        return best
