"""Debian's real firewalld for one host of the lab, on a system bus of its own."""
import shutil

from world import wait_until

# Everybody may do everything: who may is no matter of these tests.
BUS_CONFIG = """<busconfig>
  <type>system</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_destination="*"/> <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


def why_not():
    """Why it cannot run here; empty when it can."""
    missing = [tool for tool in ("firewalld", "firewall-cmd", "dbus-daemon")
               if not shutil.which(tool)]
    return f"not installed: {', '.join(missing)}" if missing else ""


class Firewalld:
    """Filters the packets of `namespace` from start() to stop(); the bus stays."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.folder = namespace.world.folder / f"{namespace.name}-firewalld"
        shutil.copytree("/etc/firewalld", self.folder)
        config = namespace.world.folder / f"{namespace.name}-bus.conf"
        config.write_text(BUS_CONFIG.format(address=namespace.bus_address))
        self.bus = namespace.start("dbus", ["dbus-daemon", f"--config-file={config}", "--nofork",
                                            "--nopidfile"])
        wait_until(namespace.bus_socket.exists, 10, "the bus listens")
        self.program = None

    def start(self):
        # A namespace's programs have mounts of their own: /run here is nobody else's.
        self.program = self.namespace.start("firewalld", [
            "sh", "-c", "mount -t tmpfs none /run && exec firewalld --nofork --nopid"
            f" --log-target console --system-config {self.folder}"])
        wait_until(lambda: self.cmd("--state", check=False) == "running", 30, "firewalld runs", 0.3)
        return self

    def stop(self):
        self.program.stop()

    def cmd(self, *arguments, check=True):
        """firewall-cmd; returns what it says."""
        return self.namespace.run(["firewall-cmd", *arguments], check=check).stdout.strip()

    def services(self, *options):
        """The services of hostctl that its default zone lets in."""
        return {name for name in self.cmd(*options, "--list-services").split()
                if name.startswith("hostctl-")}

    def rich_rules(self, *options):
        return self.cmd(*options, "--list-rich-rules").splitlines()
