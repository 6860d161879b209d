"""A libvirtd of its own in a namespace of the lab: QEMU without KVM, our hook, guests that do
nothing. It sees private /run, /var and /etc/libvirt, so that no other libvirtd is disturbed.
"""
import os
import pwd
import shutil
import subprocess

from host import program
from world import wait_until

PROGRAMS = ("libvirtd", "virsh", "qemu-system-x86_64")
HOOK = "hostctl-libvirt-qemu-hook"
XMLNS = "https://hostctl.org/xmlns/precision-clock/1"

QEMU_CONF = """\
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
remember_owner = 0
stdio_handler = "file"
"""
LIBVIRTD_CONF = 'auth_unix_rw = "none"\nauth_unix_ro = "none"\n'

# Runs in a mount namespace of its own, as `ip netns exec` makes it.
ENTER = """\
mount --make-rprivate / &&
mount --bind "$1/run" /run &&
mount --bind "$1/etc" /etc/libvirt &&
for folder in lib cache log; do mount -t tmpfs tmpfs /var/$folder || exit; done &&
mkdir /var/lib/libvirt /var/cache/libvirt /var/log/libvirt &&
mount --bind "$1/passwd" /etc/passwd &&
mount --bind "$1/group" /etc/group &&
exec libvirtd
"""


def why_not():
    """Why libvirtd cannot be run here; empty when it can."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    return f"not installed: {', '.join(missing)}" if missing else ""


def domain(name, metadata=""):
    """The XML of a guest; `metadata` as in <metadata>."""
    return f"""\
<domain type='qemu'>
  <name>{name}</name>
  <metadata>{metadata}</metadata>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><emulator>{shutil.which("qemu-system-x86_64")}</emulator></devices>
</domain>
"""


def precision_clock(attributes):
    return f"<hostctl:precisionClock xmlns:hostctl='{XMLNS}' {attributes}/>"


class Libvirt:
    """libvirtd beside the hostd of `host`, which the hook asks."""

    def __init__(self, host):
        self.host = host
        self.namespace = host.namespace
        self.folder = host.folder / "libvirt"
        hooks = self.folder / "etc/hooks/qemu.d"
        hooks.mkdir(parents=True)
        (hooks / "hostctl").symlink_to(program(HOOK))
        (self.folder / "etc/qemu.conf").write_text(QEMU_CONF)
        (self.folder / "etc/libvirtd.conf").write_text(LIBVIRTD_CONF)
        run = self.folder / "run/hostctl"
        run.mkdir(parents=True)
        (run / "hostd.sock").symlink_to(host.socket)
        self._add_user()
        self.daemon = self.namespace.start(
            "libvirtd", ["sh", "-c", ENTER, "sh", self.folder])
        self.socket = self.folder / "run/libvirt/libvirt-sock"
        wait_until(lambda: self.virsh("version", check=False).returncode == 0, 30,
                   "libvirtd answers")

    def _add_user(self):
        """libvirtd looks for the user of Debian's package, whatever its configuration says."""
        try:
            pwd.getpwnam("libvirt-qemu")
            user, group = "", ""
        except KeyError:
            user = "libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin\n"
            group = "libvirt-qemu:x:64055:\n"
        for name, line in (("passwd", user), ("group", group)):
            with open(f"/etc/{name}", encoding="utf-8") as text:
                (self.folder / name).write_text(text.read() + line)

    def virsh(self, *arguments, check=True):
        environment = {**os.environ, "LC_ALL": "C"}
        return self.namespace.run(
            ["virsh", "-c", f"qemu+unix:///system?socket={self.socket}", *arguments],
            check=check, env=environment)

    def create(self, xml, check=True):
        """Starts a guest that is forgotten when it ends."""
        path = self.folder / "domain.xml"
        path.write_text(xml)
        return self.virsh("create", path, check=check)

    def running(self):
        return self.virsh("list", "--name").stdout.split()

    def close(self):
        for name in self.running():
            self.virsh("destroy", name)
        self.daemon.stop()


def call_hook(host, guest, operation, suboperation, xml, extra="-"):
    """Runs the hook as libvirt does, with hostd's socket in its environment."""
    command = host.namespace.command(
        ["env", f"HOSTCTL_SOCKET={host.socket}", program(HOOK), guest, operation, suboperation,
         extra])
    return subprocess.run(command, input=xml, capture_output=True, text=True, timeout=30)
